import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that reached the server. */
export interface ReachedCall {
  readonly method: string
  readonly name: string
  readonly arguments: unknown
  /** The whole message as it came. */
  readonly text: string
}

/** A server that believes everything and notes what reaches it. */
export interface RecordingUpstream {
  readonly url: string
  /** What came since the last time, except what gateways ask to get to know a server. */
  taken(): readonly ReachedCall[]
  /** Everything that came. */
  readonly all: readonly ReachedCall[]
  /** Every request as it came: its head and its body. */
  readonly heard: readonly string[]
  stop(): Promise<void>
}

interface LooseRequest {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
}

const TEXT = { type: 'string' }
const TOOLS = [
  tool('echo', { message: TEXT }, ['message']),
  tool('danger', {}, []),
  tool('mirror', { region: { ...TEXT, 'x-mcp-header': 'Region' } }, []),
]
const CAPABILITIES = { tools: {}, resources: {} }
const CACHE = { ttlMs: 0, cacheScope: 'public' }
const INFO = { name: 'recording', version: '1' }

/** Answers to what is no call, in a form that both eras read. */
const ANSWERS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: INFO },
  'server/discover': {
    supportedVersions: ['2026-07-28'],
    capabilities: CAPABILITIES,
    _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
    ...CACHE,
  },
  'notifications/initialized': {},
  'tools/list': { tools: TOOLS, ...CACHE },
  'prompts/list': { prompts: [{ name: 'fetch', description: 'Fetches.' }], ...CACHE },
  'resources/list': { resources: [{ uri: 'memo://public', name: 'public' }], ...CACHE },
  'resources/templates/list': { resourceTemplates: [], ...CACHE },
}

/**
 * Starts a server of both eras that checks nothing: of two values it takes the last, as most do.
 *
 * @param tools definitions to list in place of its own
 * @param resultOf what a call results in, in place of its own
 */
export async function startRecordingUpstream(
  tools: readonly object[] = TOOLS,
  resultOf: (params: Readonly<Record<string, unknown>>) => object | undefined = () => undefined,
): Promise<RecordingUpstream> {
  const all: ReachedCall[] = []
  const heard: string[] = []
  let seen = 0
  const server = createServer((request, response) => {
    const { method, url, rawHeaders } = request
    void readAll(request).then((body) => {
      heard.push([method, url, ...rawHeaders, body].join('\n'))
      if (method === 'POST') answer(body, response, all, tools, resultOf)
      else response.writeHead(405).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    all,
    heard,
    taken() {
      const fresh = all.slice(seen)
      seen = all.length
      return fresh
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(
  body: string,
  response: ServerResponse,
  all: ReachedCall[],
  tools: readonly object[],
  resultOf: (params: Readonly<Record<string, unknown>>) => object | undefined,
): void {
  const request = parse(body)
  const { id, method = '', params = {} } = request
  const known = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined
  if (known === undefined) {
    const name = String(params['name'] ?? params['uri'] ?? '')
    all.push({ method, name, arguments: params['arguments'] ?? {}, text: body })
  }
  if (id === undefined) {
    response.writeHead(202).end()
    return
  }
  const called = resultOf(params) ?? { content: [{ type: 'text', text: 'called' }] }
  const listed = method === 'tools/list' ? { tools } : {}
  const result = { resultType: 'complete', ...(known ?? called), ...listed }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
}

function parse(body: string): LooseRequest {
  try {
    return JSON.parse(body)
  } catch {
    return { method: `unreadable: ${body}` }
  }
}

/** The definition of a tool, as a server lists it. */
export function tool(name: string, properties: object, required: readonly string[]): object {
  return { name, description: name, inputSchema: { type: 'object', properties, required } }
}
