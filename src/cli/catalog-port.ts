import { createCatalog } from '../catalog/catalog.ts'
import type { Entry } from '../catalog/entry.ts'
import type { VirtualServers } from '../catalog/virtual/virtual-servers.ts'
import type { Origin } from '../catalog/virtual/virtual-tool.ts'
import type { ServerConfig } from '../config/config.ts'
import type { Catalog } from '../gateway/gateway.ts'
import type { Known } from '../gateway/known.ts'
import type { Classification } from '../kernel/access.ts'
import type { AnalysisSubject } from '../kernel/facts.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import { type ParamHeaders, readParamHeaders } from '../mcp/wire/param-headers.ts'
import { knownOfVirtual, virtualPort } from './virtual-tools.ts'

const NONE: VirtualServers = new Map()

/** A whole list that was learned last: most servers list the same again and again. */
interface LearnedList {
  readonly digest: Digest
  /** Which of its items are fit to be shown. */
  readonly fit: ReadonlySet<number>
}

/** The catalog in the form in which the gateway asks it, and those who speak of tools. */
export interface CatalogPort extends Catalog {
  /** The tools of a server, virtual or not, as far as they are known. */
  toolsOf(
    server: string,
  ): readonly { readonly name: string; readonly classification: Classification }[]
}

/** Makes an empty catalog of servers. */
export function catalogPort(
  servers: Readonly<Record<string, ServerConfig>>,
  virtual: VirtualServers = NONE,
): CatalogPort {
  const catalog = createCatalog({
    override: (server, tool) => {
      const tools = servers[server]?.tools
      return tools && Object.hasOwn(tools, tool) ? tools[tool] : undefined
    },
  })
  const known = new WeakMap<Entry, Known>()
  const lists = new Map<string, LearnedList>()
  const find = ({ server, name }: Origin): Entry | undefined => catalog.tool(server, name)
  const real = (server: string, entry: Entry): Known => {
    const made = known.get(entry) ?? knownOf(entry, analysisOf(servers, server, entry))
    known.set(entry, made)
    return made
  }
  const narrowed = (server: string, name: string): Known | undefined => {
    const tool = virtual.get(server)?.tools.get(name)
    const original = tool && find(tool.of)
    if (!original) return undefined
    const entry = tool.over(original)
    const behind = real(tool.of.server, original)
    const made =
      known.get(entry) ?? knownOfVirtual(tool, entry, knownOf(entry, behind.analysis), behind)
    known.set(entry, made)
    return made
  }
  const enabled = (server: string): boolean =>
    Object.hasOwn(servers, server) && servers[server]?.enabled === true
  return {
    virtual: virtualPort(virtual, find, enabled),
    invalidate(server, kind) {
      lists.delete(`${kind} ${server}`)
      catalog.invalidate(server, kind)
    },
    learn(server, kind, items, complete, text) {
      const key = `${kind} ${server}`
      const digest = complete && text !== undefined ? sha256(text) : undefined
      const last = lists.get(key)
      if (digest !== undefined && last?.digest === digest)
        return items.filter((_, index) => last.fit.has(index))
      lists.delete(key)
      const take = complete ? catalog.replace : catalog.merge
      const kept: ReadonlySet<unknown> = new Set(
        take(server, kind, items).entries.map(({ definition }) => definition),
      )
      const fit = new Set(items.keys().filter((index) => kept.has(items[index])))
      if (digest !== undefined) lists.set(key, { digest, fit })
      return items.filter((item) => kept.has(item))
    },
    toolsOf(server) {
      const own = virtual.get(server)
      if (own === undefined) return [...catalog.entries(server, 'tools')]
      return [...own.tools.keys()].flatMap((name) => {
        const made = narrowed(server, name)
        return made === undefined ? [] : [{ name, classification: made.classification }]
      })
    },
    tool(server, name) {
      if (virtual.has(server)) return narrowed(server, name)
      const entry = catalog.tool(server, name)
      return entry && real(server, entry)
    },
  }
}

/** Lists ask for the classification alone; what costs more waits for the first call. */
function knownOf(entry: Entry, analysis: Known['analysis']): Known {
  let headers: ParamHeaders | undefined
  return {
    classification: entry.classification,
    get definition() {
      return entry.digest()
    },
    get paramHeaders() {
      headers ??= headersOf(entry.definition)
      return headers
    },
    analysis,
    violations: (args) => entry.violations(args).map(said),
    flaws: (result) => entry.flaws(result).map(said),
  }
}

/** What analysers are told of a tool: its schema, the operator's word, where it runs. */
function analysisOf(
  servers: Readonly<Record<string, ServerConfig>>,
  name: string,
  entry: Entry,
): AnalysisSubject {
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined
  const tool =
    server && Object.hasOwn(server.tools, entry.name) ? server.tools[entry.name] : undefined
  return {
    server: name,
    tool: entry.name,
    inputSchema: entry.definition['inputSchema'],
    hints: tool?.arguments ?? {},
    local: server?.transport === 'stdio',
    ...(server?.transport === 'stdio' ? { cwd: server.cwd } : {}),
  }
}

/** Few tools have annotations, and looking for their name is cheaper than reading them. */
function headersOf({ inputSchema }: JsonObject): ParamHeaders {
  const annotated = isObject(inputSchema) && JSON.stringify(inputSchema).includes('"x-mcp-header"')
  return annotated ? readParamHeaders(inputSchema) : { kind: 'valid', headers: [] }
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
