import type { ApprovalBallot, ApprovalRequest, ApprovalSummary } from '../kernel/approval-desk.ts'
import type { Witness } from '../kernel/event.ts'
import type { Notice } from '../kernel/notice.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { PostDocument } from '../kernel/post-document.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Subject } from '../kernel/subject.ts'
import type { Store } from '../store/store.ts'

/** What is told of a request for approval: what lists show, or also what the call carries. */
export type Include = 'summary' | 'arguments'

/** A receiver of webhooks (Standard Webhooks 1.0). */
export interface Endpoint {
  readonly name: string
  readonly url: string
  /** Each `whsec_` and base64 of 24 to 64 bytes; all of them sign. */
  readonly secrets: readonly string[]
  readonly events: readonly Notice[]
  readonly include: Include
}

/** A chat that speaks like Slack. */
export interface ChatSettings {
  readonly way:
    | { readonly kind: 'incoming-webhook'; readonly url: string }
    | {
        readonly kind: 'bot'
        /** Address of the methods, such as `https://slack.com/api`. */
        readonly api: string
        readonly token: string
        readonly channel: string
      }
  /** What the chat signs callbacks with; without it nobody answers there. */
  readonly signingSecret?: string
  /** Users of ours by their ids in the chat. */
  readonly users: Readonly<Record<string, string>>
  /** The workspace whose users these are; absent: whichever uses the signing secret. */
  readonly workspace?: string
  readonly include: Include
  /** Hosts, with a port where it is not the usual one, to which outcomes may be sent. */
  readonly answerHosts: readonly string[]
}

export interface WebhookOptions {
  readonly store: Store
  /** Of `webhooks`. */
  readonly seal: Seal
  readonly witness: Witness
  readonly once: Once
  readonly post: PostDocument
  readonly clock: Clock
  readonly randomId: RandomId
  /** From 0 to 1. */
  readonly random: () => number
  /** One line for the operator. Never given a secret or an address of a receiver. */
  readonly log: (message: string, cause?: unknown) => void
  /** Where people find the console. */
  readonly publicOrigin: string
  readonly endpoints: readonly Endpoint[]
  readonly chat?: ChatSettings
  /** `ApprovalDesk.find`. */
  readonly find: (id: string) => Promise<ApprovalRequest | undefined>
  /** `ApprovalDesk.answer`. */
  readonly answer: (id: string, ballot: ApprovalBallot) => Promise<ApprovalSummary>
  /** The person as they are at this moment; undefined for who is unknown or disabled. */
  readonly person: (id: string) => Promise<Pick<Subject, 'id' | 'groups'> | undefined>
  /** Milliseconds between two looks for deliveries that are due; 1,000 if not given. */
  readonly look?: number
  readonly denials?: DenialRule
}

/** When denials of one subject are worth an alert. */
export interface DenialRule {
  readonly count: number
  /** Milliseconds in which they come. */
  readonly within: number
  /** Milliseconds until there can be another alert about the same subject. */
  readonly quiet: number
}
