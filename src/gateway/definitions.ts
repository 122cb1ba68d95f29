import type { PinKind, PinStatus } from '../kernel/pins.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Notification } from '../mcp/message.ts'
import type { Introducing } from './handshake.ts'
import { plainTarget } from './known.ts'
import { type KnownItems, type KnownItemsOptions, knownItems } from './known-items.ts'
import { gather, type Learning } from './lists.ts'
import type { ListKind } from './methods.ts'
import type { News } from './news.ts'
import { type Edition, type MaxAge, maxAgeOf, type Recheck, recheck } from './recheck.ts'
import type { Relay } from './relay.ts'
import type { Upstreams } from './upstreams.ts'
import type { VirtualServers } from './virtual.ts'

/** What is known of the definitions of servers, and decided on them. */
export interface PinnedCatalog extends Learning, Introducing, Pick<KnownItemsOptions, 'tool'> {
  /** What was decided on an item that its server lists now; undefined for what it does not list. */
  standing(server: string, kind: ListKind, name: string): PinStatus | undefined
  /** The templates that a server lists, whatever was decided on them. */
  templates(server: string): readonly string[]
  /** Stands for the whole list that is known; undefined when none is. */
  edition(server: string, kind: ListKind): Edition | undefined
  /** Forgets that a server's items are up to date. */
  invalidate(server: string, kind: ListKind): void
}

interface DefinitionsOptions {
  readonly catalog: PinnedCatalog
  readonly relay: Relay
  readonly upstreams: Upstreams
  readonly virtual: VirtualServers
  readonly news: News
  readonly maxAge: MaxAge | undefined
  readonly now: Clock
}

/** Definitions as they are in force: looked at again before they count, and told of when they change. */
export interface Definitions extends Pick<Recheck, 'current'>, KnownItems {
  /** Takes note of a server's notification. */
  heard(server: string, notification: Notification): void
  /** The server showed that its tools are others than those that are known. */
  drifted(server: string): void
  /** Other definitions of a list count than before: whoever is connected is told. */
  decided(server: string, kind: PinKind): void
}

/** Makes it. See {@link Definitions}. */
export function definitions(options: DefinitionsOptions): Definitions {
  const { catalog, relay, upstreams, virtual, now } = options
  const lists = recheck({
    list: (exchange, server, kind) =>
      gather({ relay, catalog }, exchange, server, kind, ({ edition }) => edition),
    edition: catalog.edition,
    linkOf: (exchange, server) =>
      upstreams.use(exchange.conversation, server, async (link) => link),
    maxAge: options.maxAge ?? maxAgeOf('auto'),
    now,
  })
  const items = knownItems({
    ...catalog,
    recheck: lists,
    sourceOf: (server, name) =>
      virtual.has(server) ? virtual.get(server)?.sourceOf(name) : server,
    plain: (aim) => plainTarget(aim, upstreams.server(aim.server)),
  })
  return {
    current: lists.current,
    resolve: items.resolve,
    heard(server, { method }) {
      for (const kind of changedBy(method)) {
        lists.changed(server, kind)
        catalog.invalidate(server, kind)
      }
    },
    drifted: (server) => lists.changed(server, 'tools'),
    decided(server, kind) {
      if (kind === 'instructions' || kind === 'serverInfo') return
      // What was never listed before was never shown: nobody has to hear that it is listed now.
      if (catalog.edition(server, kind) === undefined) return
      options.news.tell(server, { kind: 'notification', method: CHANGED[kind], params: undefined })
    },
  }
}

const RESOURCES = 'notifications/resources/list_changed'
const CHANGED: Readonly<Record<ListKind, string>> = {
  tools: 'notifications/tools/list_changed',
  prompts: 'notifications/prompts/list_changed',
  resources: RESOURCES,
  resourceTemplates: RESOURCES,
}

function changedBy(method: string): readonly ListKind[] {
  const kinds = Object.entries(CHANGED).filter(([, named]) => named === method)
  return kinds.map(([kind]) => kind as ListKind)
}
