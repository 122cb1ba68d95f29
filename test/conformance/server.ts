import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createConformanceHttpServer } from './server/http.ts'
import { createServer } from './server/mcp-server.ts'
import { createObserved } from './server/observed.ts'

// Usage: server.ts [--port N] serves /mcp over HTTP and prints the URL; server.ts --stdio serves stdio.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, stdio: { type: 'boolean', default: false } },
})

if (values.stdio) {
  const observed = createObserved()
  serveStdio(() =>
    createServer(observed, {
      tools: (server) => server.sendToolListChanged(),
      prompts: (server) => server.sendPromptListChanged(),
    }),
  )
} else {
  const http = createConformanceHttpServer().listen(Number(values.port), '127.0.0.1', () => {
    const { port } = http.address() as AddressInfo
    process.stdout.write(`http://localhost:${port}/mcp\n`)
  })
}
