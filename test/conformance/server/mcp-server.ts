import { McpServer } from '@modelcontextprotocol/server'
import { registerAskingTools } from './asking-tools.ts'
import { registerContentTools } from './content-tools.ts'
import { registerMrtr, states } from './mrtr.ts'
import type { Observed } from './observed.ts'
import { registerPrompts } from './prompts.ts'
import { registerResources } from './resources.ts'
import { registerRunningTools } from './running-tools.ts'
import { type Changes, registerStatelessTools } from './stateless-tools.ts'

/** One server object: for a request in the modern era, for a session in the legacy era. */
export function createServer(observed: Observed, changes: Changes): McpServer {
  const server = new McpServer(
    { name: 'conformance-server', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      instructions: 'Answers the scenarios of the MCP conformance suite',
      requestState: { verify: states.verify },
    },
  )
  registerContentTools(server)
  registerRunningTools(server, observed)
  registerAskingTools(server)
  registerMrtr(server)
  registerStatelessTools(server, changes)
  registerResources(server)
  registerPrompts(server)
  return server
}
