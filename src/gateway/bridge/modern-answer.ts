import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { ErrorResponse, Response, ResultResponse } from '../../mcp/message.ts'
import { OWN_KEYS } from '../approvals/round.ts'
import { losslessResult } from '../lossless.ts'
import { mayAsk } from './may-ask.ts'

/** One thing that a server wants to know before it goes on. */
export interface Question {
  readonly key: string
  readonly method: string
  readonly params: JsonObject | undefined
}

/** What a modern server answers (2026-07-28, basic, "Results"; basic/patterns/mrtr). */
export type ModernAnswer =
  | { readonly kind: 'error'; readonly response: ErrorResponse }
  | { readonly kind: 'complete'; readonly response: ResultResponse }
  | {
      readonly kind: 'asks'
      readonly response: ResultResponse
      readonly questions: readonly Question[]
      readonly requestState: string | undefined
    }

/** Methods whose answer may be `input_required` (2026-07-28, basic/patterns/mrtr). */
export const ASKING: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read'])
/** Questions in one answer; no person could answer more. */
const MAX_QUESTIONS = 64

/**
 * Reads what a modern server answered to `method`. A `resultType` that is not known is invalid; none
 * means complete, as older servers say it.
 *
 * @throws GatewayError `upstream_malformed` for any other answer than the protocol has, and for a
 *   question that the client did not say it takes.
 */
export function readModernAnswer(
  response: Response,
  method: string,
  capabilities: JsonObject,
): ModernAnswer {
  if (response.kind === 'error') return { kind: 'error', response }
  const { resultType, inputRequests, requestState } = response.result
  if (resultType === 'complete') return { kind: 'complete', response }
  if (resultType === undefined) {
    const result = { ...losslessResult(response), resultType: 'complete' }
    return { kind: 'complete', response: { kind: 'result', id: response.id, result } }
  }
  if (resultType !== 'input_required' || !ASKING.has(method))
    malformed(`the server answered \`${method}\` with a result that is not known`)
  if (requestState !== undefined && typeof requestState !== 'string')
    malformed('the server sent a `requestState` that is not a string')
  const questions = readQuestions(inputRequests, capabilities)
  if (questions.length === 0 && requestState === undefined)
    malformed('the server needs input, but does not say which')
  return { kind: 'asks', response, questions, requestState }
}

function readQuestions(inputRequests: unknown, capabilities: JsonObject): readonly Question[] {
  if (inputRequests === undefined) return []
  if (!isObject(inputRequests)) malformed('the server asked in a form that is not known')
  const asked = Object.entries(inputRequests)
  if (asked.length > MAX_QUESTIONS) malformed(`the server asked more than ${MAX_QUESTIONS} things`)
  return asked.map(([key, question]) => {
    const { method, params } = isObject(question) ? question : {}
    if (typeof method !== 'string' || !(params === undefined || isObject(params)))
      malformed('the server asked in a form that is not known')
    if (key.startsWith(OWN_KEYS)) malformed('the server asked in the name of the gateway')
    if (!mayAsk(capabilities, method, params))
      malformed(`the server asked for \`${method}\`, which the client did not say it takes`)
    return { key, method, params }
  })
}

function malformed(message: string): never {
  throw new GatewayError('upstream_malformed', message)
}
