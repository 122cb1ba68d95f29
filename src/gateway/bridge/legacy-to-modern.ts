import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response, ResultResponse } from '../../mcp/message.ts'
import { META, NEWEST_MODERN } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { maskExtensions } from './capabilities.ts'
import { mayAsk } from './legacy-to-legacy.ts'
import type { Outgoing, Speech } from './speak.ts'

/** Rounds of questions that one request may take; the official clients stop at ten as well. */
const MAX_ROUNDS = 10
const RESOURCE_NOT_FOUND = -32002

/**
 * A legacy client before a modern server: each request gets the envelope that the session stands
 * for; `input_required` becomes requests to the client on this request's stream, and a retry.
 */
export async function speakUp(speech: Speech, link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange } = outgoing
  const base = withEnvelope(exchange, outgoing.params, speech.logLevel(exchange))
  let params = base
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const response = await link.request({
      request: { kind: 'request', id: `${outgoing.id}.${round}`, method: outgoing.method, params },
      signal: exchange.cancelled,
      timeout: outgoing.timeout,
      onNotification: outgoing.notify,
      onRequest: async ({ id }) => ({
        kind: 'error',
        id,
        error: { code: -32601, message: 'refused' },
      }),
    })
    if (response.kind === 'error') return legacyError(outgoing.method, response)
    if (response.result['resultType'] !== 'input_required') return legacyResult(response)
    params = { ...base, ...(await answers(exchange, response.result)) }
  }
  throw new GatewayError('bridge_unsupported', `the server asked more than ${MAX_ROUNDS} times`)
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

async function answers(exchange: Exchange, result: JsonObject): Promise<JsonObject> {
  const { inputRequests, requestState } = result
  const asked = isObject(inputRequests) ? Object.entries(inputRequests) : []
  const inputResponses: Record<string, JsonObject> = {}
  for (const [key, question] of asked) inputResponses[key] = await answer(exchange, question)
  return {
    ...(asked.length > 0 ? { inputResponses } : {}),
    ...(requestState === undefined ? {} : { requestState }),
  }
}

async function answer(exchange: Exchange, question: unknown): Promise<JsonObject> {
  if (!isObject(question) || typeof question['method'] !== 'string') {
    throw new GatewayError('upstream_malformed', 'the server asked in a form that is not known')
  }
  const { method, params } = question
  if (!mayAsk(exchange.conversation.capabilities, method)) {
    throw new GatewayError(
      'bridge_unsupported',
      `the server needs \`${method}\`, which the client does not take`,
    )
  }
  const response = await exchange.ask(
    method,
    isObject(params) ? params : undefined,
    exchange.cancelled,
  )
  if (response.kind === 'result') return response.result
  throw new GatewayError('bridge_unsupported', `the client did not answer \`${method}\``)
}

function legacyResult(response: ResultResponse): Response {
  const { resultType: _, ttlMs: __, cacheScope: ___, ...result } = losslessResult(response)
  return { kind: 'result', id: response.id, result }
}

function legacyError(method: string, response: Extract<Response, { kind: 'error' }>): Response {
  if (method !== 'resources/read' || response.error.code !== -32602) return response
  return { ...response, error: { ...response.error, code: RESOURCE_NOT_FOUND } }
}
