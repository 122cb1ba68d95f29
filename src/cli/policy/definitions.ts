import { createCatalog } from '../../catalog/catalog.ts'
import type { VirtualTool } from '../../catalog/virtual/virtual-tool.ts'
import type { Config } from '../../config/config.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import type { Definitions, ToolDefinition } from '../../policy/schema/definitions.ts'
import { askServer } from '../ask-server.ts'
import { containedLinks } from '../containment/contained-links.ts'
import type { Context } from '../context.ts'
import { UNREAD } from '../renderers.ts'
import { printable, talk } from '../terminal.ts'
import { commandServers } from '../vault/command-servers.ts'
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
  const upstreams = await commandServers(config, context)
  const links = containedLinks(config, context)
  try {
    const asked = upstreams.map(async (server) => {
      try {
        const lists = await askServer(links.openLink, server)
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
    await links.close()
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
