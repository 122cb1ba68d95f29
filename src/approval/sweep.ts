import { expire } from './end.ts'
import type { Parts } from './parts.ts'

/** Rows of one kind that one sweep takes. */
const MOST = 200

/** Notes requests whose time is over. */
export async function expireDue(parts: Parts): Promise<void> {
  const due = await parts.store.db
    .selectFrom('approval')
    .selectAll()
    .where('state', 'in', ['pending', 'approved'])
    .where('expires', '<=', parts.clock())
    .orderBy('expires')
    .limit(MOST)
    .execute()
  for (const row of due) await expire(parts, row)
}

/** Removes what calls carried, and later the requests themselves. The records stay. */
export async function forgetOld({
  store,
  clock,
  settings: { retention },
}: Pick<Parts, 'store' | 'clock' | 'settings'>): Promise<void> {
  const { db } = store
  const now = clock()
  const stale = db
    .selectFrom('approval')
    .select('id')
    .where('request', 'is not', null)
    .where('created', '<=', now - retention.calls)
    .where('state', 'not in', ['pending', 'approved'])
    .orderBy('created')
    .limit(MOST)
  await db.updateTable('approval').set({ request: null }).where('id', 'in', stale).execute()
  const old = await db
    .selectFrom('approval')
    .select('id')
    .where('created', '<=', now - retention.requests)
    .where('state', 'not in', ['pending', 'approved'])
    .orderBy('created')
    .limit(MOST)
    .execute()
  const ids = old.map(({ id }) => id)
  if (ids.length > 0) {
    // Votes first: a vote without its request would be found by nobody.
    await db.deleteFrom('approval_vote').where('approval', 'in', ids).execute()
    await db.deleteFrom('approval').where('id', 'in', ids).execute()
  }
  const over = db
    .selectFrom('approval_pattern')
    .select('id')
    .where('expires', '<=', now - retention.calls)
    .orderBy('expires')
    .limit(MOST)
  await db.deleteFrom('approval_pattern').where('id', 'in', over).execute()
}
