import type { Kysely, Selectable } from 'kysely'
import type { Revocation } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { EstablishedBy, SubjectId } from '../../kernel/subject.ts'
import type { OauthGrantTable } from '../../store/identity-schema.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Schema } from '../../store/schema.ts'
import type { Settings } from './options.ts'

/** What was consented to, or issued to an agent, as one revocable thing. */
export interface Grant {
  readonly id: string
  readonly kind: 'user' | 'agent'
  readonly subject: SubjectId
  readonly client: string
  readonly resource: string
  readonly scopes: readonly string[]
  /** Outermost first. */
  readonly actors: readonly SubjectId[]
  readonly via: EstablishedBy
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  /** When tokens were last issued for it, to a few seconds. */
  readonly used: number | undefined
  readonly expires: number
  readonly revoked: number | undefined
  readonly reason: string | undefined
}

/** Why a grant ended before its time. */
export type RevocationReason =
  | 'administrator'
  | 'user'
  | 'client'
  | 'code-replayed'
  | 'refresh-reused'
  | 'subject-disabled'
  | 'client-removed'

/** Which grants to list; members that are given all apply. */
export interface GrantQuery {
  readonly subject?: { readonly kind: 'user' | 'agent'; readonly id: string }
  readonly client?: string
  /** Those without any use since then; created before it, too. */
  readonly unusedSince?: number
  /** Ended ones as well. */
  readonly all?: boolean
  /** At most 1,000, which is the default. */
  readonly limit?: number
  /** The last id of the page before. */
  readonly after?: string
}

/** What operators do to grants. Each revocation is witnessed before it takes effect. */
export interface GrantAdministration {
  /** By id. */
  list(query: GrantQuery): Promise<readonly Grant[]>
  find(id: string): Promise<Grant | undefined>
  /** False when it is unknown or over already. */
  revoke(id: string, reason: RevocationReason): Promise<boolean>
  /** All grants of a subject, and those in which an agent acts, and its sessions. How many ended. */
  revokeSubject(kind: 'user' | 'agent', id: string, reason: RevocationReason): Promise<number>
  /** All grants of a client. How many ended. */
  revokeClient(client: string, reason: RevocationReason): Promise<number>
}

/** The grants as the engine uses them. */
export interface Grants extends GrantAdministration {
  /** Witnesses and makes a grant. Without an end of its own it lasts as long as any. */
  add(grant: NewGrant): Promise<Grant>
  /** Undefined when it is unknown, over or revoked. */
  live(id: string): Promise<Grant | undefined>
  /** Scopes that a client already has for a user at a resource, by grants that are in force. */
  held(user: string, client: string, resource: string): Promise<readonly string[]>
  /** Notes a use; written down within seconds. */
  used(id: string): void
  /** Writes the uses down. */
  flush(): Promise<void>
}

export type NewGrant = Pick<
  Grant,
  'kind' | 'subject' | 'client' | 'resource' | 'scopes' | 'actors' | 'via'
> & { readonly expires?: number }

const PAGE = 1_000
/** Uses that are not written down yet; more than that is written at once. */
const MAX_USED = 5_000

