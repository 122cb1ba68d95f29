import { canonicalJson } from '../kernel/canonical-json.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import { sha256 } from '../kernel/hash.ts'
import type { Conversation } from '../mcp/exchange.ts'
import type { Notification, Request, Response } from '../mcp/message.ts'
import { NEWEST_MODERN, type Revision } from '../mcp/revision.ts'
import type { Link, LinkOptions, ServerTransport } from '../mcp/upstream/link.ts'
import type { Lease, LinkPool } from '../mcp/upstream/pool.ts'
import { maskExtensions } from './bridge/capabilities.ts'
import { SERVER_NOTIFICATIONS } from './methods.ts'

/** A server of the catalog, as the gateway reaches it. */
export interface UpstreamServer {
  readonly name: string
  readonly transport: ServerTransport
  /** The operator's word on the protocol revision; `auto` finds out. */
  readonly revision: LinkOptions['revision']
  /** Milliseconds for connecting and the handshake. */
  readonly connectTimeout: number
  /** Milliseconds for one call. */
  readonly callTimeout: number
  /** Largest message accepted, bytes. */
  readonly maxMessage: number
}

/** Keyed links: opens what is missing, replaces what has closed, backs off from what fails. */
export type LinkSource = Pick<LinkPool, 'borrow' | 'closeWhere'>

/** What is known of a server's era from earlier, so that a downgrade is noticed. */
export interface EraMemory {
  recall(server: string): 'modern' | 'legacy' | undefined
  /** Told whenever a negotiation that was free to choose ended otherwise than remembered. */
  settle(server: string, era: 'modern' | 'legacy'): void
}

type Watcher = (notification: Notification) => void

/** All links of the gateway, by conversation and server. The only holder of links. */
export interface Upstreams {
  readonly servers: readonly string[]
  server(name: string): UpstreamServer
  /**
   * Uses the link for this conversation, and holds it as long as `use` runs. A legacy session has a link of its own, for a legacy server
   * keeps state per connection; modern requests of one subject share one.
   *
   * @param wanted the revision that a legacy client asks for in `initialize`
   */
  use<T>(
    conversation: Conversation,
    server: string,
    use: (link: Link) => Promise<T>,
    wanted?: Revision,
  ): Promise<T>
  /** The links that a legacy session has open. */
  open(conversation: Conversation): Promise<readonly Link[]>
  /** Listens to a link's messages outside of requests; returns what ends it. */
  watch(link: Link, watcher: Watcher): () => void
}

interface Options {
  readonly servers: readonly UpstreamServer[]
  readonly links: LinkSource
  readonly eras: EraMemory
  /** Told of every notification that a server sends outside of requests. */
  readonly onNotification: (server: string, notification: Notification) => void
  /** Answers a legacy server's request that belongs to no call. */
  readonly onRequest: (conversation: Conversation, request: Request) => Promise<Response>
  /** Told of each new link of a legacy session. */
  readonly onSession: (conversation: Conversation, server: string, link: Link) => void
  readonly log: (message: string) => void
}

/** Keeps the rules of which conversation shares which link. See {@link Upstreams}. */
export function upstreams(options: Options): Upstreams {
  const servers = new Map(options.servers.map((server) => [server.name, server]))
  const sessions = new WeakMap<Conversation, Map<string, Promise<Link>>>()
  const watched = watchedLinks(options)

  const server = (name: string): UpstreamServer => {
    const found = servers.get(name)
    if (!found) throw new GatewayError('server_unknown', `no server \`${name}\``)
    return found
  }
  const session = (conversation: Conversation, name: string, wanted: Revision): Promise<Link> => {
    const own = sessions.get(conversation) ?? new Map<string, Promise<Link>>()
    sessions.set(conversation, own)
    const open = own.get(name)
    if (open) return open
    const opening = sessionLink(options, watched, server(name), conversation, wanted)
    own.set(name, opening)
    const forget = (): void => {
      if (own.get(name) === opening) own.delete(name)
    }
    opening.then((link) => link.closed.then(forget, forget), forget)
    return opening
  }
  return {
    servers: [...servers.keys()],
    server,
    watch: watched.watch,
    async use(conversation, name, use, wanted = conversation.revision) {
      if (conversation.era === 'legacy') return use(await session(conversation, name, wanted))
      const { link, release } = await sharedLink(options, watched, server(name), conversation)
      try {
        return await use(link)
      } finally {
        release()
      }
    },
    async open(conversation) {
      const own = [...(sessions.get(conversation)?.values() ?? [])]
      const settled = await Promise.allSettled(own)
      return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    },
  }
}

