import type { IncomingMessage } from 'node:http'
import type { JsonObject } from '../../kernel/json.ts'
import type { Message, Notification, Request, RequestId } from '../../mcp/message.ts'
import type { Revision } from '../../mcp/revision.ts'
import { standardHeaders } from '../../mcp/wire/headers.ts'
import { parseServerMessage } from '../../mcp/wire/parse-message.ts'
import { messageText } from '../../mcp/wire/serialize.ts'
import { readAnswer } from '../gateway-answer.ts'
import { deliver, lostAnswer } from './deliver.ts'
import { answerError, errorCode, withRequestId } from './host.ts'
import { type Line, POST_HEADERS } from './line.ts'
import { createToolHeaders, type ToolHeaders } from './tool-headers.ts'

/** The modern half of the bridge: each request is one POST, and closing it cancels. */
export interface Modern {
  request(request: Request, revision: Revision, bytes: Uint8Array): Promise<void>
  notify(notification: Notification, revision: Revision, bytes: Uint8Array): Promise<void>
  /** Ends a request as its client wishes; false when there is no such request. */
  cancel(id: unknown): boolean
  close(): void
}

const HEADER_MISMATCH = -32020
const MOST_PAGES = 100

interface State extends Line {
  readonly inFlight: Map<RequestId, AbortController>
  readonly tools: ToolHeaders
}

/** A request on its way: what was said, how, and until when. */
interface Flight {
  readonly request: Request
  readonly revision: Revision
  readonly bytes: Uint8Array
  readonly signal: AbortSignal
}

/** The modern protocol over the gateway's Streamable HTTP (2026-07-28). */
export function createModern(line: Line): Modern {
  const state: State = { ...line, inFlight: new Map(), tools: createToolHeaders() }
  const { inFlight, host } = state
  return {
    async request(request, revision, bytes) {
      const controller = new AbortController()
      inFlight.set(request.id, controller)
      try {
        await exchange(state, { request, revision, bytes, signal: controller.signal })
      } catch (error) {
        // A client that cancelled waits for nothing more.
        if (!controller.signal.aborted) await answerError(host, request.id, error)
      } finally {
        if (inFlight.get(request.id) === controller) inFlight.delete(request.id)
      }
    },
    async notify(notification, revision, bytes) {
      const { signal } = new AbortController()
      const response = await post(state, notification, revision, bytes, signal)
      response.resume()
      if (response.statusCode !== 202)
        host.talk(`the gateway did not take \`${notification.method}\` (${response.statusCode})`)
    },
    cancel(id) {
      const controller = inFlight.get(id as RequestId)
      controller?.abort()
      return controller !== undefined
    },
    close() {
      for (const controller of inFlight.values()) controller.abort()
    },
  }
}

async function exchange(state: State, flight: Flight): Promise<void> {
  const { host, maxMessage, tools } = state
  const { request, revision, bytes, signal } = flight
  let response = await post(state, request, revision, bytes, signal)
  if (response.statusCode === 400 && request.method === 'tools/call') {
    const refusal = await lastText(response, maxMessage)
    if (errorCode(refusal) !== HEADER_MISMATCH)
      return host.write(withRequestId(refusal, request.id))
    await relist(state, flight)
    response = await post(state, request, revision, bytes, signal)
  }
  const { answer } = await deliver(host, response, request.id, maxMessage)
  if (answer === undefined) throw lostAnswer(response)
  if (request.method === 'tools/list') tools.learn(request, answer)
}

function post(
  { http, path, tools }: State,
  message: Request | Notification,
  revision: Revision,
  body: string | Uint8Array,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isCall = message.kind === 'request' && message.method === 'tools/call'
  const params = isCall ? tools.headersFor(message) : {}
  const headers = { ...POST_HEADERS, ...standardHeaders(message, revision), ...params }
  return http.send({ method: 'POST', path, headers, body, signal })
}

/** Reads the list of tools again, to know which headers a call must have. */
async function relist(state: State, { request, revision, signal }: Flight): Promise<void> {
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const list = listRequest(request, cursor)
    const response = await post(state, list, revision, messageText(list), signal)
    const answer = await lastMessage(response, state.maxMessage)
    if (answer?.kind !== 'result') return
    state.tools.learn(list, answer)
    const next = answer.result['nextCursor']
    if (typeof next !== 'string') return
    cursor = next
  }
}

/** A `tools/list` of the bridge's own, in the envelope of a call. */
function listRequest(call: Request, cursor: string | undefined): Request {
  const { progressToken: _, ...meta } = (call.params?.['_meta'] ?? {}) as JsonObject
  const params = { _meta: meta, ...(cursor === undefined ? {} : { cursor }) }
  return { kind: 'request', id: 'bailiwick-connect', method: 'tools/list', params }
}

async function lastMessage(
  response: IncomingMessage,
  maxMessage: number,
): Promise<Message | undefined> {
  const text = await lastText(response, maxMessage)
  return text === '' ? undefined : parseServerMessage(text).message
}

async function lastText(response: IncomingMessage, maxMessage: number): Promise<string> {
  let text = ''
  for await (const message of readAnswer(response, maxMessage)) text = message.text
  return text
}
