import type { ApprovalRequest } from '../kernel/approval-desk.ts'
import type { Parts } from './parts.ts'
import type { Row } from './rows.ts'

/** How many rows are counted at most: enough to know that it happens all the time. */
const MOST = 1_000

/** How the same person's calls of the same tool were answered before. */
export async function similarTo(
  { store, clock }: Parts,
  { id, subject, server, target }: Row,
): Promise<ApprovalRequest['similar']> {
  const rows = await store.db
    .selectFrom('approval')
    .select(['state', 'decided', 'expires'])
    .where('subject', '=', subject)
    .where('server', '=', server)
    .where('target', '=', target)
    .where('id', '<>', id)
    .limit(MOST)
    .execute()
  const now = clock()
  const counts = { approved: 0, declined: 0, expired: 0 }
  for (const { state, decided, expires } of rows) {
    if (state === 'declined') counts.declined++
    // Withdrawn or void after the answer: the answer was given all the same.
    else if (decided !== null) counts.approved++
    else if (state === 'expired' || (state === 'pending' && expires <= now)) counts.expired++
  }
  return counts
}
