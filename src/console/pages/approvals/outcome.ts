import type { Output } from '../../api/call.ts'

export type Verdict = 'approve' | 'decline'
type Request = Pick<Output<'approvals.show'>['approval'], 'state' | 'votes'>

/** What became of an answer that nobody heard of again. */
export type Outcome =
  /** It stands in the request. */
  | 'arrived'
  /** It does not, and may be given again. */
  | 'not-arrived'
  /** It does not, and the request is over. */
  | 'over'

/** Reads from the request as it is now whether a person's answer was taken. */
export function outcomeOf({ state, votes }: Request, user: string, verdict: Verdict): Outcome {
  if (votes.some((vote) => vote.user === user && vote.verdict === verdict)) return 'arrived'
  return state === 'pending' ? 'not-arrived' : 'over'
}
