import { openSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

// `marking-server.ts FILE` serves both eras over stdio, `marking-server.ts FILE --http` over HTTP,
// and prints the URL. Every call leaves its marker in FILE before it is answered; nothing is checked.
// FILE also gets the process id, as `pid N`.
const [file = '', mode] = process.argv.slice(2)
const marks = openSync(file, 'a')
writeSync(marks, `pid ${process.pid}\n`)

interface Incoming {
  readonly id?: unknown
  readonly method?: string
  readonly params?: { readonly arguments?: { readonly marker?: unknown } }
}

const INFO = { name: 'marking', version: '1' }
const CAPABILITIES = { tools: {} }
const CACHE = { ttlMs: 0, cacheScope: 'public' }
const MARK = {
  name: 'mark',
  inputSchema: {
    type: 'object',
    properties: { marker: { type: 'string' } },
    required: ['marker'],
  },
}

const ANSWERS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: INFO },
  'server/discover': {
    supportedVersions: ['2026-07-28'],
    capabilities: CAPABILITIES,
    _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
    ...CACHE,
  },
  'tools/list': { tools: [MARK], ...CACHE },
}

/** The answer to one message; undefined for a notification. */
function answer(text: string): string | undefined {
  const { id, method = '', params }: Incoming = JSON.parse(text)
  if (method === 'tools/call') writeSync(marks, `${params?.arguments?.marker}\n`)
  if (id === undefined) return undefined
  const called = { content: [{ type: 'text', text: 'marked' }] }
  const result = { resultType: 'complete', ...(ANSWERS[method] ?? called) }
  return JSON.stringify({ jsonrpc: '2.0', id, result })
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function serveHttp(): void {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end()
      return
    }
    // A gateway that is killed leaves requests half sent.
    const text = await readAll(request).catch(() => undefined)
    const answered = text === undefined ? undefined : answer(text)
    if (answered === undefined) response.writeHead(202).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(answered)
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`http://127.0.0.1:${port}/mcp\n`)
  })
}

function serveStdio(): void {
  process.stdout.on('error', () => process.exit())
  createInterface({ input: process.stdin }).on('line', (line) => {
    const answered = answer(line)
    if (answered !== undefined) process.stdout.write(`${answered}\n`)
  })
}

if (mode === '--http') serveHttp()
else serveStdio()
