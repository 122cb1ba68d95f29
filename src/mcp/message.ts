import type { JsonObject } from '../kernel/json.ts'

/** A JSON-RPC id. Integers beyond 2^53 are refused at the edge: they would not survive. */
export type RequestId = string | number

/** A JSON-RPC 2.0 request. */
export interface Request {
  readonly kind: 'request'
  readonly id: RequestId
  readonly method: string
  readonly params: JsonObject | undefined
}

/** A JSON-RPC 2.0 notification: no id, no answer. */
export interface Notification {
  readonly kind: 'notification'
  readonly method: string
  readonly params: JsonObject | undefined
}

/** A successful JSON-RPC 2.0 answer. */
export interface ResultResponse {
  readonly kind: 'result'
  readonly id: RequestId
  readonly result: JsonObject
  /**
   * The exact JSON text of `result` as it arrived, when nobody changed it; forwarding it keeps
   * what a re-serialisation would lose. Whoever changes `result` drops it.
   */
  readonly resultText?: string
}

/** A failed JSON-RPC 2.0 answer. `id` is null when the request could not be read. */
export interface ErrorResponse {
  readonly kind: 'error'
  readonly id: RequestId | null
  readonly error: RpcError
}

/** The `error` member (JSON-RPC 2.0 section 5.1). */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: JsonObject[string]
}

export type Response = ResultResponse | ErrorResponse
export type Message = Request | Notification | Response
