import { randomBytes, randomUUID } from 'node:crypto'
import { createCatalog } from '../../catalog/catalog.ts'
import { joinName, splitName } from '../../catalog/names.ts'
import type { AccessRequest, Decision, DecisionPoint } from '../../kernel/access.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import type { FlowBook } from '../../kernel/flow.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Limits } from '../../kernel/limits.ts'
import type { PinStatus } from '../../kernel/pins.ts'
import type { RecordEntry } from '../../kernel/record.ts'
import { NO_SCREENS } from '../../kernel/screening.ts'
import { UNLIMITED } from '../../limits/limits.ts'
import type { Conversation, Exchange } from '../../mcp/exchange.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { type Era, eraOf, type Revision } from '../../mcp/revision.ts'
import type { Link, LinkOptions, Outbound } from '../../mcp/upstream/link.ts'
import { readParamHeaders } from '../../mcp/wire/param-headers.ts'
import type { Connections } from '../connect/once-connected.ts'
import { NO_FLOW } from '../flow/no-flow.ts'
import {
  type ApprovalOptions,
  type Catalog,
  createGateway,
  type DataPlane,
  type GatewayOptions,
} from '../gateway.ts'
import type { ListKind } from '../methods.ts'
import type { MaxAge } from '../recheck.ts'
import type { WatchedCredentials } from '../scrub/scrubber.ts'
import type { LinkSource, UpstreamServer } from '../watched-links.ts'
import { type FakeExchange, fakeConversation, fakeExchange, fakeLink } from './fakes.ts'

/** What a server answers; undefined for `method not found`. */
export type ServerLogic = (
  outbound: Outbound,
) => JsonObject | Response | undefined | Promise<JsonObject | Response | undefined>

export interface FakeServer {
  readonly revision: Revision
  readonly logic: ServerLogic
  readonly capabilities?: JsonObject
  /** Another transport than stdio. */
  readonly transport?: 'http'
  /** What it is shown of subjects. */
  readonly shown?: Pick<UpstreamServer, 'authorizer' | 'environment' | 'credential'>
  /** Why links to it do not open, while this gives something. */
  readonly down?: () => GatewayError | undefined
}

/** A link that was opened, with what the gateway gave for it. */
export interface OpenedLink {
  readonly key: string
  readonly link: ReturnType<typeof fakeLink>
  readonly options: LinkOptions
  released: number
  /** The server ends it. */
  drop(): void
}

/** A source of fake links: one for each key, until it closes. */
export function fakeLinks(servers: Readonly<Record<string, FakeServer>>) {
  const opened: OpenedLink[] = []
  const live = new Map<string, OpenedLink>()

  const open = (key: string, options: LinkOptions): OpenedLink => {
    const server = servers[options.server]
    const failure = server?.down?.()
    if (!server || failure) throw failure ?? new GatewayError('upstream_unreachable', 'gone')
    const asked = options.revision
    const modern = eraOf(server.revision) === 'modern'
    if (asked !== 'auto' && asked !== 'legacy' && (eraOf(asked) === 'modern') !== modern)
      throw new GatewayError('upstream_malformed', 'the other era')
    const closed = Promise.withResolvers<void>()
    const base = fakeLink(
      server.revision,
      async (outbound) => answerOf(outbound, await server.logic(outbound)),
      { capabilities: server.capabilities ?? {} },
    )
    const drop = (): void => {
      if (live.get(key) === entry) live.delete(key)
      closed.resolve()
    }
    const link = { ...base, closed: closed.promise, close: async () => drop() }
    const entry: OpenedLink = { key, link, options, released: 0, drop }
    live.set(key, entry)
    opened.push(entry)
    return entry
  }
  const source: LinkSource = {
    async borrow(key, options) {
      const entry = live.get(key) ?? open(key, options)
      const release = (): void => {
        entry.released += 1
      }
      return { link: entry.link as Link, release }
    },
    async closeWhere(test) {
      for (const entry of [...live.values()]) if (test(entry.key)) entry.drop()
    },
  }
  return { source, opened, live }
}

