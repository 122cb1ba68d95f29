import type { SubjectId } from '../../kernel/subject.ts'
import type { ClientView } from '../parts.ts'
import type { Settings } from './options.ts'

/** One consent that is remembered. Times in milliseconds since the epoch. */
export interface Consent {
  readonly user: SubjectId
  readonly client: string
  readonly redirect: string
  readonly resource: string
  readonly scopes: readonly string[]
  readonly at: number
  readonly expires: number
}

/** What an answer is remembered for. */
export interface ConsentPlace {
  readonly user: SubjectId
  readonly client: ClientView
  /** Exact. */
  readonly redirect: string
  readonly resource: string
}

/** Consent that is remembered, so that the same question is not asked again. */
export interface Consents {
  /** Scopes that need no new question; none where consent may not be remembered. */
  recall(place: ConsentPlace): Promise<readonly string[]>
  /** Remembers the answer, where that is allowed: what was asked and not given is forgotten. */
  remember(place: ConsentPlace, given: readonly string[], asked: readonly string[]): Promise<void>
  list(user: SubjectId): Promise<readonly Consent[]>
  /** Forgets what a user agreed to for a client. Witnessed before. */
  withdraw(user: SubjectId, client: string): Promise<void>
}

export function createConsents({ store: { db }, clock, witness, lifetimes }: Settings): Consents {
  const row = async ({ user, client, redirect, resource }: ConsentPlace) => {
    const found = await db
      .selectFrom('oauth_consent')
      .selectAll()
      .where('user', '=', user)
      .where('client', '=', client.id)
      .where('redirect', '=', redirect)
      .where('resource', '=', resource)
      .executeTakeFirst()
    const good = found !== undefined && found.expires > clock() && found.metadata === client.digest
    return good ? (JSON.parse(found.scopes) as readonly string[]) : []
  }
  return {
    recall: async (place) => (mayRemember(place) ? row(place) : []),
    remember: async (place, given, asked) => {
      if (!mayRemember(place)) return
      const kept = (await row(place)).filter((scope) => !asked.includes(scope))
      const at = clock()
      const values = {
        scopes: JSON.stringify([...new Set([...kept, ...given])].sort()),
        metadata: place.client.digest,
        at,
        expires: at + lifetimes.consent,
      }
      const { user, redirect, resource } = place
      await db
        .insertInto('oauth_consent')
        .values({ user, client: place.client.id, redirect, resource, ...values })
        .onConflict((conflict) =>
          conflict.columns(['user', 'client', 'redirect', 'resource']).doUpdateSet(values),
        )
        .execute()
    },
    list: async (user) => {
      const rows = await db
        .selectFrom('oauth_consent')
        .selectAll()
        .where('user', '=', user)
        .where('expires', '>', clock())
        .orderBy('client')
        .limit(1_000)
        .execute()
      return rows.map(({ metadata: _, ...found }) => ({
        ...found,
        user: found.user as SubjectId,
        scopes: JSON.parse(found.scopes),
      }))
    },
    withdraw: async (user, client) => {
      await witness({
        event: 'consent.withdrawn',
        outcome: 'done',
        subject: `user:${user}`,
        client,
      })
      await db
        .deleteFrom('oauth_consent')
        .where('user', '=', user)
        .where('client', '=', client)
        .execute()
    },
  }
}

/**
 * Only where the redirect address says who gets the code: any program can listen on a loopback port or
 * claim a scheme, and nobody vouches for a client that registered itself.
 */
function mayRemember({ client, redirect }: ConsentPlace): boolean {
  if (client.trust === 'dynamic' || !URL.canParse(redirect)) return false
  const { protocol, hostname } = new URL(redirect)
  return protocol === 'https:' && !isLoopbackName(hostname)
}

function isLoopbackName(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\./.test(host)
  )
}
