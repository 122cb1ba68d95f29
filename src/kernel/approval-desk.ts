import type { AccessRequest, Assurance, Denial, Lift } from './access.ts'
import type { ApprovalState } from './approval.ts'
import type { Actor } from './event.ts'
import type { Digest } from './hash.ts'
import type { JsonObject } from './json.ts'
import type { Subject } from './subject.ts'

/** Where an answer came from. */
export type ApprovalChannel = 'client' | 'console' | 'command-line' | 'chat'

/** A request for approval as lists show it: nothing that the call carries. Times: milliseconds since the epoch. */
export interface ApprovalSummary {
  readonly id: string
  readonly state: ApprovalState
  readonly digest: Digest
  /** `user:id` or `agent:id` of whom the call is for. */
  readonly subject: string
  /** The OAuth client. */
  readonly client: string
  readonly server: string
  readonly target: string
  readonly lift: Lift
  /** Users who may not answer, being whom the call is for. */
  readonly requesters: readonly string[]
  /** The user for whom the approver `self` stands: of an agent, who answers for it. Absent: nobody. */
  readonly self?: string
  readonly created: number
  readonly expires: number
  readonly decided?: number
  readonly votes: readonly ApprovalVote[]
  /** The call that used it. */
  readonly usedBy?: string
}

export interface ApprovalVote {
  /** User id. */
  readonly user: string
  readonly verdict: 'approve' | 'decline'
  readonly standsFor: string
  readonly assurance: Assurance
  readonly channel: ApprovalChannel
  readonly at: number
  readonly comment?: string
  /** The id of the passkey that signed, and its signature, as the record keeps them. */
  readonly evidence?: JsonObject
}

/** Everything about a request: what exactly will happen, and why somebody is asked. */
export interface ApprovalRequest extends ApprovalSummary {
  readonly call: string
  /** Absent once the call is no longer kept. */
  readonly access?: AccessRequest
  readonly denial?: Denial
  readonly definition?: Digest
  readonly policies: string
  readonly forwarded?: {
    readonly server: string
    readonly target: string
    readonly arguments: JsonObject
  }
  /** How often the same person's calls of this tool were answered before, and how. */
  readonly similar: Readonly<Record<'approved' | 'declined' | 'expired', number>>
  /** Names of arguments that a pattern may leave open; empty where there can be no pattern. */
  readonly mayBeFree: readonly string[]
}

/** Calls that were approved together. */
export interface ApprovalPattern {
  readonly id: string
  readonly approval: string
  readonly subject: string
  readonly client: string
  readonly server: string
  readonly target: string
  readonly fixed: JsonObject
  readonly free: readonly string[]
  readonly created: number
  readonly expires: number
  readonly revoked?: number
  /** What it permits, written as the Cedar policy that would. */
  readonly policy: string
}

/** One person's answer. */
export interface ApprovalBallot {
  readonly user: Pick<Subject, 'id' | 'groups'>
  readonly by: Actor
  readonly verdict: 'approve' | 'decline'
  readonly channel: ApprovalChannel
  readonly comment?: string
  /** What the person saw: an answer to something else is refused. */
  readonly digest: string
  /** A WebAuthn assertion, for the challenge that `challenge` made. */
  readonly assertion?: JsonObject
  /** With an approval: calls like it too, for so many milliseconds. */
  readonly pattern?: PatternChoice
}

/** Calls like one: which arguments may differ, and for how many milliseconds. */
export interface PatternChoice {
  readonly free: readonly string[]
  readonly duration: number
}

/** Human decisions, as people make and follow them. All throw GatewayError `store_unavailable`. */
export interface ApprovalDesk {
  /** Newest first. `mine`: what this person asked for, or may answer. */
  list(query: {
    readonly state?: ApprovalState
    readonly mine?: Pick<Subject, 'id' | 'groups'>
    readonly server?: string
    readonly limit?: number
    readonly cursor?: string
  }): Promise<{ readonly items: readonly ApprovalSummary[]; readonly next?: string }>
  find(id: string): Promise<ApprovalRequest | undefined>
  /** How many wait. */
  pending(): Promise<number>
  /** Whether the person may answer, and if not, why, in public words. */
  mayAnswer(
    request: ApprovalSummary,
    user: Pick<Subject, 'id' | 'groups'>,
  ): { readonly may: true } | { readonly may: false; readonly why: string }
  /**
   * WebAuthn options (`PublicKeyCredentialRequestOptionsJSON`) whose challenge is SHA-256 over a nonce and
   * the digest; valid once, for two minutes, for this person and this request. With a pattern it is over
   * the pattern too, so that nobody signs one call and approves many.
   *
   * @throws GatewayError `item_unknown`, `approval_over`, `approver_refused`; `params_invalid` where there
   *   can be no passkeys.
   */
  challenge(
    id: string,
    user: Pick<Subject, 'id' | 'groups'>,
    pattern?: PatternChoice,
  ): Promise<JsonObject>
  /**
   * The Cedar policy that a pattern would be, for who is about to grant it; the time in it counts from now.
   *
   * @throws GatewayError `item_unknown`; `params_invalid` for a pattern that is not allowed.
   */
  policyOf(id: string, pattern: PatternChoice): Promise<string>
  /**
   * Takes an answer; the same answer of the same person again changes nothing and is no error.
   *
   * @throws GatewayError `item_unknown`, `approval_over`, `approver_refused`, `evidence_refused`,
   *   `version_conflict` (another digest), `params_invalid` (a pattern that is not allowed).
   */
  answer(id: string, ballot: ApprovalBallot): Promise<ApprovalSummary>
  /** Takes a request back. @throws GatewayError `item_unknown`, `approval_over`. */
  withdraw(id: string, by: Actor): Promise<ApprovalSummary>
  patterns(query: {
    readonly subject?: string
    readonly limit?: number
    readonly cursor?: string
  }): Promise<{ readonly items: readonly ApprovalPattern[]; readonly next?: string }>
  /** @throws GatewayError `item_unknown`. */
  revokePattern(id: string, by: Actor): Promise<void>
}

/** Something that happened to a request, for whoever is to be told. */
export interface ApprovalNews {
  readonly what: 'requested' | 'voted' | ApprovalState
  readonly approval: ApprovalSummary
}

/** Makes and checks signatures of people's passkeys (WebAuthn level 3). */
export interface PasskeySignatures {
  /** Options for the browser; undefined for a person without a passkey, or where there can be none. */
  options(user: string, challenge: string): Promise<JsonObject | undefined>
  /** What is kept as evidence, if the assertion is by a passkey of this person over this challenge. */
  verify(user: string, assertion: JsonObject, challenge: string): Promise<JsonObject | undefined>
}
