import type { AccessRequest, Action, Decision } from './access.ts'
import type { Digest } from './hash.ts'
import type { JsonObject } from './json.ts'

/** The call that a record is about, the same in its intent and its outcome. */
export interface RecordedCall {
  /** One id per request that reached the pipeline; also the public request id in errors. */
  readonly call: string
  readonly subject: string
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
      /** Whole milliseconds from receipt to answer. */
      readonly duration: number
    } & RecordedCall)

/** The recorder. Resolves when the entry is durable; rejects with `audit_unavailable`. */
export interface Recorder {
  record(entry: RecordEntry): Promise<void>
}
