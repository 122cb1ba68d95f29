import { createServer } from 'node:http'
import { INPUT_SCHEMA } from './subject.ts'

/**
 * A server that does next to nothing, so that what is measured is what stands before it: answers
 * 2026-07-28 over HTTP, without an SDK. `TOOLS` says how many tools it lists.
 */
const tools = Array.from({ length: Number(process.env['TOOLS'] ?? 10) }, (_, index) => ({
  name: index === 0 ? 'read_note' : `read_note_${index}`,
  description: `Reads note ${index}.`,
  inputSchema: INPUT_SCHEMA,
}))
const cache = { ttlMs: 0, cacheScope: 'private', resultType: 'complete' }
const RESULTS: Readonly<Record<string, object>> = {
  'server/discover': {
    ...cache,
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'bench', version: '1' } },
  },
  'tools/list': { ...cache, tools },
}
const called = (text: string): object => ({
  resultType: 'complete',
  content: [{ type: 'text', text }],
})

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks).toString()) as {
      id: unknown
      method: string
      params: { arguments?: { text?: string } }
    }
    const result = RESULTS[message.method] ?? called(message.params.arguments?.text ?? '')
    const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result })
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) console.log(JSON.stringify({ port: address.port }))
})
