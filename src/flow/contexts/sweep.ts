import { endLapsed, lapsedBefore } from './ended.ts'
import type { Parts } from './parts.ts'
import { forgetWritten } from './written.ts'

/** Contexts that one statement takes. */
const BATCH = 50
/** Statements of one kind in one sweep: the next one goes on. */
const ROUNDS = 20
/** Milliseconds for which it is known what was written into a server. */
const WRITTEN = 90 * 24 * 3_600_000

/** Ends what has lapsed, and removes what is over, a bounded number at a time. Rejects as the database does. */
export async function sweep(parts: Parts): Promise<void> {
  await again(() => endSome(parts))
  await again(() => removeSome(parts))
  await again(() => forgetWritten(parts.db, parts.now() - WRITTEN))
}

async function again(step: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) if (!(await step())) return
}

async function endSome(parts: Parts): Promise<boolean> {
  const rows = await parts.db
    .selectFrom('flow_context')
    .selectAll()
    .where('ended', 'is', null)
    .where('used', '<', lapsedBefore(parts))
    .orderBy('used')
    .limit(BATCH)
    .execute()
  for (const row of rows) await endLapsed(parts, row)
  return rows.length === BATCH
}

/** The context goes last: a sweep that is cut short is taken up again. */
async function removeSome({ db }: Parts): Promise<boolean> {
  const rows = await db
    .selectFrom('flow_context')
    .select('id')
    .where('ended', 'is not', null)
    .limit(BATCH)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return false
  await db.deleteFrom('flow_entry').where('context', 'in', ids).execute()
  await db.deleteFrom('flow_endorsement').where('context', 'in', ids).execute()
  await db.deleteFrom('flow_context').where('id', 'in', ids).execute()
  return ids.length === BATCH
}
