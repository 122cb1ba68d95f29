import { setTimeout as sleep } from 'node:timers/promises'
import type { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Observed } from './observed.ts'
import { text } from './samples.ts'

const STEP = 50

/** Tools that take time: they log, report progress, lose their stream, or wait to be cancelled. */
export function registerRunningTools(server: McpServer, observed: Observed): void {
  registerReporting(server)
  registerCancellable(server, observed)
  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream before it answers (SEP-1699)', inputSchema: z.object({}) },
    async (_args, ctx) => {
      ctx.http?.closeSSE?.()
      await sleep(2 * STEP)
      return text('answered after the stream was closed')
    },
  )
}

function registerReporting(server: McpServer): void {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three times at level info', inputSchema: z.object({}) },
    async (_args, ctx) => {
      await ctx.mcpReq.log('info', 'Tool execution started')
      await sleep(STEP)
      await ctx.mcpReq.log('info', 'Tool processing data')
      await sleep(STEP)
      await ctx.mcpReq.log('info', 'Tool execution completed')
      return text('Tool with logging executed successfully')
    },
  )
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress of 0, 50 and 100', inputSchema: z.object({}) },
    async (_args, ctx) => {
      const progressToken = ctx.mcpReq._meta?.progressToken
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined)
          await ctx.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 100, message: `${progress} of 100` },
          })
        await sleep(STEP)
      }
      return text('Tool with progress executed successfully')
    },
  )
}

function registerCancellable(server: McpServer, observed: Observed): void {
  server.registerTool(
    'test_wait',
    {
      description: 'Waits up to a minute, or until the call is cancelled',
      inputSchema: z.object({ mark: z.string() }),
    },
    async ({ mark }, ctx) => {
      observed.started(mark)
      try {
        await sleep(60_000, undefined, { signal: ctx.mcpReq.signal })
      } catch {
        observed.cancelled(mark)
      }
      return text('waited')
    },
  )
  server.registerTool(
    'test_wait_state',
    {
      description: 'Says how far a call of test_wait is',
      inputSchema: z.object({ mark: z.string() }),
    },
    async ({ mark }) => text(observed.state(mark)),
  )
}
