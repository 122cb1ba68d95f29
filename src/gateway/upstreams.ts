import { type ErrorCode, GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { Conversation } from '../mcp/exchange.ts'
import type { Notification } from '../mcp/message.ts'
import { NEWEST_MODERN, type Revision } from '../mcp/revision.ts'
import type { Link } from '../mcp/upstream/link.ts'
import type { Lease } from '../mcp/upstream/pool.ts'
import type { News } from './news.ts'
import { type Beside, UNSCREENED } from './screen/beside.ts'
import type { Scrubber } from './scrub/scrubber.ts'
import { type EraMemory, sharedLinks } from './shared-links.ts'
import {
  type LinkSource,
  type UpstreamServer,
  type WatchedLinks,
  type Watcher,
  watchedLinks,
} from './watched-links.ts'

/** Holds a link until this settles, beyond the use of it. */
export type Keep = (until: Promise<unknown>) => void

/** A link that a session has open, and to which server. */
export interface OpenLink {
  readonly server: string
  readonly link: Link
}

/** All links of the gateway, by conversation and server. The only holder of links. */
export interface Upstreams {
  readonly servers: readonly string[]
  /** @throws GatewayError `server_unknown`. */
  server(name: string): UpstreamServer
  /**
   * Uses the link for this conversation, and holds it as long as `use` runs. A legacy session has a
   * link of its own, for a legacy server keeps state per connection; modern requests share links.
   *
   * @param wanted the revision that a legacy client asks for in `initialize`
   * @throws GatewayError as `LinkPool.borrow`; `cancelled` for a session that is over.
   */
  use<T>(
    conversation: Conversation,
    server: string,
    use: (link: Link, keep: Keep) => Promise<T>,
    wanted?: Revision,
  ): Promise<T>
  /** The links that a legacy session has open. */
  open(conversation: Conversation): Promise<readonly OpenLink[]>
  /** Listens to a link's messages outside of requests; returns what ends it. */
  watch(link: Link, watcher: Watcher): () => void
  /** A credential changed: see `WatchedLinks.changed`. */
  readonly changed: WatchedLinks['changed']
}

export interface UpstreamsOptions {
  readonly servers: readonly UpstreamServer[]
  readonly links: LinkSource
  readonly eras: EraMemory
  /** Told of every notification that a server sends outside of requests. */
  readonly onNotification: (server: string, notification: Notification) => void
  /** Told of each new link of a legacy session. */
  readonly onSession: (conversation: Conversation, server: string, link: Link) => void
  /** What happens to a server, though it does not say so itself. */
  readonly news: News
  /** Whether a session is told of what a server says outside of requests; it is, by default. */
  readonly mayHear?: (conversation: Conversation, notification: Notification) => boolean
  /** Looks at what is said on sessions; without it, everything passes. */
  readonly beside?: Beside
  /** Keeps credentials out of what goes over links. */
  readonly scrubber?: Scrubber | undefined
  readonly log: (message: string) => void
}

/** Keeps the rules of which conversation shares which link. See {@link Upstreams}. */
export function upstreams(options: UpstreamsOptions): Upstreams {
  const { links, eras, log, onNotification } = options
  const servers = new Map(options.servers.map((server) => [server.name, server]))
  const watched = watchedLinks({
    links,
    onNotification,
    onClosed: (key) => shared.closed(key),
    beside: options.beside ?? UNSCREENED,
    scrubber: options.scrubber,
  })
  const shared = sharedLinks({ watched, eras, log })
  const sessions = sessionLinks(options, watched)

  const server = (name: string): UpstreamServer => {
    const found = servers.get(name)
    if (!found) throw new GatewayError('server_unknown', `no server \`${name}\``)
    return found
  }
  return {
    servers: [...servers.keys()],
    server,
    watch: watched.watch,
    changed: watched.changed,
    open: sessions.open,
    async use(conversation, name, use, wanted = conversation.revision) {
      const to = server(name)
      if (conversation.era === 'legacy')
        return use(await sessions.link(conversation, to, wanted), () => undefined)
      const { link, release } = await shared.borrow(to, conversation)
      const kept: Promise<unknown>[] = []
      try {
        return await use(link, (until) => kept.push(until))
      } finally {
        if (kept.length === 0) release()
        else Promise.allSettled(kept).then(release, release)
      }
    },
  }
}

interface SessionLinks {
  link(conversation: Conversation, to: UpstreamServer, wanted: Revision): Promise<Link>
  open(conversation: Conversation): Promise<readonly OpenLink[]>
}

/** The links that each legacy session has for itself; they end with it. */
function sessionLinks(options: UpstreamsOptions, watched: WatchedLinks): SessionLinks {
  const sessions = new WeakMap<Conversation, Map<string, Promise<Link>>>()

  const linksOf = (conversation: Conversation): Map<string, Promise<Link>> => {
    const known = sessions.get(conversation)
    if (known) return known
    const own = new Map<string, Promise<Link>>()
    sessions.set(conversation, own)
    const end = (): void =>
      watched.close(new Set([...own.keys()].flatMap((name) => keysOf(name, conversation))))
    conversation.ended.addEventListener('abort', end, { once: true })
    return own
  }
  return {
    link(conversation, to, wanted) {
      if (conversation.ended.aborted) return Promise.reject(sessionOver())
      const own = linksOf(conversation)
      const open = own.get(to.name)
      if (open !== undefined) return open
      const opening = openSessionLink(options, watched, to, conversation, wanted)
      own.set(to.name, opening)
      const forget = (): void => {
        if (own.get(to.name) === opening) own.delete(to.name)
      }
      opening.then((link) => link.closed.then(forget, forget), forget)
      return opening
    },
    async open(conversation) {
      const own = [...(sessions.get(conversation) ?? [])].map(async ([server, link]) => ({
        server,
        link: await link,
      }))
      const settled = await Promise.allSettled(own)
      return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    },
  }
}

async function openSessionLink(
  { onSession, news, mayHear = () => true, beside = UNSCREENED }: UpstreamsOptions,
  watched: WatchedLinks,
  to: UpstreamServer,
  conversation: Conversation,
  wanted: Revision,
): Promise<Link> {
  const { link, release } = await borrowForSession(watched, to, conversation, wanted)
  // Held as long as it lives: what a server remembers of a session is lost with its connection.
  link.closed.then(release, release)
  if (conversation.ended.aborted) {
    watched.close(new Set(keysOf(to.name, conversation)))
    throw sessionOver()
  }
  const notified = (notification: Notification): void => {
    if (!mayHear(conversation, notification)) return
    beside.tell(conversation, to.name, notification, (passed) => conversation.send(passed))
  }
  if (link.era === 'legacy') watched.watch(link, { notified, closed: () => undefined })
  const quiet = news.listen(to.name, notified)
  link.closed.then(quiet, quiet)
  onSession(conversation, to.name, link)
  return link
}

async function borrowForSession(
  watched: WatchedLinks,
  to: UpstreamServer,
  conversation: Conversation,
  wanted: Revision,
): Promise<Lease> {
  const [key = '', modernKey = ''] = keysOf(to.name, conversation)
  const free = to.revision === 'auto' || to.revision === 'legacy'
  try {
    return await watched.borrow(key, to, conversation, free ? wanted : to.revision)
  } catch (thrown) {
    const maybe = to.revision === 'auto' && mayBeModern(toGatewayError(thrown))
    if (!maybe || conversation.ended.aborted) throw thrown
    // When that fails too, the first failure says more: it is about what the client asked for.
    return watched.borrow(modernKey, to, conversation, NEWEST_MODERN).catch(() => {
      throw thrown
    })
  }
}

function keysOf(server: string, { id }: Conversation): readonly string[] {
  return [JSON.stringify([server, 'session', id]), JSON.stringify([server, 'modern session', id])]
}

/** What says nothing about which era a server speaks. */
const OF_NO_ERA: ReadonlySet<ErrorCode> = new Set([
  'upstream_timeout',
  'upstream_unauthorized',
  'connection_required',
  'credential_unavailable',
])

/** A server that does not take `initialize` may still speak the modern era. */
function mayBeModern({ code }: GatewayError): boolean {
  return !OF_NO_ERA.has(code)
}

function sessionOver(): GatewayError {
  return new GatewayError('cancelled', 'the session is over')
}
