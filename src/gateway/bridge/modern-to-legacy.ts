import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Notification, Response, ResultResponse } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { losslessResult } from '../lossless.ts'
import { mayAsk } from './legacy-to-legacy.ts'
import { type ParkedCall, parkedCall } from './parked.ts'
import type { Outgoing, Speech } from './speak.ts'

const ENVELOPE: ReadonlySet<string> = new Set(Object.values(META))
const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']
const CACHEABLE: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
])
/** Methods whose answer may be `input_required` (2026-07-28, basic/patterns/mrtr). */
const ASKING: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read'])

/**
 * A modern client before a legacy server: the envelope is taken off; what the server asks in
 * mid-call reaches the client as `input_required`, while the call itself waits here for the retry.
 */
export async function speakDown(speech: Speech, link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange, binding, params } = outgoing
  const call = resumed(speech, outgoing) ?? started(link, outgoing)
  call.attach(levelled(params, outgoing.notify))
  const cancel = (): void => call.abort.abort()
  exchange.cancelled.addEventListener('abort', cancel, { once: true })
  try {
    const turn = await call.next()
    if (turn.kind === 'answered') return modernResponse(outgoing.method, turn.response, exchange)
    call.attach(() => undefined)
    const requestState = speech.seal.seal({ parked: speech.parked.put(call) }, binding())
    const { key, method, params: question } = turn
    const inputRequests = { [key]: { method, params: question } }
    const result = { resultType: 'input_required', inputRequests, requestState }
    return { kind: 'result', id: exchange.request.id, result }
  } finally {
    exchange.cancelled.removeEventListener('abort', cancel)
  }
}

function started(link: Link, outgoing: Outgoing): ParkedCall {
  const { exchange } = outgoing
  const { capabilities } = exchange.conversation
  return parkedCall(async (signal, notify, ask) => {
    await wantLogs(link, outgoing, signal)
    return link.request({
      request: {
        kind: 'request',
        id: outgoing.id,
        method: outgoing.method,
        params: withoutEnvelope(outgoing.params),
      },
      signal,
      timeout: outgoing.timeout,
      onNotification: notify,
      onRequest: async (request) => {
        const { id, method } = request
        if (method === 'ping') return { kind: 'result', id, result: {} }
        if (ASKING.has(outgoing.method) && mayAsk(capabilities, method)) return ask(request)
        return {
          kind: 'error',
          id,
          error: { code: -32601, message: `the client takes no \`${method}\`` },
        }
      },
    })
  })
}

function resumed(speech: Speech, { params, binding }: Outgoing): ParkedCall | undefined {
  const { requestState, inputResponses } = params
  if (requestState === undefined) return undefined
  const { parked } = speech.seal.open(
    typeof requestState === 'string' ? requestState : '',
    binding(),
  )
  const call = parked === undefined ? undefined : speech.parked.take(parked)
  if (!call)
    throw new GatewayError('request_state_invalid', 'the call that this continues is not waiting')
  if (!call.reply(isObject(inputResponses) ? inputResponses : {})) {
    call.abort.abort()
    throw new GatewayError('params_invalid', '`inputResponses` does not answer what was asked')
  }
  return call
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
async function wantLogs(link: Link, outgoing: Outgoing, signal: AbortSignal): Promise<void> {
  if (logLevel(outgoing.params) === undefined || link.claims.capabilities['logging'] === undefined)
    return
  await link.request({
    request: {
      kind: 'request',
      id: `${outgoing.id}.level`,
      method: 'logging/setLevel',
      params: { level: 'debug' },
    },
    signal,
    timeout: 10_000,
    onNotification: () => undefined,
    onRequest: async ({ id }) => ({
      kind: 'error',
      id,
      error: { code: -32601, message: 'refused' },
    }),
  })
}

function levelled(
  params: JsonObject,
  notify: (notification: Notification) => void,
): (notification: Notification) => void {
  const wanted = LEVELS.indexOf(logLevel(params) ?? '')
  return (notification) => {
    if (notification.method === 'notifications/message') {
      const level = notification.params?.['level']
      if (wanted < 0 || typeof level !== 'string' || LEVELS.indexOf(level) < wanted) return
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
  if (response.kind === 'error') {
    if (response.error.code === -32002)
      return { ...response, error: { ...response.error, code: -32602 } }
    return urlRequired(response, conversation.capabilities) ?? response
  }
  return { kind: 'result', id: response.id, result: modernResult(method, response) }
}

/** A legacy result in the form of 2026-07-28. Never to be cached by others: nobody said it may. */
export function modernResult(method: string, response: ResultResponse): JsonObject {
  const cache = CACHEABLE.has(method) ? { ttlMs: 0, cacheScope: 'private' } : {}
  return { ...losslessResult(response), resultType: 'complete', ...cache }
}

/** 2025-11-25 says with an error (-32042) that a URL must be visited first; 2026-07-28 asks for it. */
function urlRequired(
  response: Extract<Response, { kind: 'error' }>,
  capabilities: JsonObject,
): Response | undefined {
  const { code, data } = response.error
  const elicitations = isObject(data) ? data['elicitations'] : undefined
  const { elicitation } = capabilities
  if (code !== -32042 || !Array.isArray(elicitations) || response.id === null) return undefined
  if (!isObject(elicitation) || elicitation['url'] === undefined) return undefined
  const asked = elicitations
    .filter(isObject)
    .map((params, index) => [`url-${index + 1}`, { method: 'elicitation/create', params }] as const)
  if (asked.length === 0) return undefined
  const result = { resultType: 'input_required', inputRequests: Object.fromEntries(asked) }
  return { kind: 'result', id: response.id, result }
}
