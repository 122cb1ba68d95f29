import type { Classification } from '../../kernel/access.ts'
import { levelOf, scopeOf } from '../../kernel/scope.ts'
import type { Resource, Resources, ScopedTool } from '../../oauth/parts.ts'

/** Where the administration of the gateway answers. */
export const ADMIN_PATH = '/admin'
const ALL = '/mcp'

interface KnownTool {
  readonly name: string
  readonly classification: Classification
}

/** What resources depend on. */
export interface ServedTools {
  /** Names of all servers, virtual ones too. */
  readonly servers: ReadonlySet<string>
  /** The tools of a server, as far as it has listed them. */
  readonly toolsOf: (server: string) => readonly KnownTool[]
}

/** Whether a path is one that tokens can be for: `/mcp`, `/mcp/{server}`, `/admin`. */
export function isResourcePath(path: string, servers: ReadonlySet<string>): boolean {
  if (path === ALL || path === ADMIN_PATH) return true
  return path.startsWith(`${ALL}/`) && servers.has(path.slice(ALL.length + 1))
}

/**
 * The resources of the gateway by their exact addresses (RFC 8707).
 *
 * @param origins under which the gateway is reached, the canonical one first.
 */
export function gatewayResources(
  origins: readonly [string, ...string[]],
  { servers, toolsOf }: ServedTools,
): Resources {
  const toolsAt = (path: string): readonly ScopedTool[] => {
    if (path === ADMIN_PATH) return []
    const names = path === ALL ? [...servers] : [path.slice(ALL.length + 1)]
    return names.flatMap((server) => toolsOf(server).map((tool) => scoped(server, tool)))
  }
  return {
    find(url): Resource | undefined {
      const origin = origins.find((one) => url.startsWith(`${one}/`))
      const path = origin === undefined ? '' : url.slice(origin.length)
      if (!isResourcePath(path, servers)) return undefined
      const [canonical, ...others] = origins
      return {
        url: canonical + path,
        aliases: others.map((other) => other + path),
        path,
        get tools() {
          return toolsAt(path)
        },
      }
    },
    fallback: origins[0] + ALL,
  }
}

function scoped(server: string, { name, classification }: KnownTool): ScopedTool {
  return {
    server,
    name,
    scope: scopeOf({ kind: 'tool', server, name }),
    level: levelOf(classification),
  }
}
