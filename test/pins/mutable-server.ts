import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Surface } from './surface.ts'

// A server of both eras that shows what stands in a file, whenever it is asked, and notes in another
// what reaches it. Run with those two files as a program it speaks stdio.

const LISTS: Readonly<Record<string, 'tools' | 'prompts' | 'resources' | 'resourceTemplates'>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
}
const CAPABILITIES = { tools: {}, prompts: {}, resources: {}, completions: {} }
const QUIET = /^(initialize|ping|server\/discover|notifications\/.*)$/

interface Asked {
  readonly id?: unknown
  readonly method: string
}

/** The answer to one message; undefined for a notification. */
function answer(text: string, shown: string, reached: string): object | undefined {
  const { id, method }: Asked = JSON.parse(text)
  const surface: Surface = JSON.parse(readFileSync(shown, 'utf8'))
  const kind = LISTS[method]
  if (kind === undefined && !QUIET.test(method)) appendFileSync(reached, `${method}\n`)
  if (id === undefined) return undefined
  const result =
    kind === undefined
      ? said(method, surface)
      : { [kind]: surface[kind], ttlMs: 3_600_000, cacheScope: 'public' }
  return { jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } }
}

function said(method: string, { instructions, serverInfo }: Surface): object {
  if (method === 'initialize')
    return { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo, instructions }
  if (method === 'server/discover')
    return {
      supportedVersions: ['2026-07-28'],
      capabilities: CAPABILITIES,
      instructions,
      ttlMs: 3_600_000,
      cacheScope: 'public',
      _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
    }
  return {
    content: [],
    structuredContent: { minutes: 1 },
    messages: [],
    contents: [],
    completion: { values: [] },
  }
}

/** Starts it over HTTP; gives its address and what ends it. */
export async function startMutableServer(
  shown: string,
  reached: string,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(405).end()
      const message = answer(Buffer.concat(chunks).toString(), shown, reached)
      if (message === undefined) return response.writeHead(202).end()
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify(message))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, stop }
}

if (import.meta.main) {
  const [shown = '', reached = ''] = process.argv.slice(2)
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = answer(line, shown, reached)
    if (message !== undefined) process.stdout.write(`${JSON.stringify(message)}\n`)
  })
}