export function createGrants(settings: Settings): Grants {
  const { store, clock, randomId, witness, lifetimes } = settings
  const { db } = store
  let used = new Set<string>()

  const list = async (query: GrantQuery) => {
    const rows = await db
      .selectFrom('oauth_grant')
      .selectAll()
      .where(({ eb, and }) =>
        and([
          ...(query.subject === undefined
            ? []
            : [eb('kind', '=', query.subject.kind), eb('subject', '=', query.subject.id)]),
          ...(query.client === undefined ? [] : [eb('client', '=', query.client)]),
          ...(query.unusedSince === undefined
            ? []
            : [
                eb('created', '<', query.unusedSince),
                eb.or([eb('used', 'is', null), eb('used', '<', query.unusedSince)]),
              ]),
          ...(query.all === true ? [] : [eb('revoked', 'is', null), eb('expires', '>', clock())]),
          ...(query.after === undefined ? [] : [eb('id', '>', query.after)]),
        ]),
      )
      .orderBy('id')
      .limit(Math.min(query.limit ?? PAGE, PAGE))
      .execute()
    return rows.map(grantOf)
  }

  const find = async (id: string) => {
    const row = await db
      .selectFrom('oauth_grant')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : grantOf(row)
  }

  const end = async (grants: readonly Grant[], reason: RevocationReason) => {
    const ended: Revocation[] = []
    for (const grant of grants) {
      await witness({
        event: 'grant.revoked',
        outcome: 'done',
        subject: `${grant.kind}:${grant.subject}`,
        client: grant.client,
        target: grant.id,
        detail: { reason, resource: grant.resource },
      })
      const at = clock()
      const changed = await db.transaction().execute((trx) => revokeRow(trx, grant.id, reason, at))
      if (changed) ended.push({ kind: 'grant', id: grant.id, at })
    }
    if (ended.length > 0) settings.onRevoked?.(ended)
    return ended.length
  }

  const endAll = async (
    page: (after: string) => Promise<readonly Grant[]>,
    reason: RevocationReason,
  ) => {
    let count = 0
    for (let after = ''; ; ) {
      const grants = await page(after)
      const last = grants.at(-1)
      if (last === undefined) return count
      count += await end(grants, reason)
      after = last.id
    }
  }

  const actedBy = async (agent: string, after: string) => {
    const name = JSON.stringify(agent)
    const rows = await db
      .selectFrom('oauth_grant')
      .selectAll()
      .where('actors', '<>', '[]')
      .where('revoked', 'is', null)
      .where('expires', '>', clock())
      .where('id', '>', after)
      .where((eb) =>
        eb(eb.fn('replace', ['actors', eb.val(name), eb.val('')]), '<>', eb.ref('actors')),
      )
      .orderBy('id')
      .limit(PAGE)
      .execute()
    return rows.map(grantOf)
  }

  const flush = async () => {
    const ids = [...used]
    used = new Set()
    for (let start = 0; start < ids.length; start += PAGE)
      await db
        .updateTable('oauth_grant')
        .set({ used: clock() })
        .where('id', 'in', ids.slice(start, start + PAGE))
        .execute()
  }

  return {
    list,
    find,
    flush,
    live: async (id) => {
      const grant = await find(id)
      return grant !== undefined && grant.revoked === undefined && grant.expires > clock()
        ? grant
        : undefined
    },
    held: async (user, client, resource) => {
      const rows = await db
        .selectFrom('oauth_grant')
        .select('scopes')
        .where('kind', '=', 'user')
        .where('subject', '=', user)
        .where('client', '=', client)
        .where('resource', '=', resource)
        .where('actors', '=', '[]')
        .where('revoked', 'is', null)
        .where('expires', '>', clock())
        .limit(PAGE)
        .execute()
      return [...new Set(rows.flatMap(({ scopes }) => JSON.parse(scopes) as string[]))]
    },
    add: async (made) => {
      const created = clock()
      const longest = created + lifetimes.grant
      const grant: Grant = {
        ...made,
        id: randomId(),
        created,
        used: undefined,
        expires: Math.min(made.expires ?? longest, longest),
        revoked: undefined,
        reason: undefined,
      }
      await witness({
        event: 'grant.issued',
        outcome: 'done',
        subject: `${grant.kind}:${grant.subject}`,
        client: grant.client,
        target: grant.id,
        detail: {
          resource: grant.resource,
          scopes: grant.scopes,
          actors: grant.actors,
          via: grant.via,
        },
      })
      await db.insertInto('oauth_grant').values(rowOf(grant)).execute()
      return grant
    },
    used: (id) => {
      used.add(id)
      if (used.size > MAX_USED) flush().catch(() => settings.log('uses of grants were not written'))
    },
    revoke: async (id, reason) => {
      const grant = await find(id)
      if (grant === undefined || grant.revoked !== undefined) return false
      return (await end([grant], reason)) > 0
    },
    revokeSubject: async (kind, id, reason) => {
      if (kind === 'user')
        await db
          .deleteFrom('oauth_object')
          .where('model', '=', 'Session')
          .where('subject', '=', id)
          .execute()
      const own = await endAll((after) => list({ subject: { kind, id }, after }), reason)
      return kind === 'user' ? own : own + (await endAll((after) => actedBy(id, after), reason))
    },
    revokeClient: (client, reason) => endAll((after) => list({ client, after }), reason),
  }
}

/** Ends one grant: the row, all that hangs on it, and the notice for the replicas. */
async function revokeRow(
  db: Kysely<Schema>,
  id: string,
  reason: RevocationReason,
  at: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('oauth_grant')
    .set({ revoked: at, reason })
    .where('id', '=', id)
    .where('revoked', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await db.deleteFrom('oauth_object').where('grant', '=', id).execute()
  await noteChanges(db, [{ kind: 'grant', id, what: 'revoked' }], at)
  return true
}

function rowOf(grant: Grant) {
  return {
    ...grant,
    scopes: JSON.stringify(grant.scopes),
    actors: JSON.stringify(grant.actors),
    used: grant.used ?? null,
    revoked: grant.revoked ?? null,
    reason: grant.reason ?? null,
  }
}

function grantOf(row: Selectable<OauthGrantTable>): Grant {
  if (row.kind !== 'user' && row.kind !== 'agent')
    throw new GatewayError('internal', 'internal error', { detail: 'a grant of an unknown kind' })
  return {
    ...row,
    kind: row.kind,
    subject: row.subject as SubjectId,
    scopes: JSON.parse(row.scopes),
    actors: JSON.parse(row.actors),
    via: row.via as EstablishedBy,
    used: row.used ?? undefined,
    revoked: row.revoked ?? undefined,
    reason: row.reason ?? undefined,
  }
}
