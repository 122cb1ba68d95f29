import type { AccessRequest, CallApproval, Denial, Lift } from './access.ts'
import type { Digest } from './hash.ts'
import type { JsonObject } from './json.ts'

/** A call that policies deny and a human may lift: all that the human sees, and all that is bound. */
export interface LiftableCall {
  /** The id of the call, as records name it. */
  readonly call: string
  /** As decided, without an approval: who, by which client, what, with which arguments, and the facts. */
  readonly access: AccessRequest
  readonly denial: Denial & { readonly lift: Lift }
  /** The pinned definition of the tool; undefined for what has none. */
  readonly definition: Digest | undefined
  /** Hash of the policy set that decided. */
  readonly policies: string
  /** What would leave, where a virtual tool stands for another. */
  readonly forwarded?: {
    readonly server: string
    readonly target: string
    readonly arguments: JsonObject
  }
}

/**
 * `pending` waits for people. `approved` may be used once until it expires; `used` was. `declined`,
 * `expired` (nobody answered in time, or nobody used it) and `withdrawn` are denials. `void`: what it was
 * bound to has changed. Every state but the first two is final.
 */
export const APPROVAL_STATES = [
  'pending',
  'approved',
  'used',
  'declined',
  'expired',
  'withdrawn',
  'void',
] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** A request for approval that waits. */
export interface PendingApproval {
  readonly id: string
  /** SHA-256 over all that an answer is bound to. */
  readonly digest: Digest
  /** Milliseconds since the epoch. Nobody's answer is a denial. */
  readonly expires: number
  readonly lift: Lift
  /** Whether the person in front of the client may answer there (see `Lift.assurance`). */
  readonly byClient: boolean
}

/** What approvals say about a call at this moment. */
export type ApprovalAnswer =
  | { readonly kind: 'granted'; readonly approval: CallApproval }
  | { readonly kind: 'pending'; readonly approval: PendingApproval }
  | {
      readonly kind: 'refused'
      readonly why: 'declined' | 'expired' | 'withdrawn' | 'void' | 'flooded'
      /** In public words. */
      readonly message: string
      readonly id?: string
      /** Milliseconds until it may be asked again; absent where asking again is of no use. */
      readonly retryAfter?: number
    }

/**
 * Human decisions, as the enforcement point asks for them. No method here can approve in the name of an
 * agent. All throw GatewayError `store_unavailable`, which is a denial.
 */
export interface Approvals {
  /**
   * What holds for this very call: an approval or a narrow pattern that covers it, an answer already
   * given, or a request for approval, which is made if there is none. The same call asked again finds the
   * same request.
   */
  ask(call: LiftableCall): Promise<ApprovalAnswer>
  /**
   * The answer as soon as there is one, or `pending` when `signal` aborts or `patience` milliseconds are
   * over. The call is needed again: whoever waits must be whom the request is for.
   */
  wait(
    call: LiftableCall,
    id: string,
    patience: number,
    signal: AbortSignal,
  ): Promise<ApprovalAnswer>
  /**
   * The answer that the person in front of the client gave in a dialog of the client (MCP elicitation,
   * form mode). Counts only where `PendingApproval.byClient` says so.
   */
  answeredByClient(
    call: LiftableCall,
    id: string,
    verdict: 'approve' | 'decline',
  ): Promise<ApprovalAnswer>
  /**
   * Uses an approval for this call: true for one caller of all replicas, and not after it expired. False:
   * it was used, has expired, or is not for exactly this call. A pattern can be used until it expires.
   */
  use(call: LiftableCall, approval: CallApproval): Promise<boolean>
}
