import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange, Gateway } from '../../mcp/exchange.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'

/** What a test's tool does: resolves with the text of its result. */
export type Tool = (exchange: Exchange, args: JsonObject) => Promise<string>

export interface FakeGateway extends Gateway {
  /** Everything that reached it, in order. */
  readonly exchanges: Exchange[]
  readonly notifications: Notification[]
}

const SERVER_INFO = { name: 'fake', version: '1.0.0' }
const CAPABILITIES = { tools: { listChanged: true } }

/** A gateway at our own port: a few tools, no policy. */
export function fakeGateway(tools: Readonly<Record<string, Tool>> = {}): FakeGateway {
  const exchanges: Exchange[] = []
  const notifications: Notification[] = []
  const all: Readonly<Record<string, Tool>> = { echo, progress, elicit, wait, ...tools }

  return {
    exchanges,
    notifications,
    async handle(exchange) {
      exchanges.push(exchange)
      const { request, conversation } = exchange
      const params = request.params ?? {}
      switch (request.method) {
        case 'initialize':
          return initialize(exchange, params)
        case 'server/discover':
          return result(exchange, {
            supportedVersions: ['2026-07-28'],
            capabilities: CAPABILITIES,
            ttlMs: 0,
            cacheScope: 'private',
            _meta: { [META.serverInfo]: SERVER_INFO },
          })
        case 'ping':
          return result(exchange, {})
        case 'tools/list':
          return result(exchange, {
            tools: Object.keys(all).map((name) => ({ name, inputSchema: { type: 'object' } })),
            ...(conversation.era === 'modern' ? { ttlMs: 0, cacheScope: 'private' } : {}),
          })
        case 'tools/call': {
          const tool = all[String(params['name'])]
          if (!tool) return failure(exchange, -32602, 'no such tool')
          const text = await tool(exchange, (params['arguments'] ?? {}) as JsonObject)
          return result(exchange, { content: [{ type: 'text', text }] })
        }
        case 'subscriptions/listen':
          return listen(exchange)
        default:
          return failure(exchange, -32601, 'method not found')
      }
    },
    notified: (_, notification) => void notifications.push(notification),
  }
}

function initialize(exchange: Exchange, params: JsonObject): Response {
  if (params['fail'] === true) return failure(exchange, -31020, 'the server cannot be reached')
  const wanted = String(params['protocolVersion'])
  const known = ['2025-11-25', '2025-06-18', '2025-03-26'].includes(wanted)
  return result(exchange, {
    protocolVersion: known ? wanted : '2025-11-25',
    capabilities: CAPABILITIES,
    serverInfo: SERVER_INFO,
  })
}

function listen(exchange: Exchange): Promise<Response> {
  const meta = { _meta: { [META.subscriptionId]: exchange.request.id } }
  const notify = (method: string, params: JsonObject): void =>
    exchange.notify({ kind: 'notification', method, params: { ...params, ...meta } })
  notify('notifications/subscriptions/acknowledged', { notifications: { toolsListChanged: true } })
  notify('notifications/tools/list_changed', {})
  return new Promise((resolve) => {
    exchange.cancelled.addEventListener('abort', () => resolve(result(exchange, {})))
  })
}

const echo: Tool = async (_, args) => String(args['text'])

const progress: Tool = async (exchange) => {
  for (const step of [1, 2, 3]) report(exchange, step)
  return 'done'
}

/** Tells the client how far a call has come. */
export function report(exchange: Exchange, progress: number): void {
  const meta = exchange.request.params?.['_meta'] as JsonObject | undefined
  const params = { progressToken: meta?.['progressToken'] ?? 'none', progress, total: 3 }
  exchange.notify({ kind: 'notification', method: 'notifications/progress', params })
}

const elicit: Tool = async (exchange) => {
  const params = {
    message: 'who?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  }
  const answer = await exchange.ask('elicitation/create', params, exchange.cancelled)
  return JSON.stringify(answer.kind === 'result' ? answer.result : answer.error)
}

const wait: Tool = (exchange) =>
  new Promise((resolve) => {
    exchange.cancelled.addEventListener('abort', () => resolve('cancelled'), { once: true })
  })

/** A successful answer, in the form of its era. */
export function result(exchange: Exchange, value: JsonObject): Response {
  const era = exchange.conversation.era === 'modern' ? { resultType: 'complete' } : {}
  return { kind: 'result', id: exchange.request.id, result: { ...era, ...value } }
}

/** A failed answer. */
export function failure(exchange: Exchange, code: number, message: string): Response {
  return { kind: 'error', id: exchange.request.id, error: { code, message } }
}