function answerOf({ request }: Outbound, answer: JsonObject | Response | undefined): Response {
  const { id, method } = request
  if (answer === undefined)
    return { kind: 'error', id, error: { code: -32601, message: `no ${method}` } }
  if (answer['kind'] === 'error' || answer['kind'] === 'result') return answer as Response
  return { kind: 'result', id, result: answer as JsonObject }
}

/** The real catalog, in the form in which the gateway asks it. By default everything is approved. */
export function testCatalog(
  status: (server: string, kind: ListKind, definition: JsonObject) => PinStatus = () => 'approved',
): Catalog {
  const catalog = createCatalog({ override: () => undefined })
  const editions = new Map<string, { readonly text: string }>()
  const standing = (server: string, kind: ListKind, name: string): PinStatus | undefined => {
    const entry = catalog.entry(server, kind, name)
    return entry && status(server, kind, entry.definition)
  }
  return {
    standing,
    edition: (server, kind) => editions.get(`${kind} ${server}`),
    templates: (server) =>
      [...catalog.entries(server, 'resourceTemplates')].map(({ name }) => name),
    introduce: async (_, said) => said,
    invalidate(server, kind) {
      editions.delete(`${kind} ${server}`)
      catalog.invalidate(server, kind)
    },
    see: () => undefined,
    learn(server, kind, { items, exact }) {
      const text = JSON.stringify(items)
      const before = editions.get(`${kind} ${server}`)
      const edition = before?.text === text ? before : { text }
      editions.set(`${kind} ${server}`, edition)
      const kept = new Set<Json>(
        catalog.replace(server, kind, items).entries.map(({ definition }) => definition),
      )
      const isShown = (item: JsonObject): boolean =>
        kept.has(item) && status(server, kind, item) === 'approved'
      return {
        edition,
        shown: () => items.map((item, at) => (isShown(item) ? exact()[at] : undefined)),
      }
    },
    page(server, kind, { items, exact }) {
      const known = new Set(
        [...catalog.entries(server, kind)].map(({ definition }) => JSON.stringify(definition)),
      )
      return items.map((item, at) =>
        known.has(JSON.stringify(item)) && status(server, kind, item) === 'approved'
          ? exact()[at]
          : undefined,
      )
    },
    tool(server, name) {
      const entry = catalog.tool(server, name)
      if (standing(server, 'tools', name) !== 'approved') return undefined
      return (
        entry && {
          classification: entry.classification,
          definition: entry.digest(),
          paramHeaders: readParamHeaders(entry.definition['inputSchema'] as JsonObject),
          analysis: undefined,
          violations: (args) => entry.violations(args).map(({ message }) => message),
          flaws: (result) => entry.flaws(result).map(({ message }) => message),
        }
      )
    },
  }
}

export const PERMIT: Decision = { effect: 'permit', determining: [{ policy: 'p' }] }
export const DENY: Decision = { effect: 'deny', determining: [{ policy: 'f' }], errors: [] }

/** Policies as a function of what does not depend on arguments, and one that does. */
export function policyOf(
  decide: (request: AccessRequest) => boolean,
  visible: (request: Omit<AccessRequest, 'arguments'>) => boolean = (request) =>
    decide({ ...request, arguments: {} }),
): DecisionPoint {
  return {
    hash: 'hash',
    decide: (request) => (decide(request) ? PERMIT : DENY),
    visible,
    screens: () => NO_SCREENS,
  }
}

interface WorldOptions {
  readonly servers: Readonly<Record<string, FakeServer>>
  readonly policy?: DecisionPoint
  /** Another than the plain one. */
  readonly catalog?: Catalog
  readonly eras?: Readonly<Record<string, Era>>
  readonly record?: (entry: RecordEntry) => Promise<void>
  readonly limits?: Limits
  /** How old lists may be; as `auto` by default. */
  readonly maxAge?: MaxAge
  readonly approvals?: ApprovalOptions
  readonly enforces?: (server: string) => boolean
  readonly screens?: Pick<GatewayOptions, 'screening' | 'onSighting' | 'endGrant'>
  readonly credentials?: WatchedCredentials
  readonly connections?: Connections
  /** Remembers what was read; nobody does by default. */
  readonly flow?: FlowBook
}

