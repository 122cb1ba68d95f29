import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

// A server over stdio that tells its environment, and the pid of its process.
serveStdio(() => {
  const server = new McpServer({ name: 'environment', version: '1' })
  const text = (value: unknown) => ({
    content: [{ type: 'text' as const, text: JSON.stringify(value) }],
  })
  const read = { annotations: { readOnlyHint: true } }
  server.registerTool('environment', read, async () => text(process.env))
  server.registerTool('process', read, async () => text(process.pid))
  return server
})
