import { inputRequired, type McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { text } from './samples.ts'

/** Tells the clients that listen that a list changed. */
export interface Changes {
  tools(server: McpServer): void
  prompts(server: McpServer): void
}

/** Tools that the scenario `server-stateless` uses to provoke what it measures (SEP-2575). */
export function registerStatelessTools(server: McpServer, changes: Changes): void {
  const inputSchema = z.object({})
  server.registerTool(
    'test_missing_capability',
    { description: 'Needs the capability sampling', inputSchema },
    async (_args, ctx) => {
      if (ctx.mcpReq.inputResponses?.['llm_answer'] !== undefined) return text('answered')
      return inputRequired({
        inputRequests: {
          llm_answer: inputRequired.createMessage({
            messages: [{ role: 'user', content: { type: 'text', text: 'Say pong' } }],
            maxTokens: 16,
          }),
        },
      })
    },
  )
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Answers without asking', inputSchema },
    async () => text('no request left on the stream'),
  )
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs if the request asked for it', inputSchema },
    async (_args, ctx) => {
      await ctx.mcpReq.log('info', 'logged')
      return text('logged if wanted')
    },
  )
  server.registerTool(
    'test_trigger_tool_change',
    { description: 'Says that the list of tools changed', inputSchema },
    async () => {
      changes.tools(server)
      return text('said')
    },
  )
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Says that the list of prompts changed', inputSchema },
    async () => {
      changes.prompts(server)
      return text('said')
    },
  )
}
