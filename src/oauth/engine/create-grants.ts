import { endEach, endGrants } from './end-grants.ts'
import { actedBy, findGrant, insertGrant, listGrants, PAGE } from './grant-rows.ts'
import type { Grant, GrantAdministration, Grants, NewGrant, RevocationReason } from './grants.ts'
import type { Settings } from './options.ts'

/** Uses that are not written down yet; more than that is written at once. */
const MAX_USED = 5_000

export function createGrants(settings: Settings): Grants {
  const { clock } = settings
  const uses = collectUses(settings)
  return {
    ...uses,
    ...grantAdministration(settings),
    live: async (id) => {
      const grant = await findGrant(settings, id)
      const good = grant !== undefined && grant.revoked === undefined && grant.expires > clock()
      return good ? grant : undefined
    },
    held: (user, client, resource) => heldScopes(settings, user, client, resource),
    add: (made) => addGrant(settings, made),
  }
}

/** What operators do to grants, witnessed as the settings say. */
export function grantAdministration(settings: Settings): GrantAdministration {
  return {
    list: (query) => listGrants(settings, query),
    find: (id) => findGrant(settings, id),
    revoke: async (id, reason) => {
      const grant = await findGrant(settings, id)
      if (grant === undefined || grant.revoked !== undefined) return false
      return (await endGrants(settings, [grant], reason)) > 0
    },
    revokeSubject: async (kind, id, reason) => {
      if (kind === 'user') await endSessions(settings, id, reason)
      const own = (after: string) => listGrants(settings, { subject: { kind, id }, after })
      const count = await endEach(settings, own, reason)
      if (kind === 'user') return count
      return count + (await endEach(settings, (after) => actedBy(settings, id, after), reason))
    },
    revokeClient: (client, reason) =>
      endEach(settings, (after) => listGrants(settings, { client, after }), reason),
  }
}

async function addGrant(settings: Settings, made: NewGrant): Promise<Grant> {
  const { clock, randomId, witness, lifetimes } = settings
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
  const { kind, subject, client, resource, scopes, actors, via } = grant
  await witness({
    event: 'grant.issued',
    outcome: 'done',
    subject: `${kind}:${subject}`,
    client,
    target: grant.id,
    detail: { resource, scopes, actors, via },
  })
  await insertGrant(settings, grant)
  return grant
}

async function heldScopes(
  { store: { db }, clock }: Settings,
  user: string,
  client: string,
  resource: string,
): Promise<readonly string[]> {
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
}

async function endSessions(
  { store: { db }, witness }: Settings,
  user: string,
  reason: RevocationReason,
): Promise<void> {
  await witness({
    event: 'login.ended',
    outcome: 'done',
    subject: `user:${user}`,
    detail: { reason },
  })
  await db
    .deleteFrom('oauth_object')
    .where('model', '=', 'Session')
    .where('subject', '=', user)
    .execute()
}

/** Uses are for people's lists: a few seconds late, many in one statement. */
function collectUses({ store: { db }, clock, log }: Settings): Pick<Grants, 'used' | 'flush'> {
  let used = new Set<string>()
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
    flush,
    used: (id) => {
      used.add(id)
      if (used.size > MAX_USED) flush().catch(() => log('oauth: uses of grants were not written'))
    },
  }
}
