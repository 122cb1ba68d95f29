import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createConformanceHttpServer } from './server/http.ts'
import { createServer } from './server/mcp-server.ts'
import { createObserved } from './server/observed.ts'

// `server.ts [--port N]` serves both eras at /mcp over HTTP and prints the URL.
// `server.ts --stdio` serves the modern era alone over stdio.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, stdio: { type: 'boolean', default: false } },
})

if (values.stdio) {
  const observed = createObserved()
  const create = (): ReturnType<typeof createServer> =>
    createServer(observed, {
      tools: (server) => server.sendToolListChanged(),
      prompts: (server) => server.sendPromptListChanged(),
    })
  serveStdio(create, { legacy: 'reject' })
} else {
  const http = createConformanceHttpServer().listen(Number(values.port), '127.0.0.1', () => {
    const { port } = http.address() as AddressInfo
    process.stdout.write(`http://localhost:${port}/mcp\n`)
  })
}
