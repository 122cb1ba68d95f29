import {
  Client,
  LOG_LEVEL_META_KEY,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import {
  CAPABILITIES,
  type ClientKind,
  elicited,
  nothingSeen,
  type Peer,
  rooted,
  type Seen,
  sampled,
  textOf,
} from './peer.ts'
import { headersFor, type Target } from './target.ts'

const MODES: Readonly<Record<Exclude<ClientKind, 'v1'>, VersionNegotiationMode>> = {
  'v2 modern': { pin: '2026-07-28' },
  'v2 auto': 'auto',
  'v2 legacy': 'legacy',
}

/** Connects the client of SDK v2. `root` is the folder that it names as root. */
export async function connectV2(
  kind: Exclude<ClientKind, 'v1'>,
  target: Target,
  root: string,
): Promise<Peer> {
  const seen = nothingSeen()
  const client = new Client(
    { name: 'e2e-v2', version: '1.0.0' },
    { capabilities: CAPABILITIES, versionNegotiation: { mode: MODES[kind] } },
  )
  attach(client, seen, root)
  await client.connect(transportTo(target))
  const era = client.getProtocolEra() ?? 'legacy'
  let meta: Record<string, unknown> = {}
  return {
    era,
    seen,
    tools: async () =>
      (await client.listTools(undefined, { cacheMode: 'refresh' })).tools.map(({ name }) => name),
    call: async (name, args, options) =>
      textOf(await client.callTool({ name, arguments: args, _meta: meta }, options)),
    read: async (uri) => textOf(await client.readResource({ uri }, { cacheMode: 'refresh' })),
    prompt: async (name) => textOf(await client.getPrompt({ name })),
    complete: async (name, argument, value) => {
      const ref = { type: 'ref/prompt' as const, name }
      const { completion } = await client.complete({ ref, argument: { name: argument, value } })
      return completion.values
    },
    wantLogs: async () => {
      if (era === 'modern') meta = { [LOG_LEVEL_META_KEY]: 'debug' }
      else await client.setLoggingLevel('debug')
    },
    watchLists: async () => {
      const filter = {
        toolsListChanged: true,
        promptsListChanged: true,
        resourcesListChanged: true,
      }
      if (era === 'modern') await client.listen(filter)
    },
    close: () => client.close(),
  }
}

function attach(client: Client, seen: Seen, root: string): void {
  client.setRequestHandler('elicitation/create', async () => elicited(seen))
  client.setRequestHandler('sampling/createMessage', async () => sampled(seen))
  client.setRequestHandler('roots/list', async () => rooted(seen, root))
  client.setNotificationHandler('notifications/message', ({ params }) => {
    seen.logs.push(params.data)
  })
  for (const list of ['tools', 'prompts', 'resources'] as const)
    client.setNotificationHandler(`notifications/${list}/list_changed`, ({ method }) => {
      seen.changedLists.push(method)
    })
}

function transportTo(target: Target): Transport {
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
