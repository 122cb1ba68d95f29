import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { CAPABILITIES, elicited, nothingSeen, type Peer, rooted, sampled, textOf } from './peer.ts'
import { headersFor, type Target } from './target.ts'

/** Connects the client of SDK v1 (2025-11-25 and older). `root` is the folder that it names as root. */
export async function connectV1(target: Target, root: string): Promise<Peer> {
  const seen = nothingSeen()
  const client = new Client({ name: 'e2e-v1', version: '1.0.0' }, { capabilities: CAPABILITIES })
  client.setRequestHandler(ElicitRequestSchema, () => elicited(seen))
  client.setRequestHandler(CreateMessageRequestSchema, () => sampled(seen))
  client.setRequestHandler(ListRootsRequestSchema, () => rooted(seen, root))
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    seen.logs.push(params.data)
  })
  for (const schema of [
    ToolListChangedNotificationSchema,
    PromptListChangedNotificationSchema,
    ResourceListChangedNotificationSchema,
  ])
    client.setNotificationHandler(schema, ({ method }) => void seen.changedLists.push(method))
  await client.connect(transportTo(target))
  return {
    era: 'legacy',
    seen,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args, options) =>
      textOf(await client.callTool({ name, arguments: args }, undefined, options)),
    read: async (uri) => textOf(await client.readResource({ uri })),
    prompt: async (name) => textOf(await client.getPrompt({ name })),
    complete: async (name, argument, value) => {
      const ref = { type: 'ref/prompt' as const, name }
      const { completion } = await client.complete({ ref, argument: { name: argument, value } })
      return completion.values
    },
    wantLogs: async () => void (await client.setLoggingLevel('debug')),
    watchLists: async () => undefined,
    close: () => client.close(),
  }
}

function transportTo(target: Target): Transport {
  // The SDK's own transports are declared without exact optional properties.
  return create(target) as Transport
}

function create(target: Target) {
  switch (target.kind) {
    case 'http':
      return new StreamableHTTPClientTransport(new URL(target.url), {
        requestInit: { headers: headersFor(target) },
      })
    case 'sse':
      return new SSEClientTransport(new URL(target.url))
    case 'stdio':
      return new StdioClientTransport({
        command: target.command,
        args: [...target.args],
        stderr: 'ignore',
      })
  }
}
