import type { Selectable } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { EstablishedBy, SubjectId } from '../../kernel/subject.ts'
import type { OauthGrantTable } from '../../store/identity-schema.ts'
import type { Grant, GrantQuery } from './grants.ts'
import type { Settings } from './options.ts'

/** Rows that one query returns at most. */
export const PAGE = 1_000

/** Those that a query asks for, by id. */
export async function listGrants(
  { store: { db }, clock }: Settings,
  { subject, client, unusedSince, all, limit, after }: GrantQuery,
): Promise<readonly Grant[]> {
  let rows = db.selectFrom('oauth_grant').selectAll()
  if (subject !== undefined)
    rows = rows.where('kind', '=', subject.kind).where('subject', '=', subject.id)
  if (client !== undefined) rows = rows.where('client', '=', client)
  if (unusedSince !== undefined)
    rows = rows
      .where('created', '<', unusedSince)
      .where((eb) => eb.or([eb('used', 'is', null), eb('used', '<', unusedSince)]))
  if (all !== true) rows = rows.where('revoked', 'is', null).where('expires', '>', clock())
  if (after !== undefined) rows = rows.where('id', '>', after)
  const found = await rows
    .orderBy('id')
    .limit(Math.min(limit ?? PAGE, PAGE))
    .execute()
  return found.map(grantOf)
}

export async function findGrant(
  { store: { db } }: Settings,
  id: string,
): Promise<Grant | undefined> {
  const row = await db.selectFrom('oauth_grant').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : grantOf(row)
}

/** Grants in force in which an agent acts for somebody. */
export async function actedBy(
  { store: { db }, clock }: Settings,
  agent: string,
  after: string,
): Promise<readonly Grant[]> {
  // As it stands in the JSON: with its quotes, so that no other name contains it.
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

export async function insertGrant({ store: { db } }: Settings, grant: Grant): Promise<void> {
  await db
    .insertInto('oauth_grant')
    .values({
      ...grant,
      scopes: JSON.stringify(grant.scopes),
      actors: JSON.stringify(grant.actors),
      used: grant.used ?? null,
      revoked: grant.revoked ?? null,
      reason: grant.reason ?? null,
    })
    .execute()
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
