import type { DecisionPoint } from '../kernel/access.ts'
import type { Approvals } from '../kernel/approval.ts'
import { ERRORS, GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { FlowBook } from '../kernel/flow.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Recorder } from '../kernel/record.ts'
import { principalOf } from '../kernel/subject.ts'
import type { Conversation, Exchange, Gateway } from '../mcp/exchange.ts'
import type { Notification, Response } from '../mcp/message.ts'
import { aimOf } from './aim.ts'
import { emptyResult, failure } from './answer.ts'
import { type Approve, createApprove } from './approve.ts'
import { type ParkedCalls, parkedCalls } from './bridge/parked.ts'
import { connectionAnswer } from './connect/answer.ts'
import { type ConnectHolding, type Connections, connectHolding } from './connect/once-connected.ts'
import { type Definitions, definitions, type PinnedCatalog } from './definitions.ts'
import type { Filter } from './filter.ts'
import { besideFlow } from './flow/beside.ts'
import { type UndecidedFlow, undecidedFlow } from './flow/lists.ts'
import { type Followers, followers } from './followers.ts'
import { shakeOne, shakeRoof, shakeVirtual } from './handshake.ts'
import { listen } from './listen.ts'
import { type ListOptions, listOne } from './lists.ts'
import { CLIENT_NOTIFICATIONS, type Handling, handlingOf } from './methods.ts'
import { type News, news } from './news.ts'
import type { PermittedCall } from './permit.ts'
import { answerCall, type Stages } from './pipeline.ts'
import type { Decoy } from './plant.ts'
import { readable } from './readable.ts'
import type { MaxAge } from './recheck.ts'
import { type Relay, relay } from './relay.ts'
import { stateSeal } from './request-state.ts'
import { type Names, type Roof, roof } from './roof.ts'
import type { Reactions, Screening } from './screen/screening.ts'
import { createScreens, type Releasers, type Screens } from './screen/screens.ts'
import { createScrubber, type Scrubber, type WatchedCredentials } from './scrub/scrubber.ts'
import { type CredentialOf, credentialsOf } from './see.ts'
import { type Sessions, sessions } from './sessions.ts'
import { bringLevel, setLevel } from './settings.ts'
import type { EraMemory } from './shared-links.ts'
import { shown } from './shown.ts'
import { type Upstreams, upstreams } from './upstreams.ts'
import {
  checkOffered,
  checkVirtualAim,
  listVirtual,
  mayHear,
  NO_VIRTUAL,
  toolsOnly,
  type VirtualServer,
  type VirtualServers,
  virtualOf,
} from './virtual.ts'
import type { LinkSource, UpstreamServer } from './watched-links.ts'

/** What is known of servers and their definitions. */
export interface Catalog extends PinnedCatalog {
  /** Servers whose tools narrow those of others; absent: none. */
  readonly virtual?: VirtualServers
}

export interface GatewayOptions extends Reactions {
  readonly servers: readonly UpstreamServer[]
  readonly links: LinkSource
  readonly eras: EraMemory
  readonly catalog: Catalog
  readonly names: Names
  /** The policies in force, asked for each decision so that they can be replaced as a whole. */
  readonly policies: () => DecisionPoint
  readonly recorder: Recorder
  /** Reads facts from arguments. */
  readonly analyse: Stages['analyse']
  /** Remembers what was read; `NO_FLOW` remembers nothing. */
  readonly flow: FlowBook
  readonly limits: Limits
  /** Whether denials hold for a server; without it, for all. */
  readonly enforces?: (server: string) => boolean
  /** How old a list may be when a call rests on it; by default as `auto`. */
  readonly maxAge?: MaxAge
  /** Credentials that no message may hold; absent: none are known. */
  readonly credentials?: WatchedCredentials
  /** Absent: a call whose subject has to connect first is not held until they did. */
  readonly connections?: Connections
  /** Absent: every denial is final. */
  readonly approvals?: ApprovalOptions
  /** Absent: there is nothing that looks at messages, and what screens ask for is refused. */
  readonly screening?: Screening
  /** What results of servers carry besides what was asked for; absent: nothing. */
  readonly decoy?: Decoy
  /** 32 bytes that seal `requestState`, and what waits for people to release it. */
  readonly sealKey: Uint8Array
  readonly version: string
  readonly now: Clock
  readonly randomId: RandomId
  readonly log: (message: string, cause?: unknown) => void
}

/** Whom to ask where policies leave it to people. */
export interface ApprovalOptions {
  readonly approvals: Approvals
  /** The page on which people answer a request, given its id. */
  readonly approvalUrl: (id: string) => string
  /** Milliseconds that one request is held while people think. Clients give up after 60 s. */
  readonly hold?: number
}

const HOLD = 45_000
const PARKING = { limit: 1_000, limitEach: 32, patience: 10 * 60_000 }
/** All parts of the data plane, made once. */
interface Parts {
  readonly options: GatewayOptions
  readonly upstreams: Upstreams
  readonly virtual: VirtualServers
  readonly relay: Relay
  readonly approve: Approve
  readonly sessions: Sessions
  readonly parked: ParkedCalls
  readonly lists: ListOptions
  readonly roof: Roof
  readonly definitions: Definitions
  readonly news: News
  readonly followers: Followers
  readonly screens: Screens
  readonly scrubber: Scrubber | undefined
  readonly connecting: ConnectHolding | undefined
  readonly credential: CredentialOf
  readonly undecided: UndecidedFlow
  /** Takes note of a server's notification. */
  readonly heard: (server: string, notification: Notification) => void
}

/** The data plane, which is told when people decide on definitions, and when credentials change. */
export interface DataPlane
  extends Gateway,
    Pick<Definitions, 'decided'>,
    Pick<Upstreams, 'changed'> {
  close(): void
}

/** The data plane: everything between a client's parsed request and the answer to it. */
export function createGateway(options: GatewayOptions): DataPlane {
  const { log, randomId } = options
  const parts = assemble(options)
  const stages = stagesOf(parts)
  return {
    async handle(exchange) {
      parts.screens.beside.heard(exchange)
      try {
        return await route(parts, stages, exchange)
      } catch (thrown) {
        const error = toGatewayError(thrown)
        const id = randomId()
        if (error.code === 'internal') log(`request ${id} failed`, thrown)
        if (error.code === 'connection_required') return connectionAnswer(exchange, error, id)
        return failure(exchange.request, error, id)
      }
    },
    notified(conversation, notification) {
      if (!CLIENT_NOTIFICATIONS.has(notification.method)) return
      passOn(parts, conversation, notification).catch((cause: unknown) =>
        log('a notification could not be passed on', cause),
      )
    },
    decided: parts.definitions.decided,
    changed: parts.upstreams.changed,
    close: () => parts.parked.close(),
  }
}

async function passOn(
  { upstreams: links, screens, options: { log } }: Parts,
  conversation: Conversation,
  notification: Notification,
): Promise<void> {
  const open = (await links.open(conversation)).filter(({ link }) => link.era === 'legacy')
  // Tokens are a server's own, and only one server knows what progress they are about.
  if (notification.method === 'notifications/progress' && open.length > 1) return
  const { beside } = screens
  for (const { server, link } of open)
    beside.said(conversation, server, notification, (passed) => {
      link.notify(passed).catch((cause: unknown) => log('a notification was not taken', cause))
    })
}

/** Sends each request the way that the method table names for it. */
async function route(parts: Parts, stages: Stages, exchange: Exchange): Promise<Response> {
  const { conversation, request } = exchange
  checkSender(exchange)
  const handling = handlingOf(request.method, conversation.era)
  if (!handling) throw new GatewayError('method_unknown', `no method \`${request.method}\``)
  const virtual = virtualOf(parts.virtual, conversation)
  if (virtual) checkOffered(handling, request.method)
  const response = await serve(parts, stages, exchange, handling, virtual)
  // What was decided was taken in on its way.
  if (handling.kind !== 'decide') await parts.undecided.answer(exchange, handling, response)
  return response
}

/** Decided for one and sent with the credential of another: that must not be, whoever let it in. */
function checkSender({ conversation, sender }: Exchange): void {
  if (principalOf(conversation.subject) === principalOf(sender.subject)) return
  throw new GatewayError('session_unknown', 'the session is not known')
}

async function serve(
  parts: Parts,
  stages: Stages,
  exchange: Exchange,
  handling: Handling,
  virtual: VirtualServer | undefined,
): Promise<Response> {
  const { conversation, request } = exchange
  const { endpoint } = conversation
  switch (handling.kind) {
    case 'decide':
      return answerCall(stages, exchange, handling.action)
    case 'list':
      if (virtual) return listVirtual(parts.lists, exchange, virtual)
      return endpoint.kind === 'all'
        ? parts.roof.list(exchange, handling.items)
        : listOne(parts.lists, exchange, endpoint.server, handling.items)
    case 'handshake': {
      const shake = { ...parts, ...parts.options }
      if (virtual) return shakeVirtual(shake, exchange, virtual)
      return endpoint.kind === 'all'
        ? shakeRoof(shake, exchange)
        : shakeOne(shake, exchange, endpoint.server)
    }
    case 'ping':
      return emptyResult(request, conversation.era)
    case 'setting':
      return setLevel(parts, exchange)
    case 'listen':
      return subscribed(parts, stages, exchange, virtual)
  }
}

function subscribed(
  { upstreams: links, followers: following, heard, news: told, roof: all, screens, options }: Parts,
  stages: Stages,
  exchange: Exchange,
  virtual: VirtualServer | undefined,
): Promise<Response> {
  const { endpoint } = exchange.conversation
  const servers = endpoint.kind === 'all' ? links.servers : (virtual?.sources ?? [endpoint.server])
  const parted = {
    upstreams: links,
    followers: following,
    heard,
    news: told,
    beside: screens.beside,
    ownerOf: all.ownerOf,
    mayRead: (asked: Exchange, server: string, uri: string): Promise<boolean> =>
      readable(stages, asked, server, uri),
    offered: virtual ? toolsOnly : (filter: Filter): Filter => filter,
  }
  return listen({ ...parted, log: options.log }, exchange, servers)
}

function assemble(options: GatewayOptions): Parts {
  const { catalog, log, now, randomId } = options
  const heard = (server: string, notification: Notification): void =>
    known.heard(server, notification)
  const virtual = catalog.virtual ?? NO_VIRTUAL
  const hears = mayHear(virtual)
  const told = news()
  const parked = parkedCalls({ now, randomId, ...PARKING })
  const seal = stateSeal(options.sealKey, now)
  const people = peopleOf(options)
  const looking = createScreens(options, people, { seal, parked })
  const screens = { ...looking, beside: besideFlow(options, looking.beside) }
  const { beside } = screens
  const scrubber = options.credentials && createScrubber(options.credentials, now)
  const state = sessions({ heard, mayHear: hears, beside, log })
  const links = upstreams({
    servers: options.servers,
    links: options.links,
    eras: options.eras,
    log,
    onNotification: heard,
    mayHear: hears,
    news: told,
    beside,
    scrubber,
    onSession(conversation, server, link) {
      if (link.era === 'modern') state.follow(conversation, server, link)
      else
        bringLevel(state, conversation, link).catch((cause: unknown) =>
          log(`the log level could not be set at server \`${server}\``, cause),
        )
    },
  })
  const path = relay(links, { seal, parked, loud: new WeakSet(), logLevel: state.logLevel })
  const known = definitions({
    ...{ catalog, relay: path, upstreams: links, virtual, news: told, now },
    maxAge: options.maxAge,
  })
  const undecided = undecidedFlow(options)
  const seeing = { ...options, credential: credentialsOf(options.servers) }
  const lists: ListOptions = {
    relay: path,
    catalog,
    recheck: known,
    visible: (exchange, server, kind, item) => shown(seeing, exchange, server, kind, item),
  }
  return {
    options,
    upstreams: links,
    virtual,
    relay: path,
    approve: createApprove({ ...people, seal, now, randomId }),
    screens,
    scrubber,
    connecting: connectHolding(options.connections, people.patience),
    credential: seeing.credential,
    undecided,
    sessions: state,
    parked,
    lists,
    roof: roof({ ...lists, ...options, flow: undecided, servers: links.servers, virtual }),
    definitions: known,
    news: told,
    followers: followers(),
    heard,
  }
}

/** Who answers what policies leave to people. */
function peopleOf({ approvals }: GatewayOptions): Releasers {
  return {
    approvals: approvals?.approvals,
    url: approvals?.approvalUrl ?? String,
    patience: approvals?.hold ?? HOLD,
  }
}

function stagesOf(parts: Parts): Stages {
  const { options, upstreams: links, definitions: known } = parts
  return {
    now: options.now,
    randomId: options.randomId,
    aim: (exchange, action) => aimOf(exchange, action, parts.roof),
    async resolve(aim) {
      if (parts.virtual.has(aim.server)) checkVirtualAim(aim)
      else links.server(aim.server)
      return known.resolve(aim)
    },
    analyse: options.analyse,
    flow: options.flow,
    limits: options.limits,
    credential: parts.credential,
    scrubber: parts.scrubber,
    connecting: parts.connecting,
    decide: (request) => options.policies().decide(request),
    enforces: options.enforces ?? (() => true),
    approve: parts.approve,
    policies: () => options.policies().hash,
    record: (entry) => options.recorder.record(entry),
    dispatch: (call) => dispatch(parts, call),
    ...parts.screens,
    ...(options.decoy ? { decoy: options.decoy } : {}),
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
  const response = await parts.relay.dispatch(call)
  // The server holds other header annotations than we do: its definition has changed.
  if (response.kind === 'error' && response.error.code === ERRORS.header_mismatch.rpc)
    parts.definitions.drifted(server)
  return response
}

const SUBSCRIBING: Readonly<Record<string, 'on' | 'off'>> = {
  'resources/subscribe': 'on',
  'resources/unsubscribe': 'off',
}
