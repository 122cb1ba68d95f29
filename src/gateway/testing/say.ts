import { randomBytes, randomUUID } from 'node:crypto'
import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { parkedCalls } from '../bridge/parked.ts'
import { type Outgoing, type Speech, speak } from '../bridge/speak.ts'
import { stateSeal } from '../request-state.ts'
import { fakeConversation, fakeExchange, OWNER } from './fakes.ts'

/** The real ways of speaking, over links whose servers are functions. */
export const speech: Speech = {
  seal: stateSeal(randomBytes(32), Date.now),
  parked: parkedCalls({
    now: Date.now,
    randomId: randomUUID,
    limit: 3,
    limitEach: 2,
    patience: 60_000,
  }),
  loud: new WeakSet(),
  logLevel: () => undefined,
}

/** Sends an exchange's own request over a link. */
export function say(
  link: Link,
  exchange: Exchange,
  overrides: Partial<Outgoing> = {},
): Promise<Response> {
  return speak(speech, link, {
    exchange,
    id: exchange.request.id,
    method: exchange.request.method,
    params: exchange.request.params ?? {},
    text: exchange.text,
    headers: () => exchange.headers,
    timeout: 5_000,
    binding: () => 'b',
    notify: (notification) => exchange.notify(notification),
    stream: () => undefined,
    keep: () => undefined,
    ...overrides,
  })
}

/** What a modern client says of itself with each request. */
export const ENVELOPE: JsonObject = {
  [META.protocolVersion]: '2026-07-28',
  [META.clientInfo]: { name: 'test', version: '1' },
  [META.clientCapabilities]: { elicitation: {} },
}

/** A request of a modern client that takes elicitation by form. */
export function modern(params: JsonObject, method = 'tools/call', subject = OWNER) {
  const conversation = fakeConversation({
    subject,
    revision: '2026-07-28',
    capabilities: { elicitation: {} },
  })
  return fakeExchange(method, { ...params, _meta: ENVELOPE }, { conversation })
}

/** A success of a server. */
export function ok(result: JsonObject): Response {
  return { kind: 'result', id: 1, result }
}

/** The result of an answer that must be one. */
export function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(response.error.message)
  return response.result
}
