import { createCatalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import type { ServerConfig } from '../config/config.ts'
import type { Catalog } from '../gateway/gateway.ts'
import type { Known } from '../gateway/known.ts'
import { isObject } from '../kernel/json.ts'
import { type ParamHeaders, readParamHeaders } from '../mcp/wire/param-headers.ts'

/** The catalog in the form in which the gateway asks it. */
export function catalogPort(servers: Readonly<Record<string, ServerConfig>>): Catalog {
  const catalog = createCatalog({
    override: (server, tool) => {
      const tools = servers[server]?.tools
      return tools && Object.hasOwn(tools, tool) ? tools[tool] : undefined
    },
  })
  const known = new WeakMap<object, Known>()
  return {
    invalidate: catalog.invalidate,
    learn(server, kind, items, complete) {
      const take = complete ? catalog.replace : catalog.merge
      return take(server, kind, items).entries.map(({ definition }) => definition)
    },
    tool(server, name) {
      const entry = catalog.tool(server, name)
      if (!entry) return undefined
      const made = known.get(entry)
      if (made) return made
      const fresh = knownOf(entry)
      known.set(entry, fresh)
      return fresh
    },
  }
}

/** Lists ask for the classification alone; what costs more waits for the first call. */
function knownOf(entry: Entry): Known {
  let headers: ParamHeaders | undefined
  return {
    classification: entry.classification,
    get definition() {
      return entry.digest()
    },
    get paramHeaders() {
      const { inputSchema } = entry.definition
      headers ??= readParamHeaders(isObject(inputSchema) ? inputSchema : {})
      return headers
    },
    violations: (args) => entry.violations(args).map(said),
    flaws: (result) => entry.flaws(result).map(said),
  }
}

function said({
  pointer,
  message,
}: {
  readonly pointer: string
  readonly message: string
}): string {
  return pointer === '' ? message : `${pointer} ${message}`
}
