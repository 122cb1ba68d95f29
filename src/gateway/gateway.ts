import type { Classification, DecisionPoint } from '../kernel/access.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Recorder } from '../kernel/record.ts'
import type { Exchange, Gateway } from '../mcp/exchange.ts'
import type { Notification, Request, Response } from '../mcp/message.ts'
import { type Aim, aimOf } from './aim.ts'
import { emptyResult, failure } from './answer.ts'
import { askClient } from './bridge/legacy-to-legacy.ts'
import { type ParkedCalls, parkedCalls } from './bridge/parked.ts'
import { shakeOne, shakeRoof } from './handshake.ts'
import { type KnownTools, knownTools } from './known-tools.ts'
import { listen } from './listen.ts'
import { type Learning, type ListOptions, listedTarget, listOne } from './lists.ts'
import { CLIENT_NOTIFICATIONS, handlingOf, type ListKind } from './methods.ts'
import type { PermittedCall } from './permit.ts'
import { accessRequest, answerCall, type Known, type Stages } from './pipeline.ts'
import { type Relay, relay } from './relay.ts'
import { stateSeal } from './request-state.ts'
import { type Names, type Roof, roof } from './roof.ts'
import { type Sessions, sessions } from './sessions.ts'
import { setLevel } from './settings.ts'
import {
  type EraMemory,
  type LinkSource,
  type UpstreamServer,
  type Upstreams,
  upstreams,
} from './upstreams.ts'

/** What is known of servers and their definitions. */
export interface Catalog extends Learning {
  /** A tool by its exact name; undefined until its server has listed it. */
  tool(server: string, name: string): Known | undefined
  /** Forgets that a server's items are up to date. */
  invalidate(server: string, kind: ListKind): void
}

export interface GatewayOptions {
  readonly servers: readonly UpstreamServer[]
  readonly links: LinkSource
  readonly eras: EraMemory
  readonly catalog: Catalog
  readonly names: Names
  /** The policies in force, asked for each decision so that they can be replaced as a whole. */
  readonly policies: () => DecisionPoint
  readonly recorder: Recorder
  /** 32 bytes that seal `requestState`. */
  readonly sealKey: Uint8Array
  readonly version: string
  readonly now: Clock
  readonly randomId: RandomId
  readonly log: (message: string, cause?: unknown) => void
}

const MAX_PARKED = 1_000
const PARKED_PATIENCE = 10 * 60_000
/** Resources and prompts are read; what reading one gives is its server's word, what it does is not. */
const READ: Classification = {
  effects: ['read'],
  reversible: true,
  risk: 'low',
  source: 'inferred',
}
const WITHOUT_SCHEMA: Known = {
  classification: READ,
  definition: undefined,
  violations: () => [],
  flaws: () => [],
}

/** All parts of the data plane, made once. */
interface Parts {
  readonly options: GatewayOptions
  readonly upstreams: Upstreams
  readonly relay: Relay
  readonly sessions: Sessions
  readonly parked: ParkedCalls
  readonly lists: ListOptions
  readonly roof: Roof
  readonly tools: KnownTools
}

/** The data plane: everything between a client's parsed request and the answer to it. */
export function createGateway(options: GatewayOptions): Gateway & { close(): void } {
  const { log, randomId } = options
  const parts = assemble(options)
  const stages = stagesOf(parts)
  return {
    async handle(exchange) {
      try {
        return await route(parts, stages, exchange)
      } catch (thrown) {
        const error = toGatewayError(thrown)
        const id = randomId()
        if (error.code === 'internal') log(`request ${id} failed`, thrown)
        return failure(exchange.request, error, id)
      }
    },
    notified(conversation, notification) {
      if (!CLIENT_NOTIFICATIONS.has(notification.method)) return
      parts.upstreams
        .open(conversation)
        .then((open) => open.filter((link) => link.era === 'legacy'))
        .then((open) => Promise.all(open.map((link) => link.notify(notification))))
        .catch((cause: unknown) => log('a notification could not be passed on', cause))
    },
    close: () => parts.parked.close(),
  }
}

/** Sends each request the way that the method table names for it. */
async function route(parts: Parts, stages: Stages, exchange: Exchange): Promise<Response> {
  const { conversation, request } = exchange
  const { endpoint } = conversation
  const handling = handlingOf(request.method, conversation.era)
  if (!handling) throw new GatewayError('method_unknown', `no method \`${request.method}\``)
  switch (handling.kind) {
    case 'decide':
      return answerCall(stages, exchange, handling.action)
    case 'list':
      return endpoint.kind === 'all'
        ? parts.roof.list(exchange, handling.items)
        : listOne(parts.lists, exchange, endpoint.server, handling.items)
    case 'handshake': {
      const shake = { ...parts, version: parts.options.version }
      return endpoint.kind === 'all'
        ? shakeRoof(shake, exchange)
        : shakeOne(shake, exchange, endpoint.server)
    }
    case 'ping':
      return emptyResult(request, conversation.era)
    case 'setting':
      return setLevel(parts, exchange)
    case 'listen': {
      const servers = endpoint.kind === 'all' ? parts.upstreams.servers : [endpoint.server]
      const mayRead = (asked: Exchange, server: string, uri: string): Promise<boolean> =>
        readable(stages, asked, server, uri)
      return listen({ ...parts, ...parts.roof, ...parts.options, mayRead }, exchange, servers)
    }
  }
}