export interface World {
  readonly gateway: DataPlane
  readonly records: RecordEntry[]
  readonly requests: AccessRequest[]
  readonly opened: readonly OpenedLink[]
  readonly logged: string[]
  readonly eras: Map<string, Era>
  /** Everything that reached a server, in order. */
  reached(server?: string): readonly Outbound[]
}

/** A whole gateway with the real parts, but for servers, policies and the recorder. */
export function world({ servers, policy = policyOf(() => true), ...more }: WorldOptions): World {
  const { source, opened } = fakeLinks(servers)
  const records: RecordEntry[] = []
  const requests: AccessRequest[] = []
  const logged: string[] = []
  const eras = new Map<string, Era>(Object.entries(more.eras ?? {}))
  const gateway = createGateway({
    servers: Object.entries(servers).map(([name, server]) => upstreamServer(name, server)),
    links: source,
    eras: { recall: (server) => eras.get(server), settle: (server, era) => eras.set(server, era) },
    catalog: more.catalog ?? testCatalog(),
    names: { join: joinName, split: splitName },
    policies: () => ({
      ...policy,
      hash: policy.hash,
      decide(request) {
        requests.push(request)
        return policy.decide(request)
      },
    }),
    recorder: {
      async record(entry) {
        await more.record?.(entry)
        records.push(entry)
      },
    },
    analyse: () => NO_FACTS,
    limits: more.limits ?? UNLIMITED,
    flow: more.flow ?? NO_FLOW,
    ...(more.maxAge === undefined ? {} : { maxAge: more.maxAge }),
    ...(more.approvals === undefined ? {} : { approvals: more.approvals }),
    ...(more.enforces === undefined ? {} : { enforces: more.enforces }),
    ...(more.credentials === undefined ? {} : { credentials: more.credentials }),
    ...(more.connections === undefined ? {} : { connections: more.connections }),
    ...more.screens,
    sealKey: randomBytes(32),
    version: '0.0.0',
    now: Date.now,
    randomId: randomUUID,
    log: (message) => logged.push(message),
  })
  const reached = (server?: string): readonly Outbound[] =>
    opened
      .filter(({ options }) => server === undefined || options.server === server)
      .flatMap(({ link }) => link.seen)
  return { gateway, records, requests, opened, logged, eras, reached }
}

/** A server of the catalog. */
export function upstreamServer(name: string, { transport, shown }: FakeServer): UpstreamServer {
  return {
    ...shown,
    name,
    transport:
      transport === 'http'
        ? { kind: 'http', url: 'http://server.example/mcp', headers: {} }
        : { kind: 'stdio', command: 'server', args: [], env: {}, cwd: undefined },
    revision: 'auto',
    connectTimeout: 1_000,
    callTimeout: 5_000,
    maxMessage: 1_000_000,
  }
}

/** A server of tools that answers every call alike, and has nothing else. */
export function toolServer(
  revision: Revision,
  names: readonly string[],
  inputSchema: JsonObject = { type: 'object' },
): FakeServer {
  const tools = names.map((name) => ({ name, inputSchema }))
  const frame = eraOf(revision) === 'modern' ? { resultType: 'complete' } : {}
  return {
    revision,
    logic({ request: { method } }) {
      if (method === 'tools/list') return { ...frame, tools }
      if (method === 'tools/call') return { ...frame, content: [] }
      return undefined
    },
  }
}

/** A request to the endpoint of one server, or of all. */
export function ask(
  revision: Revision,
  endpoint: string,
  method: string,
  params: JsonObject = {},
  overrides: Partial<Exchange> & { readonly who?: Partial<Conversation> } = {},
): FakeExchange {
  const { who, ...rest } = overrides
  const conversation = fakeConversation({
    id: randomUUID(),
    revision,
    endpoint: endpoint === 'all' ? { kind: 'all' } : { kind: 'server', server: endpoint },
    ...who,
  })
  return fakeExchange(method, params, { conversation, ...rest })
}

/** A server's notification outside of any request, over a link that was opened. */
export function tell({ options }: OpenedLink, method: string, params?: JsonObject): void {
  const notification: Notification = { kind: 'notification', method, params }
  options.listener.onNotification(notification)
}
