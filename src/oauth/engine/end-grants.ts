import type { Kysely } from 'kysely'
import type { Revocation } from '../../kernel/authentication.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Schema } from '../../store/schema.ts'
import type { Grant, RevocationReason } from './grants.ts'
import type { Settings } from './options.ts'

/**
 * Ends grants before their time. Each is witnessed, then its row, all that hangs on it and the notice
 * for the replicas change in one transaction; this process is told at once.
 *
 * @returns how many were in force until now.
 */
export async function endGrants(
  settings: Settings,
  grants: readonly Grant[],
  reason: RevocationReason,
): Promise<number> {
  const { witness, clock, store, onRevoked } = settings
  let count = 0
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
    if (!(await store.db.transaction().execute((trx) => endRow(trx, grant.id, reason, at))))
      continue
    onRevoked?.([{ kind: 'grant', id: grant.id, at } satisfies Revocation])
    count += 1
  }
  return count
}

/** Ends all grants that come page by page, by id. How many were in force. */
export async function endEach(
  settings: Settings,
  page: (after: string) => Promise<readonly Grant[]>,
  reason: RevocationReason,
): Promise<number> {
  let count = 0
  for (let after = ''; ; ) {
    const grants = await page(after)
    const last = grants.at(-1)
    if (last === undefined) return count
    count += await endGrants(settings, grants, reason)
    after = last.id
  }
}

async function endRow(
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
