import { createCatalog } from '../catalog/catalog.ts'
import { classify } from '../catalog/classify.ts'
import type { ItemKind } from '../catalog/definition.ts'
import type { Entry } from '../catalog/entry.ts'
import type { VirtualServers } from '../catalog/virtual/virtual-servers.ts'
import type { Origin } from '../catalog/virtual/virtual-tool.ts'
import type { ServerConfig } from '../config/config.ts'
import type { Catalog } from '../gateway/gateway.ts'
import type { Known } from '../gateway/known.ts'
import type { Classification } from '../kernel/access.ts'
import type { AnalysisSubject } from '../kernel/facts.ts'
import type { Digest } from '../kernel/hash.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { PinBook } from '../kernel/pins.ts'
import { type ParamHeaders, readParamHeaders } from '../mcp/wire/param-headers.ts'
import { type Hints, hintsOf, kindsOf, type StatedClasses, writtenOf } from './operator-words.ts'
import { pinnedLists, type Sanitize } from './pinned-lists.ts'
import { knownOfVirtual, virtualPort } from './virtual-tools.ts'

const NONE: VirtualServers = new Map()

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
  /** The templates of resources that a server lists, whatever was decided on them. */
  templates(server: string): readonly string[]
  /** What servers list that is left out, and why. */
  leftOut(): ReturnType<Listed['findings']>
}

type Listed = ReturnType<typeof createCatalog>

export interface CatalogPortOptions {
  readonly servers: Readonly<Record<string, ServerConfig>>
  /** Says what of a server's definitions is approved. */
  readonly book: PinBook
  /** What models get of an approved definition. */
  readonly sanitize: Sanitize
  readonly virtual?: VirtualServers
  readonly stated?: StatedClasses
}

/** Makes an empty catalog of servers. What is not approved is in it, and neither shown nor used. */
export function catalogPort(options: CatalogPortOptions): CatalogPort {
  const { servers, book, sanitize, virtual = NONE, stated = () => undefined } = options
  const catalog = createCatalog({
    override: (server, tool) => stated(server, tool) ?? writtenOf(servers, server, tool),
  })
  const lists = pinnedLists({ catalog, book, sanitize })
  const approved = (server: string, kind: ItemKind): readonly Entry[] =>
    [...catalog.entries(server, kind)].filter(
      (entry) => lists.standingOf(server, kind, entry) === 'approved',
    )
  const find = ({ server, name }: Origin): Entry | undefined => {
    const entry = catalog.tool(server, name)
    return entry && lists.standingOf(server, 'tools', entry) === 'approved' ? entry : undefined
  }
  const { real, narrowed, classed } = knowing({ servers, virtual, stated }, lists.digestOf, find)
  const enabled = (server: string): boolean =>
    Object.hasOwn(servers, server) && servers[server]?.enabled === true
  return {
    virtual: virtualPort(virtual, find, enabled, sanitize),
    ...lists,
    standing(server, kind, name) {
      const behind = virtual.get(server)?.tools.get(name)?.of
      return lists.standing(behind?.server ?? server, kind, behind?.name ?? name)
    },
    templates: (server) =>
      [...catalog.entries(server, 'resourceTemplates')].map(({ name }) => name),
    toolsOf(server) {
      const own = virtual.get(server)
      if (own === undefined) return approved(server, 'tools')
      return [...own.tools.values()].flatMap((tool) => {
        const original = find(tool.of)
        if (original === undefined) return []
        const { name, definition, digest } = tool.over(original)
        const classification = classed(server, tool.over(original))
        return [{ name, definition, digest, classification, of: tool.of }]
      })
    },
    promptsOf: (server) => approved(server, 'prompts').map(({ name }) => name),
    listed(server) {
      const own = virtual.get(server)
      const real = own === undefined ? [server] : [...own.tools.values()].map(({ of }) => of.server)
      return real.every((one) => catalog.complete(one, 'tools'))
    },
    leftOut: catalog.findings,
    tool(server, name) {
      if (virtual.has(server)) return narrowed(server, name)
      const entry = find({ server, name })
      return entry && real(server, entry)
    },
  }
}

/** What is known of tools, made once for each definition. */
function knowing(
  {
    servers,
    virtual,
    stated,
  }: Required<Pick<CatalogPortOptions, 'servers' | 'virtual' | 'stated'>>,
  digestOf: (entry: Entry) => Digest,
  find: (origin: Origin) => Entry | undefined,
) {
  const known = new WeakMap<Entry, Known>()
  const real = (server: string, entry: Entry): Known => {
    const made =
      known.get(entry) ??
      knownOf(
        entry,
        () => entry.classification,
        analysisOf(servers, server, entry),
        () => hintsOf(servers, stated, server, entry.name),
        () => digestOf(entry),
      )
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
    const own = (): Known =>
      knownOf(
        entry,
        () => classed(server, entry),
        behind.analysis,
        () => hintsOf(servers, stated, tool.of.server, original.name),
      )
    const made = known.get(entry) ?? knownOfVirtual(tool, entry, own(), behind)
    known.set(entry, made)
    return made
  }
  return { real, narrowed, classed }
}

/** Lists ask for the classification alone; what costs more waits for the first call. */
function knownOf(
  entry: Entry,
  classification: () => Classification,
  analysis: Known['analysis'],
  hints: () => Hints,
  digest: () => Digest = entry.digest,
): Known {
  let headers: ParamHeaders | undefined
  return {
    // What people say of a tool may change while its definition stays.
    get classification() {
      return classification()
    },
    get definition() {
      return digest()
    },
    get paramHeaders() {
      headers ??= headersOf(entry.definition)
      return headers
    },
    analysis,
    get roles() {
      return hints().roles
    },
    get fields() {
      return hints().fields
    },
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
  return {
    server: name,
    tool: entry.name,
    inputSchema: entry.definition['inputSchema'],
    hints: kindsOf(writtenOf(servers, name, entry.name)?.arguments),
    local: server?.transport === 'stdio',
    ...(server?.transport === 'stdio' ? { cwd: server.cwd } : {}),
    ...egressOf(server),
  }
}

/** Only an allowlist in force says where a server can go. */
function egressOf(server: ServerConfig | undefined): Pick<AnalysisSubject, 'egress'> {
  if (server?.transport !== 'stdio') return {}
  const { backend, network } = server.sandbox
  return backend !== 'none' && network.mode === 'allowlist' ? { egress: network.allow } : {}
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
