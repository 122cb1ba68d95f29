import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { ErrorResponse, Response, ResultResponse } from '../../mcp/message.ts'
import { META, NEWEST_MODERN } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { orCancelled } from '../waiting.ts'
import { maskExtensions } from './capabilities.ts'
import { type ModernAnswer, readModernAnswer } from './modern-answer.ts'
import { refuse } from './refuse.ts'
import type { Outgoing, Speech } from './speak.ts'

/** Rounds of questions that one request may take; the official clients stop at ten as well. */
const MAX_ROUNDS = 10
/** Milliseconds before a round that brings no answers. */
const PAUSE = 250
const RESOURCE_NOT_FOUND = -32002

/**
 * A legacy client before a modern server: each request gets the envelope that the session stands
 * for; `input_required` becomes requests to the client on this request's stream, and a retry.
 */
export async function speakUp(speech: Speech, link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange, method } = outgoing
  const base = withEnvelope(exchange, withoutRounds(outgoing.params), speech.logLevel(exchange))
  const headers = outgoing.headers()
  let params = base
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const response = await link.request({
      request: { kind: 'request', id: `${outgoing.id}.${round}`, method, params },
      headers,
      signal: exchange.cancelled,
      timeout: outgoing.timeout,
      onNotification: outgoing.notify,
      onRequest: refuse,
    })
    const answer = readModernAnswer(response, method, exchange.conversation.capabilities)
    if (answer.kind === 'error') return legacyError(method, answer.response)
    if (answer.kind === 'complete') return legacyResult(answer.response)
    params = { ...base, ...(await answers(exchange, answer)) }
  }
  throw new GatewayError('bridge_unsupported', `the server asked more than ${MAX_ROUNDS} times`)
}

/** Rounds are ours to keep: a legacy client that speaks of them could only forge one. */
function withoutRounds(params: JsonObject): JsonObject {
  const { inputResponses: _, requestState: __, ...plain } = params
  return plain
}

/** The envelope that 2026-07-28 wants on each request, from what the client said in `initialize`. */
export function withEnvelope(
  { conversation }: Pick<Exchange, 'conversation'>,
  params: JsonObject,
  logLevel?: string,
): JsonObject {
  const meta = isObject(params['_meta']) ? params['_meta'] : {}
  return {
    ...params,
    _meta: {
      ...meta,
      [META.protocolVersion]: NEWEST_MODERN,
      [META.clientInfo]: { ...conversation.client },
      [META.clientCapabilities]: maskExtensions(conversation.capabilities),
      ...(logLevel === undefined ? {} : { [META.logLevel]: logLevel }),
    },
  }
}

async function answers(
  exchange: Exchange,
  { questions, requestState }: Extract<ModernAnswer, { kind: 'asks' }>,
): Promise<JsonObject> {
  // Nothing is asked: the server wants to be called again later (basic/patterns/mrtr).
  if (questions.length === 0) await orCancelled(sleep(PAUSE), exchange.cancelled)
  const responses: [string, JsonObject][] = []
  for (const { key, method, params } of questions) {
    const response = await exchange.ask(method, params, exchange.cancelled)
    if (response.kind === 'error')
      throw new GatewayError('bridge_unsupported', `the client did not answer \`${method}\``)
    responses.push([key, response.result])
  }
  return {
    ...(responses.length > 0 ? { inputResponses: Object.fromEntries(responses) } : {}),
    ...(requestState === undefined ? {} : { requestState }),
  }
}

function legacyResult(response: ResultResponse): Response {
  const { resultType: _, ttlMs: __, cacheScope: ___, ...result } = losslessResult(response)
  return { kind: 'result', id: response.id, result }
}

function legacyError(method: string, response: ErrorResponse): Response {
  if (method !== 'resources/read' || response.error.code !== -32602) return response
  return { ...response, error: { ...response.error, code: RESOURCE_NOT_FOUND } }
}
