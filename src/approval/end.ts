import type { ApprovalState } from '../kernel/approval.ts'
import type { Actor, EventName } from '../kernel/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { type Parts, witnessedTry } from './parts.ts'
import { currentSummary, eventOf, type Row } from './rows.ts'

/** Milliseconds for which one process alone is trusted to note that a request is over. */
const CLAIM = 30_000

/** Ways in which an open request ends without being answered or used. */
type End = Extract<ApprovalState, 'withdrawn' | 'void'>

const EVENT_OF = {
  withdrawn: 'approval.withdrawn',
  void: 'approval.void',
} as const satisfies Record<End, EventName>

/**
 * Ends a request that waits, or whose answer was not used yet. False if it was over already.
 *
 * @param more who does it, and why.
 */
export async function end(
  parts: Parts,
  row: Row,
  state: End,
  more: { readonly by?: Actor; readonly detail?: JsonObject } = {},
): Promise<boolean> {
  const ended = await witnessedTry(parts.witness, eventOf(row, EVENT_OF[state], more), async () => {
    const { numUpdatedRows } = await parts.store.db
      .updateTable('approval')
      .set({ state })
      .where('id', '=', row.id)
      .where('state', 'in', ['pending', 'approved'])
      .where('expires', '>', parts.clock())
      .executeTakeFirst()
    return numUpdatedRows === 1n ? true : undefined
  })
  if (ended === true) await told(parts, row, state)
  return ended === true
}

/**
 * Notes that the time of a request, or of its answer, is over. Time itself has ended it: nothing depends
 * on when this is noted, so one of all replicas does it, and another one if that one fails.
 */
export async function expire(parts: Parts, row: Row): Promise<void> {
  const now = parts.clock()
  if (!(await parts.once.first(`approval expired ${row.id}`, now + CLAIM))) return
  const answered = row.state === 'approved'
  await parts.witness({
    ...eventOf(row, 'approval.expired', { detail: { answered } }),
    outcome: 'done',
  })
  await parts.store.db
    .updateTable('approval')
    .set({ state: 'expired' })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .where('expires', '<=', now)
    .execute()
  await told(parts, row, 'expired')
}

/** Wakes who waits for the answer if there is one, and tells the news. Never throws: it has happened. */
export async function told(
  parts: Parts,
  row: Row,
  what: ApprovalState | 'requested' | 'voted',
): Promise<void> {
  if (what !== 'requested' && what !== 'voted') parts.wake(row.id)
  const approval = await currentSummary(parts, row).catch(() => undefined)
  if (approval !== undefined) parts.tell({ what, approval })
}
