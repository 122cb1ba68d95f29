import { createCatalog } from '../../catalog/catalog.ts'
import type { ItemKind } from '../../catalog/definition.ts'
import type { VirtualTool } from '../../catalog/virtual/virtual-tool.ts'
import type { Config } from '../../config/config.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { clientEnvelope } from '../../mcp/upstream/handshake.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { createLinkOpener, type LinkOpener } from '../../mcp/upstream/open-link.ts'
import type { Definitions, ToolDefinition } from '../../policy/schema/definitions.ts'
import { baseEnv } from '../base-env.ts'
import type { Context } from '../context.ts'
import { UNREAD } from '../renderers.ts'
import { printable, talk } from '../terminal.ts'
import { upstreamServers } from '../upstream-servers.ts'
import { packageVersion } from '../version.ts'
import { virtualTools } from '../virtual-tools.ts'

/** What all servers offer, and why some could not say. */
export interface Offers {
  readonly definitions: Definitions
  readonly silent: readonly { readonly server: string; readonly why: string }[]
}

/** Names the servers that could not say what they offer. */
export function tellSilent(context: Context, silent: Offers['silent']): void {
  for (const { server, why } of silent)
    talk(context, `server \`${server}\` could not say what it offers: ${printable(why)}`)
}

type Upstream = ReturnType<typeof upstreamServers>[number]

const FACE = { clientInfo: { name: 'bailiwick', version: packageVersion() }, capabilities: {} }
/** Pages of a list at most: a server may go on for ever. */
const MAX_PAGES = 100

/**
 * Asks every enabled server what it offers, whatever policies say; virtual tools are among it.
 *
 * @throws {CommandError} `configuration` when a secret is missing
 */
export async function askDefinitions(config: Config, context: Context): Promise<Offers> {
  const catalog = createCatalog({
    override: (server, tool) => {
      const tools = config.servers[server]?.tools ?? {}
      return Object.hasOwn(tools, tool) ? tools[tool] : undefined
    },
  })
  const upstreams = upstreamServers(config, context.env)
  const opener = createLinkOpener({ baseEnv: baseEnv(context.env) })
  try {
    const asked = upstreams.map(async (server) => {
      try {
        const lists = await askServer(opener, server)
        catalog.replace(server.name, 'tools', lists.tools)
        catalog.replace(server.name, 'prompts', lists.prompts)
        return []
      } catch (error) {
        return [{ server: server.name, why: toGatewayError(error).message }]
      }
    })
    const silent = (await Promise.all(asked)).flat()
    const names = upstreams.map(({ name }) => name)
    const virtual = virtualTools(config, UNREAD)
    const real = names.flatMap((server) => toolsOf(catalog, server))
    const narrowed = [...virtual.values()].flatMap(({ name, tools }) =>
      [...tools.values()].flatMap((tool) => virtualOf(catalog, name, tool)),
    )
    const prompts = names.flatMap((server) =>
      [...catalog.entries(server, 'prompts')].map(({ name }) => ({ server, name })),
    )
    const servers = [...names, ...virtual.keys()]
    return { definitions: { servers, tools: [...real, ...narrowed], prompts }, silent }
  } finally {
    opener.close()
  }
}

type Catalog = ReturnType<typeof createCatalog>

function toolsOf(catalog: Catalog, server: string): readonly ToolDefinition[] {
  return [...catalog.entries(server, 'tools')].map(({ name, definition, classification }) => ({
    server,
    name,
    inputSchema: definition['inputSchema'],
    classification,
  }))
}

function virtualOf(catalog: Catalog, server: string, tool: VirtualTool): readonly ToolDefinition[] {
  const original = catalog.tool(tool.of.server, tool.of.name)
  if (original === undefined) return []
  const { name, definition, classification } = tool.over(original)
  const inputSchema = definition['inputSchema']
  return [{ server, name, inputSchema, classification, of: tool.of }]
}

async function askServer(opener: LinkOpener, server: Upstream) {
  const link = await opener.openLink({
    server: server.name,
    transport: server.transport,
    revision: server.revision,
    face: FACE,
    listener: { onNotification: () => undefined, onRequest: refuse },
    timeout: server.connectTimeout,
    maxMessage: server.maxMessage,
  })
  try {
    const offers = (kind: ItemKind): Promise<readonly Json[]> =>
      link.claims.capabilities[kind] === undefined
        ? Promise.resolve([])
        : listAll(link, kind, server.callTimeout)
    return { tools: await offers('tools'), prompts: await offers('prompts') }
  } finally {
    await link.close()
  }
}

async function listAll(link: Link, kind: ItemKind, timeout: number): Promise<readonly Json[]> {
  const items: Json[] = []
  let cursor: Json | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await ask(link, kind, cursor, timeout)
    const found = result[kind]
    if (Array.isArray(found)) items.push(...found)
    cursor = result['nextCursor']
    if (typeof cursor !== 'string') break
  }
  return items
}

async function ask(
  link: Link,
  kind: ItemKind,
  cursor: Json | undefined,
  timeout: number,
): Promise<JsonObject> {
  const params = {
    ...(cursor === undefined ? {} : { cursor }),
    ...(link.era === 'modern' ? { _meta: clientEnvelope(FACE) } : {}),
  }
  const response = await link.request({
    request: { kind: 'request', id: `list-${kind}`, method: `${kind}/list`, params },
    signal: new AbortController().signal,
    timeout,
    onNotification: () => undefined,
    onRequest: refuse,
  })
  if (response.kind === 'error') throw new GatewayError('upstream_failed', response.error.message)
  return response.result
}

async function refuse({ id }: { readonly id: string | number }) {
  return { kind: 'error', id, error: { code: -32601, message: 'not taken here' } } as const
}
