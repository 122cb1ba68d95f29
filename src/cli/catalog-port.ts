import { createCatalog } from '../catalog/catalog.ts'
import { classify, type Override } from '../catalog/classify.ts'
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

/** A tool as those see it who judge it. */
export interface OfferedTool {
  readonly name: string
  readonly classification: Classification
  /** As its server gave it, or as the virtual tool is shown. */
  readonly definition: JsonObject
  /** The tool that a virtual tool narrows. */
  readonly of?: Origin
  /** @throws GatewayError `definition_unsupported` when it has none. */
  digest(): Digest
}

/** The catalog in the form in which the gateway asks it, and those who speak of tools. */
export interface CatalogPort extends Catalog {
  /** The tools of a server, virtual or not, as far as they are known. */
  toolsOf(server: string): readonly OfferedTool[]
  /** Names of the prompts of a server, as far as they are known. */
  promptsOf(server: string): readonly string[]
  /** Whether the tools of a server were listed to their end. */
  listed(server: string): boolean
  /** What servers list that is left out, and why. */
  leftOut(): ReturnType<Listed['findings']>
}

type Listed = ReturnType<typeof createCatalog>
/** What people said of a tool while the gateway ran; it beats the configuration. */
export type StatedClasses = (server: string, tool: string) => Override | undefined

/** Makes an empty catalog of servers. */
export function catalogPort(
  servers: Readonly<Record<string, ServerConfig>>,
  virtual: VirtualServers = NONE,
  stated: StatedClasses = () => undefined,
): CatalogPort {
  const catalog = createCatalog({
    override: (server, tool) => {
      const tools = servers[server]?.tools
      const written = tools && Object.hasOwn(tools, tool) ? tools[tool] : undefined
      return stated(server, tool) ?? written
    },
  })
  const known = new WeakMap<Entry, Known>()
  const find = ({ server, name }: Origin): Entry | undefined => catalog.tool(server, name)
  const real = (server: string, entry: Entry): Known => {
    const made =
      known.get(entry) ??
      knownOf(entry, () => entry.classification, analysisOf(servers, server, entry))
    known.set(entry, made)
    return made
  }
  const classed = (server: string, entry: Entry): Classification => {
    const said = stated(server, entry.name)
    return said ? classify({ name: entry.name }, said) : entry.classification
  }
  const narrowed = (server: string, name: string): Known | undefined => {
    const tool = virtual.get(server)?.tools.get(name)
    const original = tool && find(tool.of)
    if (!original) return undefined
    const entry = tool.over(original)
    const behind = real(tool.of.server, original)
    const own = (): Known => knownOf(entry, () => classed(server, entry), behind.analysis)
    const made = known.get(entry) ?? knownOfVirtual(tool, entry, own(), behind)
    known.set(entry, made)
    return made
  }
  const enabled = (server: string): boolean =>
    Object.hasOwn(servers, server) && servers[server]?.enabled === true
  return {
    virtual: virtualPort(virtual, find, enabled),
    ...learning(catalog),
    toolsOf(server) {
      const own = virtual.get(server)
      if (own === undefined) return [...catalog.entries(server, 'tools')]
      return [...own.tools.values()].flatMap((tool) => {
        const original = find(tool.of)
        if (original === undefined) return []
        const { name, definition, digest } = tool.over(original)
        const classification = classed(server, tool.over(original))
        return [{ name, definition, digest, classification, of: tool.of }]
      })
    },
    promptsOf: (server) => [...catalog.entries(server, 'prompts')].map(({ name }) => name),
    listed(server) {
      const own = virtual.get(server)
      const real = own === undefined ? [server] : [...own.tools.values()].map(({ of }) => of.server)
      return real.every((one) => catalog.complete(one, 'tools'))
    },
    leftOut: catalog.findings,
    tool(server, name) {
      if (virtual.has(server)) return narrowed(server, name)
      const entry = catalog.tool(server, name)
      return entry && real(server, entry)
    },
  }
}

/** Takes in lists; one that is the same as the last costs nothing. */
function learning(catalog: Listed): Pick<CatalogPort, 'invalidate' | 'learn'> {
  const lists = new Map<string, LearnedList>()
  return {
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
  }
}

/** Lists ask for the classification alone; what costs more waits for the first call. */
function knownOf(
  entry: Entry,
  classification: () => Classification,
  analysis: Known['analysis'],
): Known {
  let headers: ParamHeaders | undefined
  return {
    // What people say of a tool may change while its definition stays.
    get classification() {
      return classification()
    },
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
