import type { Config } from '../../config/config.ts'
import type { Definitions, ToolDefinition } from '../../policy/schema/definitions.ts'
import type { CatalogPort } from '../catalog-port.ts'

/** What servers offer, as far as this gateway knows, and whose tools it does not know. */
export interface KnownOffers {
  readonly definitions: Definitions
  /** Servers whose tools nobody has listed yet. */
  readonly unlisted: readonly string[]
}

/** What the enabled servers and the virtual ones offer. Nobody is asked. */
export function knownOffers(
  { servers, virtual }: Pick<Config, 'servers' | 'virtual'>,
  catalog: CatalogPort,
): KnownOffers {
  const enabled = Object.keys(servers).filter((name) => servers[name]?.enabled === true)
  const names = [...enabled, ...Object.keys(virtual)]
  const tools = names.flatMap((server) =>
    catalog.toolsOf(server).map(
      ({ name, definition, classification, of }): ToolDefinition => ({
        ...{ server, name, inputSchema: definition['inputSchema'], classification },
        ...(of === undefined ? {} : { of }),
      }),
    ),
  )
  const prompts = names.flatMap((server) =>
    catalog.promptsOf(server).map((name) => ({ server, name })),
  )
  return {
    definitions: { servers: names, tools, prompts },
    unlisted: names.filter((name) => !catalog.listed(name)),
  }
}
