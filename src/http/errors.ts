import { ERRORS, type GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ErrorResponse, RequestId } from '../mcp/message.ts'
import { messageText } from '../mcp/wire/serialize.ts'

/** A failure as an HTTP answer. */
export interface ErrorAnswer {
  readonly status: number
  /** Names and values in turn, besides those of every JSON answer. */
  readonly headers: readonly string[]
  readonly body: string
}

/** Headers that some failures owe their reader (RFC 9110 section 15.5.6). */
const HEADERS: Partial<Record<GatewayError['code'], readonly string[]>> = {
  verb_refused: ['allow', 'POST'],
  too_many_requests: ['retry-after', '1'],
}
const NONE: readonly string[] = []

/**
 * A failure as a JSON-RPC error: the code's row of the error table, its public message, and the id
 * under which the log has the rest.
 *
 * @param id of the JSON-RPC request; null when none was read.
 */
export function errorResponse(
  error: GatewayError,
  id: RequestId | null,
  requestId: string,
): ErrorResponse {
  const data = { ...error.data, code: error.code, requestId } as JsonObject
  const { rpc } = ERRORS[error.code]
  return { kind: 'error', id, error: { code: rpc, message: error.message, data } }
}

/** A failure as an HTTP answer, with its {@link errorResponse} as the body. */
export function errorAnswer(
  error: GatewayError,
  id: RequestId | null,
  requestId: string,
  more: readonly string[] = NONE,
): ErrorAnswer {
  return {
    status: ERRORS[error.code].http,
    headers: [...(HEADERS[error.code] ?? NONE), ...more],
    body: messageText(errorResponse(error, id, requestId)),
  }
}

/** One line for the log about a failure that is not the client's fault; undefined for the others. */
export function logLine(error: GatewayError, requestId: string): string | undefined {
  const { family } = ERRORS[error.code]
  if (family !== 'bug' && family !== 'unavailable') return undefined
  const why = error.detail ?? (error.cause instanceof Error ? error.cause.stack : undefined)
  return `http: ${error.code} (request ${requestId}): ${why ?? error.message}`
}