/** The link that the modern requests of one subject share. */
async function sharedLink(
  { eras, log }: Options,
  watched: WatchedLinks,
  to: UpstreamServer,
  conversation: Conversation,
): Promise<Lease> {
  const before = to.revision === 'auto' ? eras.recall(to.name) : undefined
  const revision = before === 'legacy' ? 'legacy' : to.revision
  const key = `${to.name} ${conversation.subject.id}`
  if (revision !== 'auto' && revision !== NEWEST_MODERN) {
    // A legacy server learns the client's capabilities once, so only the like share a link.
    const like = sha256(canonicalJson(conversation.capabilities)).slice(0, 16)
    return watched.borrow(`${key} legacy ${like}`, to, conversation, revision)
  }
  const lease = await watched.borrow(`${key} modern`, to, conversation, revision)
  const { era } = lease.link
  if (to.revision === 'auto' && before !== era) {
    if (before === 'modern') {
      log(`server \`${to.name}\` fell back to the legacy era, but spoke 2026-07-28 before`)
    }
    eras.settle(to.name, era)
  }
  return lease
}

/** The link that a legacy session has for itself: a legacy server keeps state per connection. */
async function sessionLink(
  { links, onSession }: Options,
  watched: WatchedLinks,
  to: UpstreamServer,
  conversation: Conversation,
  wanted: Revision,
): Promise<Link> {
  const key = `${to.name} session ${conversation.id}`
  const end = (): void => {
    links.closeWhere((other) => other.startsWith(key)).catch(() => undefined)
  }
  conversation.ended.addEventListener('abort', end, { once: true })
  const free = to.revision === 'auto' || to.revision === 'legacy'
  const { link, release } = await watched
    .borrow(key, to, conversation, free ? wanted : to.revision)
    .catch((thrown: unknown) => {
      if (to.revision !== 'auto' || !mayBeModern(toGatewayError(thrown))) throw thrown
      // When that fails too, the first failure says more: it is about what the client asked for.
      return watched.borrow(`${key} modern`, to, conversation, NEWEST_MODERN).catch(() => {
        throw thrown
      })
    })
  // Held as long as it lives: what a server remembers of a session is lost with its connection.
  link.closed.then(release, release)
  if (link.era === 'legacy') {
    watched.watch(link, (notification) => conversation.send(notification))
  }
  onSession(conversation, to.name, link)
  return link
}

/** A server that does not take `initialize` may still speak the modern era. */
function mayBeModern({ code }: GatewayError): boolean {
  return code !== 'upstream_timeout' && code !== 'upstream_unauthorized'
}

interface WatchedLinks {
  borrow(
    key: string,
    to: UpstreamServer,
    conversation: Conversation,
    revision: LinkOptions['revision'],
  ): Promise<Lease>
  readonly watch: Upstreams['watch']
}

/** Links whose messages outside of requests reach everyone who asked for them. */
function watchedLinks({ links, onNotification, onRequest }: Options): WatchedLinks {
  const watchers = new Map<string, Set<Watcher>>()
  const keys = new WeakMap<Link, string>()
  return {
    async borrow(key, to, conversation, revision) {
      const lease = await links.borrow(key, {
        server: to.name,
        transport: to.transport,
        revision,
        face: {
          clientInfo: { ...conversation.client },
          capabilities: maskExtensions(conversation.capabilities),
        },
        listener: {
          onNotification(notification) {
            if (!SERVER_NOTIFICATIONS.has(notification.method)) return
            onNotification(to.name, notification)
            for (const watcher of watchers.get(key) ?? []) watcher(notification)
          },
          onRequest: (request) => onRequest(conversation, request),
        },
        timeout: to.connectTimeout,
        maxMessage: to.maxMessage,
      })
      keys.set(lease.link, key)
      return lease
    },
    watch(link, watcher) {
      const key = keys.get(link)
      if (key === undefined) return () => undefined
      const set = watchers.get(key) ?? new Set()
      watchers.set(key, set.add(watcher))
      return () => {
        set.delete(watcher)
        if (set.size === 0 && watchers.get(key) === set) watchers.delete(key)
      }
    },
  }
}
