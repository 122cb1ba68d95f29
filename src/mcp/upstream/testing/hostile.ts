import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject, type JsonObject } from '../../../kernel/json.ts'
import type { ServerTransport } from '../link.ts'
import { serve } from './kit.ts'

/** A JSON-RPC message as a hand-written server sees it. */
export interface Received {
  readonly id: number | string
  readonly method: string
  readonly params: JsonObject
  readonly request: IncomingMessage
}

/** Answers one message after the handshake. */
export type Answer = (received: Received, response: ServerResponse) => void

const CLAIMS = { capabilities: { tools: {} } }
const DISCOVERED = { ...CLAIMS, resultType: 'complete', supportedVersions: ['2026-07-28'] }
const INITIALIZED = {
  ...CLAIMS,
  protocolVersion: '2025-11-25',
  serverInfo: { name: 'hostile', version: '0' },
}

/** A modern server by hand: an honest handshake, then `answer`. */
export function modernServer(answer: Answer): Promise<ServerTransport> {
  return handmade((received, response) => {
    if (received.method === 'server/discover') sendJson(response, received.id, DISCOVERED)
    else answer(received, response)
  })
}

/** A legacy server by hand: an honest handshake with a session, no GET stream, then `answer`. */
export function legacyServer(answer: Answer, onGet?: Answer): Promise<ServerTransport> {
  return handmade((received, response) => {
    const { method, id, request } = received
    if (request.method === 'DELETE') response.writeHead(204).end()
    else if (request.method === 'GET') (onGet ?? refuseGet)(received, response)
    else if (method === 'server/discover') response.writeHead(400).end('who are you')
    else if (method === 'initialize') {
      response.setHeader('Mcp-Session-Id', 'session-1')
      sendJson(response, id, INITIALIZED)
    } else if (method === 'notifications/initialized') response.writeHead(202).end()
    else answer(received, response)
  })
}

/** A server that treats every HTTP request alike. */
export async function handmade(answer: Answer): Promise<ServerTransport> {
  const { url } = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const body: unknown = text === '' ? {} : JSON.parse(text)
      const message = isObject(body) ? body : {}
      const params = isObject(message['params']) ? message['params'] : {}
      const id = message['id'] as number
      answer({ id, method: String(message['method']), params, request }, response)
    })
  })
  return { kind: 'http', url, headers: {} }
}

/** A result as `application/json`. */
export function sendJson(response: ServerResponse, id: unknown, result: JsonObject): void {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
}

/** Begins an event stream. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
}

/** One `message` event. */
export function sendEvent(response: ServerResponse, message: JsonObject, id?: string): void {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message })
  response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`)
}

function refuseGet(_received: Received, response: ServerResponse): void {
  response.writeHead(405).end()
}
