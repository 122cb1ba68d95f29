import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** What the tools of the server below have seen; one record for all instances of a process. */
export interface Seen {
  cancelled: number
}

/** A server on the official SDK v2, for both eras: echo, progress, logs, waiting, a list change. */
export function sdkServer(seen: Seen): McpServer {
  const server = new McpServer(
    { name: 'sdk-server', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, logging: {} }, instructions: 'be exact' },
  )
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] })
  server.registerTool('echo', { inputSchema: { message: z.string() } }, ({ message }) =>
    text(message),
  )
  server.registerTool('count', { inputSchema: { to: z.number() } }, async ({ to }, context) => {
    const progressToken = context.mcpReq._meta?.progressToken
    for (let progress = 1; progress <= to; progress++) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (progressToken === undefined) continue
      const params = { progressToken, progress, total: to, message: `of ${to}` }
      await context.mcpReq.notify({ method: 'notifications/progress', params })
    }
    return text(`counted to ${to}`)
  })
  server.registerTool('log', { inputSchema: { line: z.string() } }, async ({ line }, context) => {
    await context.mcpReq.log('info', line)
    return text('logged')
  })
  server.registerTool('wait', {}, async (context) => {
    await new Promise((resolve) => context.mcpReq.signal.addEventListener('abort', resolve))
    seen.cancelled += 1
    return text('too late')
  })
  server.registerTool('cancellations', {}, () => text(String(seen.cancelled)))
  server.registerTool('change', {}, () => {
    server.sendToolListChanged()
    return text('changed')
  })
  return server
}
