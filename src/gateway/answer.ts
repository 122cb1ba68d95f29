import type { Denial } from '../kernel/access.ts'
import { ERRORS, GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { ErrorResponse, Request, Response, ResultResponse } from '../mcp/message.ts'
import type { Era } from '../mcp/revision.ts'

const NO_PERMIT = 'no policy permits it'
const BROKEN = 'a policy that applies to it could not be evaluated'

/** An empty success, in the form of the era. */
export function emptyResult(request: Request, era: Era): ResultResponse {
  return result(request, era === 'modern' ? { resultType: 'complete' } : {})
}

export function result(request: Request, value: JsonObject): ResultResponse {
  return { kind: 'result', id: request.id, result: value }
}

/** A failure as a JSON-RPC error: the code's row of the error table, its public message, the call's id. */
export function failure(request: Request, error: GatewayError, call: string): ErrorResponse {
  const data = { ...error.data, code: error.code, requestId: call } as JsonObject
  return {
    kind: 'error',
    id: request.id,
    error: { code: ERRORS[error.code].rpc, message: error.message, data },
  }
}

/** Says in one sentence why a denial came about. For models and people. */
export function denialText(denial: Denial): string {
  const reasons = denial.determining.map(({ policy, reason }) => reason ?? `policy ${policy}`)
  if (reasons.length > 0) return reasons.join('; ')
  return denial.errors.length > 0 ? BROKEN : NO_PERMIT
}

/**
 * A denial, in the form that reaches whoever can act on it: for `tools/call` a tool error that the
 * model reads (2025-11-25, server/tools, "Error Handling"), for every other method a JSON-RPC error.
 */
export function denied(request: Request, denial: Denial, era: Era, call: string): Response {
  const policies = denial.determining.map(({ policy }) => policy)
  const { retryAfter } = denial
  const code = denial.determining.some(({ policy }) => policy.startsWith('limit:'))
    ? 'limit_exceeded'
    : 'policy_denied'
  const remedies = denial.determining.flatMap(({ remedy }) => (remedy ? [remedy] : []))
  const detail: JsonObject = {
    code,
    policies: [...policies, ...denial.errors],
    reason: denialText(denial),
    ...(remedies.length > 0 ? { remedies } : {}),
    ...(retryAfter === undefined ? {} : { retryAfterMs: Math.ceil(retryAfter) }),
    ...(denial.lift === undefined
      ? {}
      : { lift: { ...denial.lift, approvers: [...denial.lift.approvers] } }),
    requestId: call,
  }
  const lines = [
    `Denied by policy: ${denialText(denial)}.`,
    ...remedies.map((remedy) => `Instead: ${remedy}.`),
    retryAfter === undefined
      ? `Do not retry the same call. Request id: ${call}.`
      : `Do not retry before that. Request id: ${call}.`,
  ]
  if (request.method === 'tools/call') return toolError(request, lines.join('\n'), detail, era)
  const message = `denied by policy: ${denialText(denial)}`
  return {
    kind: 'error',
    id: request.id,
    error: { code: ERRORS[code].rpc, message, data: detail },
  }
}

/** The refusal of what nobody approved, in the form in which denials reach models and programs. */
export function quarantined(
  { request, conversation }: Pick<Exchange, 'request' | 'conversation'>,
  error: GatewayError,
  call: string,
): Response {
  if (request.method !== 'tools/call') return failure(request, error, call)
  const lines = [
    `Refused: ${error.message}.`,
    'Go on without it; what else its server offers can still be used. ' +
      `Do not retry the same call. Request id: ${call}.`,
  ]
  const detail = { ...error.data, code: error.code, reason: error.message, requestId: call }
  return toolError(request, lines.join('\n'), detail as JsonObject, conversation.era)
}

/** A tool's failure as a result that the model sees (`isError`), with details for programs in `_meta`. */
export function toolError(request: Request, text: string, detail: JsonObject, era: Era): Response {
  return result(request, {
    ...(era === 'modern' ? { resultType: 'complete' } : {}),
    content: [{ type: 'text', text }],
    isError: true,
    _meta: { 'dev.bailiwick/decision': detail },
  })
}

/** Arguments that do not satisfy the tool's schema, in the form that reaches whoever can correct them. */
export function invalid(
  request: Request,
  violations: readonly string[],
  era: Era,
  call: string,
): Response {
  if (request.method !== 'tools/call') {
    const error = new GatewayError('arguments_invalid', violations.join('; '))
    return failure(request, error, call)
  }
  const text = `Invalid arguments: ${violations.join('; ')}. Correct them and call again.`
  const detail = { code: 'arguments_invalid', violations: [...violations], requestId: call }
  return toolError(request, text, detail, era)
}