function assemble(options: GatewayOptions): Parts {
  const { catalog, log, now, randomId } = options
  const state = sessions(log)
  const parked = parkedCalls({ now, randomId, limit: MAX_PARKED, patience: PARKED_PATIENCE })
  const links = upstreams({
    servers: options.servers,
    links: options.links,
    eras: options.eras,
    log,
    onNotification: (server, notification) => listChanged(parts, server, notification),
    onRequest: (conversation, request: Request) =>
      askClient(conversation, request, (method, params) =>
        conversation.ask(method, params, conversation.ended),
      ),
    onSession: (conversation, server, link) => {
      if (link.era === 'modern') state.follow(conversation, server, link)
    },
  })
  const seal = stateSeal(options.sealKey, now)
  const path = relay(links, { seal, parked, logLevel: state.logLevel })
  const lists: ListOptions = {
    relay: path,
    catalog,
    visible: (exchange, server, kind, item) => shown(options, exchange, server, kind, item),
  }
  const parts: Parts = {
    options,
    upstreams: links,
    relay: path,
    sessions: state,
    parked,
    lists,
    roof: roof({ ...lists, servers: links.servers, names: options.names, now, randomId }),
    tools: knownTools(lists, catalog.tool, now),
  }
  return parts
}

function listChanged({ tools, options }: Parts, server: string, { method }: Notification): void {
  const [, kind] = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method) ?? []
  if (kind === undefined) return
  if (kind === 'tools') tools.changed(server)
  options.catalog.invalidate(server, kind as ListKind)
}

/** The same decision as for the call, over all arguments that it could have. */
function shown(
  { catalog, policies, now }: GatewayOptions,
  exchange: Exchange,
  server: string,
  list: ListKind,
  item: Parameters<ListOptions['visible']>[3],
): boolean {
  const { kind, name } = listedTarget(list, item)
  const classification = kind === 'tool' ? catalog.tool(server, name)?.classification : READ
  if (!classification) return false
  const action = kind === 'tool' ? 'call' : kind === 'prompt' ? 'get' : 'read'
  const aim: Aim = { exchange, action, server, kind, name, arguments: {}, params: {} }
  return policies().visible(accessRequest({ now }, aim, { classification }))
}

function stagesOf(parts: Parts): Stages {
  const { options, upstreams: links, tools } = parts
  return {
    now: options.now,
    randomId: options.randomId,
    aim: (exchange, action) => aimOf(exchange, action, parts.roof),
    async resolve(aim) {
      links.server(aim.server)
      return aim.kind === 'tool' ? tools.resolve(aim) : WITHOUT_SCHEMA
    },
    decide: (request) => options.policies().decide(request),
    policies: () => options.policies().hash,
    record: (entry) => options.recorder.record(entry),
    dispatch: (call) => dispatch(parts, call),
    log: options.log,
  }
}

async function dispatch(parts: Parts, call: PermittedCall): Promise<Response> {
  const { exchange, server, name } = call.aim
  const { conversation, request } = exchange
  const on = SUBSCRIBING[request.method]
  if (on !== undefined) {
    const kept = await parts.upstreams.use(conversation, server, async (link) => {
      if (link.era === 'legacy') return false
      parts.sessions.subscribe(conversation, server, link, name, on)
      return true
    })
    if (kept) return emptyResult(request, conversation.era)
  }
  return parts.relay.dispatch(call)
}

const SUBSCRIBING: Readonly<Record<string, 'on' | 'off'>> = {
  'resources/subscribe': 'on',
  'resources/unsubscribe': 'off',
}

/** Decides and records, as a read, that a subject may follow a URI. */
async function readable(
  stages: Stages,
  exchange: Exchange,
  server: string,
  uri: string,
): Promise<boolean> {
  const params = { uri }
  const request: Request = { ...exchange.request, method: 'resources/subscribe', params }
  const asked: Exchange = { ...exchange, request }
  const aim: Aim = {
    exchange: asked,
    action: 'read',
    server,
    kind: 'resource',
    name: uri,
    arguments: {},
    params,
  }
  const dry: Stages = {
    ...stages,
    aim: async () => aim,
    dispatch: async () => emptyResult(request, 'modern'),
  }
  return (await answerCall(dry, asked, 'read')).kind === 'result'
}
