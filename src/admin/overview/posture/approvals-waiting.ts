import type { PostureCheck } from './item.ts'

const LONG = 15 * 60 * 1_000

/** Requests for approval that wait for long. */
export const approvalsWaiting: PostureCheck = ({ approvals: { pending, oldest }, now }) => {
  if (oldest === undefined || now - oldest < LONG) return undefined
  return {
    id: 'approvals-waiting',
    severity: 'warning',
    title: 'requests for approval wait for long',
    detail: `the oldest waits for ${Math.floor((now - oldest) / 60_000)} minutes`,
    count: pending,
    fix: { label: 'answer them', page: '/approvals' },
  }
}
