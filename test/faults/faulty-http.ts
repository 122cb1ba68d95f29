import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CRIMES } from '../../src/mcp/upstream/testing/crimes.ts'
import { sendJson } from '../../src/mcp/upstream/testing/hostile.ts'

/** A server of both eras: an honest handshake, and a tool for each crime. */
export interface FaultyHttp {
  readonly url: string
  /** The addresses at which even the handshake goes wrong, by how. */
  readonly wrong: Readonly<Record<keyof typeof HANDSHAKES, string>>
  stop(): void
}

const INFO = { name: 'faulty', version: '1' }
const CAPABILITIES = { tools: {} }
const CACHE = { ttlMs: 60_000, cacheScope: 'public' }
const TOOLS = ['well', ...CRIMES.map(([name]) => toolOf(name))].map((name) => ({
  name,
  inputSchema: { type: 'object' },
}))

/** What is answered to every request. */
const HANDSHAKES = {
  'answers with a web page': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
  },
  'answers with an error page': (response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
  },
  'sends elsewhere': (response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  },
  'wants another credential': (response) => {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
  },
  'never answers': () => {},
} as const satisfies Record<string, (response: ServerResponse) => void>

/** The name of the tool that commits a crime. */
export function toolOf(crime: string): string {
  return crime.replaceAll(/\W+/g, '_')
}

export async function startFaultyHttp(): Promise<FaultyHttp> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const handshake = (HANDSHAKES as Record<string, (response: ServerResponse) => void>)[path]
    if (handshake !== undefined) handshake(response)
    else void readAll(request).then((text) => answer(request, response, text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const wrong = Object.keys(HANDSHAKES).map((path) => [path, `${origin}/${encodeURI(path)}`])
  return {
    url: `${origin}/mcp`,
    wrong: Object.fromEntries(wrong),
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
  if (request.method !== 'POST') {
    response.writeHead(405).end()
    return
  }
  const { id, method, params = {} } = JSON.parse(text)
  if (id === undefined) response.writeHead(202).end()
  else if (method === 'initialize') {
    const result = { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: INFO }
    sendJson(response, id, result)
  } else if (method === 'server/discover') {
    const supportedVersions = ['2026-07-28']
    const resultType = 'complete'
    sendJson(response, id, { resultType, supportedVersions, capabilities: CAPABILITIES, ...CACHE })
  } else if (method === 'tools/list')
    sendJson(response, id, { resultType: 'complete', tools: TOOLS, ...CACHE })
  else if (params.name === 'well') {
    const content = [{ type: 'text', text: 'well' }]
    sendJson(response, id, { resultType: 'complete', content })
  } else {
    const commit = CRIMES.find(([name]) => toolOf(name) === params.name)?.[2]
    commit?.({ id, method, params, request }, response)
  }
}
