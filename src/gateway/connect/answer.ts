import { ERRORS, GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { result, toolError } from '../answer.ts'
import { ELICIT, readReply } from '../approvals/dialog.ts'
import { OWN_KEYS } from '../approvals/round.ts'
import { mayAsk } from '../bridge/may-ask.ts'
import { ASKING } from '../bridge/modern-answer.ts'

/** Where our question stands among a modern client's answers. */
const CONNECT_KEY = `${OWN_KEYS}connect`
/** `URLElicitationRequiredError` (2025-11-25, client/elicitation). No code of 2026-07-28. */
const URL_REQUIRED = -32042

/** A page on which a person connects to a server. */
export interface ConnectPage {
  readonly server: string
  readonly url: string
  readonly message: string
}

/** The page that a failure names. Undefined for other failures, and where no page helps. */
export function pageOf(thrown: unknown): ConnectPage | undefined {
  if (!(thrown instanceof GatewayError) || thrown.code !== 'connection_required') return undefined
  const { server, url } = thrown.data ?? {}
  if (typeof server !== 'string' || typeof url !== 'string' || !/^https?:\/\//.test(url))
    return undefined
  const message = `Server ${server} has to know who its calls are for: ${thrown.message}. The page shows where that leads.`
  return { server, url, message }
}

/** Whether a client can show a page to its person. URL mode came with 2025-11-25. */
export function showsPages({ conversation }: Pick<Exchange, 'conversation'>): boolean {
  const { capabilities, revision } = conversation
  return revision >= '2025-11-25' && mayAsk(capabilities, ELICIT, { mode: 'url' })
}

/** What asks a client to show it. */
export function elicitation(
  { conversation }: Pick<Exchange, 'conversation'>,
  { url, message }: ConnectPage,
  id: string,
): JsonObject {
  return {
    mode: 'url',
    message,
    url,
    ...(conversation.era === 'modern' ? {} : { elicitationId: id }),
  }
}

/** What a modern client says of the page that it was asked to show. Undefined: it was not asked. */
export function replyOf({
  request,
  conversation,
}: Pick<Exchange, 'request' | 'conversation'>): 'opened' | 'unopened' | undefined {
  const responses: Json | undefined = request.params?.['inputResponses']
  if (conversation.era !== 'modern' || !isObject(responses)) return undefined
  if (!Object.hasOwn(responses, CONNECT_KEY)) return undefined
  return readReply('url', responses[CONNECT_KEY]) === 'opened' ? 'opened' : 'unopened'
}

type Told = Pick<Exchange, 'request' | 'conversation'>

/**
 * Tells a client that its person has to connect first, so that it reaches whoever can.
 *
 * @param call the id of the call or the request.
 * @param shown whether the page was shown for this very request: it is not shown again.
 */
export function connectionAnswer(
  exchange: Told,
  error: GatewayError,
  call: string,
  shown = false,
): Response {
  const page = pageOf(error)
  const detail: JsonObject = {
    reason: error.message,
    ...(error.data as JsonObject),
    code: error.code,
    requestId: call,
  }
  const asks = page !== undefined && !shown && showsPages(exchange)
  const asked = asks ? asking(exchange, page, call, detail) : undefined
  return asked ?? told(exchange, error, page?.url, detail)
}

/** Has the client show the page; undefined where this request has no room for that. */
function asking(
  exchange: Told,
  page: ConnectPage,
  call: string,
  detail: JsonObject,
): Response | undefined {
  const { request, conversation } = exchange
  const { id, method } = request
  const params = elicitation(exchange, page, call)
  if (conversation.era === 'modern') {
    if (!ASKING.has(method) || !isFirstRound(exchange)) return undefined
    const inputRequests = { [CONNECT_KEY]: { method: ELICIT, params } }
    return result(request, { resultType: 'input_required', inputRequests })
  }
  // In `initialize` nothing was agreed yet.
  if (method === 'initialize') return undefined
  const data = { ...detail, elicitations: [params] }
  return { kind: 'error', id, error: { code: URL_REQUIRED, message: page.message, data } }
}

/** Says it in a text: for `tools/call` a tool error that the model reads. */
function told(
  { request, conversation }: Told,
  { code, message }: GatewayError,
  url: string | undefined,
  detail: JsonObject,
): Response {
  const where = url && `Tell the user to connect at ${url}`
  if (request.method === 'tools/call') {
    const lines = [
      `Connection required: ${message}. Nothing was done.`,
      ...(where === undefined ? [] : [`${where} and make the same call again then.`]),
      `Do not look for a way around. Request id: ${String(detail['requestId'])}.`,
    ]
    return toolError(request, lines.join('\n'), detail, conversation.era)
  }
  const said = where === undefined ? message : `${message}. ${where}`
  const error = { code: ERRORS[code].rpc, message: said, data: detail }
  return { kind: 'error', id: request.id, error }
}

/** A round of the server's own would be lost, as would its state: there is no room beside it. */
function isFirstRound({ request }: Pick<Exchange, 'request'>): boolean {
  const { requestState, inputResponses } = request.params ?? {}
  return requestState === undefined && inputResponses === undefined
}
