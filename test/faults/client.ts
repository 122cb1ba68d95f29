import { request as send } from 'node:http'
import { isObject, type JsonObject } from '../../src/kernel/json.ts'
import type { RunningGateway } from '../support/gateway.ts'

type Gateway = Pick<RunningGateway, 'origin' | 'token'>

/** How a request was answered. */
export interface Answered {
  readonly status: number
  /** The JSON-RPC message. */
  readonly body: JsonObject
  /** Of the error, or of the tool result that stands for one. */
  readonly code: unknown
  readonly requestId: unknown
}

const PREFIX = 'io.modelcontextprotocol'
const CLIENT = { name: 'faults', version: '1' }
const ENVELOPE = {
  [`${PREFIX}/protocolVersion`]: '2026-07-28',
  [`${PREFIX}/clientInfo`]: CLIENT,
  [`${PREFIX}/clientCapabilities`]: {},
}
const LEGACY = '2025-11-25'
let lastId = 0

/** Sends one request to `/mcp/{server}`: in a legacy session when one is given, else a modern one. */
export function ask(
  gateway: Gateway,
  server: string,
  method: string,
  params: JsonObject,
  session?: string,
): Promise<Answered> {
  lastId += 1
  const message = { jsonrpc: '2.0', id: lastId, method, params }
  if (session !== undefined) return post(gateway, server, message, legacyHeaders(session))
  const modern = { ...message, params: { ...params, _meta: ENVELOPE } }
  const name = params['name'] ?? params['uri']
  const named = name === undefined ? {} : { 'mcp-name': String(name) }
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...named }
  return post(gateway, server, modern, headers)
}

/** Calls a tool; see {@link ask}. */
export function callTool(
  gateway: Gateway,
  server: string,
  name: string,
  args: JsonObject,
  session?: string,
): Promise<Answered> {
  return ask(gateway, server, 'tools/call', { name, arguments: args }, session)
}

/** Begins a legacy session; gives its id. */
export async function openSession(gateway: Gateway, server: string): Promise<string> {
  return (await beginSession(gateway, server)).session
}

/** The same, with what the server says of itself. */
export async function beginSession(
  gateway: Gateway,
  server: string,
): Promise<{ readonly session: string; readonly said: JsonObject }> {
  const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: CLIENT }
  const message = { jsonrpc: '2.0', id: 0, method: 'initialize', params }
  let session: string | undefined
  const { body } = await post(gateway, server, message, {}, (name) => {
    session = name
  })
  if (session === undefined) throw new Error(`no session: ${JSON.stringify(body)}`)
  return { session, said: objectOf(body['result']) }
}

function legacyHeaders(session: string): Readonly<Record<string, string>> {
  return { 'mcp-protocol-version': LEGACY, 'mcp-session-id': session }
}

function post(
  { origin, token }: Gateway,
  server: string,
  message: JsonObject,
  own: Readonly<Record<string, string>>,
  onSession?: (id: string) => void,
): Promise<Answered> {
  const headers = {
    authorization: `Bearer ${token(`/mcp/${server}`)}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...own,
  }
  return new Promise((resolve, reject) => {
    const request = send(`${origin}/mcp/${server}`, { method: 'POST', headers }, (response) => {
      const id = response.headers['mcp-session-id']
      if (typeof id === 'string') onSession?.(id)
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(answered(Number(response.statusCode), text)))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(JSON.stringify(message))
  })
}

function answered(status: number, text: string): Answered {
  // The answer is the last event of a stream.
  const json = /(?:^|\n)data: (\{.*\})\s*$/.exec(text)?.[1] ?? text
  const body: JsonObject = JSON.parse(json)
  const { error, result } = body
  const data =
    objectOf(error)['data'] ?? objectOf(objectOf(result)['_meta'])['dev.bailiwick/decision']
  const { code, requestId } = objectOf(data)
  return { status, body, code, requestId }
}

function objectOf(value: JsonObject[string]): JsonObject {
  return isObject(value) ? value : {}
}
