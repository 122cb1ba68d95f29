import { sql } from 'kysely'
import type { Settings } from './options.ts'

const BATCH = 500
/** Grants that are over are kept for the operator's lists for this long, in milliseconds. */
const GRANTS_KEPT = 30 * 24 * 60 * 60_000

/** Removes what says nothing any more, in bounded batches. How many rows went. */
export async function sweep({ store: { db }, clock }: Settings): Promise<number> {
  const now = clock()
  const targets = [
    ['oauth_object', ['model', 'id'], now],
    ['oauth_grant', ['id'], now - GRANTS_KEPT],
    ['oauth_consent', ['user', 'client', 'redirect', 'resource'], now],
  ] as const
  let removed = 0
  for (const [table, key, before] of targets) {
    const columns = sql.join(key.map((column) => sql.ref(column)))
    for (;;) {
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where (${columns}) in
          (select ${columns} from ${sql.table(table)} where expires <= ${before} limit ${BATCH})
      `.execute(db)
      removed += Number(numAffectedRows ?? 0n)
      if ((numAffectedRows ?? 0n) < BigInt(BATCH)) break
    }
  }
  return removed
}
