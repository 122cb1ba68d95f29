import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type {
  ErrorResponse,
  Notification,
  RequestId,
  Response,
  ResultResponse,
} from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { LOG_LEVELS } from '../undecided.ts'
import { mayAsk } from './may-ask.ts'
import { ASKING } from './modern-answer.ts'
import { type ParkedCall, parkedCall } from './parked.ts'
import { refuse } from './refuse.ts'
import type { Outgoing, Speech } from './speak.ts'

const ENVELOPE: ReadonlySet<string> = new Set(Object.values(META))
const ELICIT = 'elicitation/create'
/** Milliseconds for a preference to be taken. */
const LEVEL_TIMEOUT = 10_000
const CACHEABLE: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])
/**
 * A modern client before a legacy server: the envelope is taken off; what the server asks in
 * mid-call reaches the client as `input_required`, while the call itself waits here for the retry.
 */
export async function speakDown(speech: Speech, link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange, binding, params } = outgoing
  if (exchange.cancelled.aborted) throw new GatewayError('cancelled', 'the request was cancelled')
  const call = resumed(speech, outgoing) ?? started(speech, link, outgoing)
  call.attach(levelled(params, outgoing.notify))
  const cancel = (): void => call.abort.abort()
  exchange.cancelled.addEventListener('abort', cancel, { once: true })
  try {
    const turn = await call.next()
    if (turn.kind === 'answered') return modernResponse(outgoing.method, turn.response, exchange)
    call.attach(() => undefined)
    const parked = speech.parked.put(call, exchange.conversation.holder)
    const requestState = speech.seal.seal({ parked }, binding())
    const { inputRequests } = turn
    const result = { resultType: 'input_required', inputRequests, requestState }
    return { kind: 'result', id: exchange.request.id, result }
  } finally {
    exchange.cancelled.removeEventListener('abort', cancel)
  }
}

function started(speech: Speech, link: Link, outgoing: Outgoing): ParkedCall {
  const { id, method, timeout, exchange } = outgoing
  const { capabilities } = exchange.conversation
  const call = parkedCall(async ({ signal, notify, ask, withdraw }) => {
    if (logLevel(outgoing.params) !== undefined) await wantLogs(speech, link, outgoing.id, signal)
    const params = withoutEnvelope(outgoing.params)
    return link.request({
      request: { kind: 'request', id, method, params },
      signal,
      timeout,
      onNotification(notification) {
        const { requestId } = notification.params ?? {}
        if (notification.method === 'notifications/cancelled') withdraw(requestId as RequestId)
        else notify(notification)
      },
      async onRequest(request) {
        if (request.method === 'ping') return { kind: 'result', id: request.id, result: {} }
        const asks = ASKING.has(method) && mayAsk(capabilities, request.method, request.params)
        return asks ? ask(request) : refuse(request)
      },
    })
  })
  outgoing.keep(call.done)
  return call
}

function resumed(speech: Speech, { params, binding }: Outgoing): ParkedCall | undefined {
  const { requestState, inputResponses } = params
  if (requestState === undefined) return undefined
  // A client may come back without answers (basic/patterns/mrtr): then it is asked again.
  if (inputResponses !== undefined && !isObject(inputResponses))
    throw new GatewayError('params_invalid', '`inputResponses` must be an object')
  const sealed = typeof requestState === 'string' ? requestState : ''
  const { parked } = speech.seal.open(sealed, binding())
  const call = parked === undefined ? undefined : speech.parked.take(parked)
  if (!call)
    throw new GatewayError('request_state_invalid', 'the call that this continues is not waiting')
  call.reply(inputResponses ?? {})
  return call
}

/** Gives up a call that waits for answers which will not come. What waits for nothing is left alone. */
export function abandon(
  { seal, parked }: Pick<Speech, 'seal' | 'parked'>,
  { requestState }: JsonObject,
  binding: () => string,
): void {
  if (typeof requestState !== 'string') return
  try {
    const { parked: id } = seal.open(requestState, binding())
    if (id !== undefined) parked.take(id)?.abort.abort()
  } catch {
    // A state that is not ours names no call.
  }
}

function withoutEnvelope(params: JsonObject): JsonObject {
  const { inputResponses: _, requestState: __, ...plain } = params
  const meta = params['_meta']
  if (!isObject(meta)) return plain
  const kept = Object.entries(meta).filter(([key]) => !ENVELOPE.has(key))
  const { _meta: ___, ...bare } = plain
  return kept.length > 0 ? { ...bare, _meta: Object.fromEntries(kept) } : bare
}

/** A legacy server logs per session: it is set to send all, and each request takes what it asked for. */
async function wantLogs(
  { loud }: Speech,
  link: Link,
  id: RequestId,
  signal: AbortSignal,
): Promise<void> {
  if (loud.has(link) || link.claims.capabilities['logging'] === undefined) return
  loud.add(link)
  const params = { level: 'debug' }
  try {
    await link.request({
      request: { kind: 'request', id: `${id}.level`, method: 'logging/setLevel', params },
      signal,
      timeout: LEVEL_TIMEOUT,
      onNotification: () => undefined,
      onRequest: refuse,
    })
  } catch {
    // A call without its logs is better than none; the next one tries again.
    loud.delete(link)
  }
}

function levelled(
  params: JsonObject,
  notify: (notification: Notification) => void,
): (notification: Notification) => void {
  const wanted = LOG_LEVELS.indexOf(logLevel(params) ?? '')
  return (notification) => {
    if (notification.method === 'notifications/message') {
      const level = notification.params?.['level']
      if (wanted < 0 || typeof level !== 'string' || LOG_LEVELS.indexOf(level) < wanted) return
    }
    notify(notification)
  }
}

function logLevel(params: JsonObject): string | undefined {
  const meta = params['_meta']
  const level = isObject(meta) ? meta[META.logLevel] : undefined
  return typeof level === 'string' ? level : undefined
}

function modernResponse(
  method: string,
  response: Response,
  { conversation }: Outgoing['exchange'],
): Response {
  if (response.kind === 'result')
    return { kind: 'result', id: response.id, result: modernResult(method, response) }
  const { error } = response
  // Neither code exists any more (2026-07-28, "Error Codes").
  if (error.code === -32002) return { ...response, error: { ...error, code: -32602 } }
  return error.code === -32042 ? urlRequired(method, response, conversation.capabilities) : response
}

/** A legacy result in the form of 2026-07-28. Never to be cached by others: nobody said it may. */
export function modernResult(method: string, response: ResultResponse): JsonObject {
  const cache = CACHEABLE.has(method) ? { ttlMs: 0, cacheScope: 'private' } : {}
  return { ...losslessResult(response), resultType: 'complete', ...cache }
}

/** 2025-11-25 says with an error (-32042) that a URL must be visited first; 2026-07-28 asks for it. */
function urlRequired(method: string, response: ErrorResponse, capabilities: JsonObject): Response {
  const { data } = response.error
  const listed = isObject(data) ? data['elicitations'] : undefined
  const asked = (Array.isArray(listed) ? listed : [])
    .filter(isObject)
    .filter((params) => params['mode'] === 'url' && mayAsk(capabilities, ELICIT, params))
    .map((params, index) => [`url-${index + 1}`, { method: ELICIT, params }] as const)
  if (asked.length === 0 || response.id === null || !ASKING.has(method))
    throw new GatewayError('bridge_unsupported', 'the server needs a URL visited first')
  const result = { resultType: 'input_required', inputRequests: Object.fromEntries(asked) }
  return { kind: 'result', id: response.id, result }
}
