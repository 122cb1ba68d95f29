import { mkdtempSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type Bridge, createBridge } from '../connect/bridge.ts'
import { openGatewayHttp } from '../gateway-http.ts'
import { claim } from '../run-file.ts'

/** One request as the scripted gateway saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answer = (seen: Seen, response: ServerResponse) => void

/** A real HTTP server that answers by script, and a bridge in front of it. */
export interface Scripted {
  readonly seen: readonly Seen[]
  readonly lines: readonly string[]
  readonly talk: readonly string[]
  readonly failures: readonly Error[]
  readonly bridge: Bridge
  take(message: object | string): Promise<void>
  /** Waits until a condition holds. */
  until(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

export async function scriptedGateway(answer: Answer): Promise<Scripted> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const body = new PassThrough()
    request.pipe(body)
    body
      .setEncoding('utf8')
      .toArray()
      .then(
        (chunks) => {
          const { method = '', url: path = '', headers } = request
          const one = { method, path, headers, body: chunks.join('') }
          seen.push(one)
          answer(one, response)
        },
        () => undefined,
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-scripted-'))
  const held = claim(dataDir, new Date())
  const url = `http://127.0.0.1:${port}`
  held.announce({ url, issuer: url, certificate: undefined })
  const lines: string[] = []
  const talk: string[] = []
  const failures: Error[] = []
  const http = openGatewayHttp(dataDir, () => ({
    headers: async () => ({ authorization: 'Bearer scripted' }),
    refused: async () => false,
  }))
  const bridge = createBridge({
    http,
    path: '/mcp/s',
    maxMessage: 1_000_000,
    host: {
      write: async (text) => void lines.push(text),
      talk: (text) => void talk.push(text),
      fail: (error) => void failures.push(error),
    },
  })
  return {
    seen,
    lines,
    talk,
    failures,
    bridge,
    take: (message) =>
      bridge.take(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))),
    async until(condition) {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async close() {
      await bridge.end()
      http.close()
      held.release()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  more = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...more })
  response.end(JSON.stringify(value))
}

export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
}
