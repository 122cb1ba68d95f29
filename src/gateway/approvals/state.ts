import type { CallApproval } from '../../kernel/access.ts'
import type { Digest } from '../../kernel/hash.ts'

/** How a person in front of a client is asked: by a form that counts, or by the address of our page. */
export type DialogMode = 'form' | 'url'

/** What our `requestState` remembers of approval, from one round of a modern client to the next. */
export type ApprovalState = AskedState | PassedState

/** The person was asked, and nothing was sent. */
export interface AskedState {
  readonly kind: 'asked'
  /** The request that the question is about. */
  readonly id: string
  readonly mode: DialogMode
  /** Rounds of this call that brought no answer. */
  readonly rounds: number
}

/** An approved call has left, and its server wants to know more before it goes on. */
export interface PassedState {
  readonly kind: 'passed'
  /** Names the one next round that may go on; see `passes.ts`. */
  readonly pass: string
  readonly approval: CallApproval
  /** What the first round was decided under: definition, policies, and who had to approve. */
  readonly under: Digest
  /** Milliseconds since the epoch: when the approval is over. */
  readonly until: number
  /** What goes on to the server's side: the state that this one stands around. */
  readonly inner?: string
}
