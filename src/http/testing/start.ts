import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Authenticator } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { OPERATOR_AUTHORIZATION, type Subject, type SubjectId } from '../../kernel/subject.ts'
import { META } from '../../mcp/revision.ts'
import { type Listening, type ListenOptions, listen, type Neighbourhood } from '../listener.ts'
import { type FakeGateway, fakeGateway } from './fake-gateway.ts'

export interface Started extends Listening {
  readonly gateway: FakeGateway
  readonly log: string[]
  /** Moves the listener's clock forward. */
  pass(milliseconds: number): void
}

/** The token `alice` is Alice's, with the one client that there is, unless another is named. */
const authenticator: Authenticator = {
  authenticate({ authorization }) {
    if (authorization === undefined) throw new GatewayError('token_missing', 'a token is needed')
    const [, name, client] = /^Bearer (alice|bob)(?:\.(\w+))?$/.exec(authorization) ?? []
    if (name === undefined) throw new GatewayError('token_invalid', 'the token is not valid')
    const by = client === undefined ? {} : { client }
    return { subject: named(name), authorization: { ...OPERATOR_AUTHORIZATION, ...by } }
  },
  challenge: ({ code, data }) => {
    if (code === 'scope_insufficient') return ['www-authenticate', `Bearer ${data?.['scopes']}`]
    return code.startsWith('token_') ? ['www-authenticate', `Bearer ${code}`] : []
  },
}

function named(name: string): Subject {
  return { kind: 'user', id: name as SubjectId, via: 'operator', groups: [], actors: [] }
}

/** What stands around MCP; without more, Alice and Bob and nothing else. */
export function around(
  authenticate = authenticator.authenticate,
  route: Neighbourhood['route'] = () => undefined,
): ListenOptions['around'] {
  return () => ({ authenticator: { ...authenticator, authenticate }, route })
}

/** Listens on a free port until the test ends, for the servers `files` and `mail`. */
export async function start(
  options: Partial<ListenOptions> & { readonly gateway?: FakeGateway } = {},
): Promise<Started> {
  const gateway = options.gateway ?? fakeGateway()
  const log: string[] = []
  let ahead = 0
  const listening = await listen({
    host: '127.0.0.1',
    port: 0,
    around: around(),
    servers: (name) => name === 'files' || name === 'mail',
    clock: () => Date.now() + ahead,
    randomId: () => randomBytes(18).toString('base64url'),
    log: (line) => void log.push(line),
    ...options,
    gateway,
  })
  onTestFinished(() => listening.close(0))
  return {
    ...listening,
    gateway,
    log,
    pass(milliseconds) {
      ahead += milliseconds
    },
  }
}

export const JSON_HEADERS: Readonly<Record<string, string>> = {
  authorization: 'Bearer alice',
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

/** Sends a POST with the headers of a well-behaved client, changed as the test wants. */
export function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
}

/** A request of the modern era with all that belongs to it. */
export function modern(
  method: string,
  params: JsonObject = {},
  id: string | number = 1,
): { readonly body: JsonObject; readonly headers: Record<string, string> } {
  const _meta = {
    [META.protocolVersion]: '2026-07-28',
    [META.clientInfo]: { name: 'test', version: '1' },
    [META.clientCapabilities]: {},
    ...(params['_meta'] as JsonObject | undefined),
  }
  const name = params['name'] ?? params['uri']
  return {
    body: { jsonrpc: '2.0', id, method, params: { ...params, _meta } },
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
  }
}

/** A request of the legacy era. */
export function legacy(
  method: string,
  params: JsonObject = {},
  id: string | number = 1,
): JsonObject {
  return { jsonrpc: '2.0', id, method, params }
}

/** Initializes a legacy session; gives the headers of its later requests. */
export async function initialize(
  url: string,
  protocolVersion = '2025-11-25',
  token = 'alice',
): Promise<Record<string, string>> {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  const response = await post(url, legacy('initialize', params, 'init'), {
    authorization: `Bearer ${token}`,
  })
  await response.text()
  return {
    authorization: `Bearer ${token}`,
    'mcp-session-id': String(response.headers.get('mcp-session-id')),
    'mcp-protocol-version': protocolVersion,
  }
}

export interface ServerEvent {
  readonly id: string | undefined
  readonly data: string
  readonly retry: string | undefined
}

/** Reads server-sent events one by one; ends with the stream. */
export async function* events(response: Response): AsyncGenerator<ServerEvent> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}:`))?.replace(/^\w+: ?/, '')
      const data = field('data')
      if (data !== undefined) yield { id: field('id'), data, retry: field('retry') }
    }
  }
}

/** All JSON messages of a stream that ends by itself. */
export async function messages(response: Response): Promise<JsonObject[]> {
  const all: JsonObject[] = []
  for await (const { data } of events(response)) if (data !== '') all.push(JSON.parse(data))
  return all
}

/** Sends bytes and gives all that comes back until the other side closes, or goes quiet. */
export function raw(port: number, bytes: string, quiet = 400): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    const done = (): void => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(quiet, done)
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', done)
  })
}

/** Opens the session's own stream, or resumes one. */
export function openStream(
  url: string,
  session: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, { headers: { ...session, accept: 'text/event-stream', ...more } })
}
