import type { AccessRequest, Action, CallApproval, Decision } from './access.ts'
import type { Sender } from './authentication.ts'
import type { SecurityEvent } from './event.ts'
import type { Digest } from './hash.ts'
import type { JsonObject } from './json.ts'
import type { RecordedFinding } from './screening.ts'
import { type ClientTrust, type EstablishedBy, type SubjectId, subjectName } from './subject.ts'

/** By what right a client acted, as a record keeps it: what a token said, never a token. */
export interface RecordedAuthorization {
  /** The id of the OAuth client. */
  readonly client: string
  readonly trust: ClientTrust
  readonly grant: string
  readonly scopes: readonly string[]
  readonly bound: boolean
  readonly issuer: string
  readonly via: EstablishedBy
}

/** The call that a record is about, the same in its intent and its outcome. */
export interface RecordedCall {
  /** One id per request that reached the pipeline; also the public request id in errors. */
  readonly call: string
  /** `user:id` or `agent:id` of whom the call was for. */
  readonly subject: string
  /** Who acted, when that was someone else, outermost first. */
  readonly actors: readonly SubjectId[]
  readonly authorization: RecordedAuthorization
  /** Name and version, as the client claims them. */
  readonly client: string
  readonly method: string
  readonly action: Action | 'relay'
  readonly server: string
  readonly target: string
}

/** What the pipeline reports. `intent` is durable before anything leaves; `outcome` follows it. */
export type RecordEntry =
  | ({
      readonly kind: 'intent'
      readonly decision: Decision
      readonly policies: string
      readonly definition: Digest | undefined
      readonly arguments: JsonObject
      /** All that the decision saw, for explaining and replaying it. */
      readonly input?: AccessRequest | undefined
      /** What people approved, where policies asked for it. */
      readonly approval?: CallApproval
      /** What leaves, when a virtual tool stands for another. */
      readonly forwarded?: {
        readonly server: string
        readonly target: string
        readonly arguments: JsonObject
      }
    } & RecordedCall)
  | ({
      readonly kind: 'outcome'
      /**
       * `denied` and `failed` calls that were never dispatched have an outcome and no intent. `asked`:
       * the server wants to know more first; the client's next round is a call of its own.
       */
      readonly outcome: 'answered' | 'asked' | 'tool_error' | 'denied' | 'failed' | 'cancelled'
      readonly decision: Decision | undefined
      readonly policies: string
      readonly error: string | undefined
      readonly arguments: JsonObject | undefined
      /** As in an intent, for calls that have none. */
      readonly input?: AccessRequest | undefined
      readonly result: JsonObject | undefined
      /** The exact JSON text of `result`, when it was relayed unchanged: cheaper to fingerprint. */
      readonly resultText?: string
      /** What screens found in the call's messages, and did. */
      readonly screened?: readonly RecordedFinding[]
      /** Whole milliseconds from receipt to answer. */
      readonly duration: number
    } & RecordedCall)
  | ({
      readonly kind: 'event' /** Unique, as the id of a call is. */
      readonly id: string
    } & SecurityEvent)

/** Who sent a request, as records name it. */
export function recordedSender({
  subject,
  authorization,
}: Sender): Pick<RecordedCall, 'subject' | 'actors' | 'authorization'> {
  const { client, clientTrust: trust, grant, scopes, bound, issuer } = authorization
  return {
    subject: subjectName(subject),
    actors: subject.actors,
    authorization: { client, trust, grant, scopes, bound, issuer, via: subject.via },
  }
}

/** The recorder. Resolves when the entry is durable; rejects with `audit_unavailable`. */
export interface Recorder {
  record(entry: RecordEntry): Promise<void>
}
