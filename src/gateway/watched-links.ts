import type { CredentialFact, CredentialOwner, RequestAuthorizer } from '../kernel/credential.ts'
import type { Subject } from '../kernel/subject.ts'
import type { Conversation } from '../mcp/exchange.ts'
import type { Notification, Request, Response } from '../mcp/message.ts'
import type { Link, LinkListener, LinkOptions, ServerTransport } from '../mcp/upstream/link.ts'
import type { Lease, LinkPool } from '../mcp/upstream/pool.ts'
import { maskExtensions } from './bridge/capabilities.ts'
import { questions } from './bridge/questions.ts'
import { refuse } from './bridge/refuse.ts'
import { linkHolders, shownTo } from './link-holders.ts'
import { SERVER_NOTIFICATIONS } from './methods.ts'
import type { Beside } from './screen/beside.ts'
import { cleanLinks, cleanListener } from './scrub/clean-link.ts'
import type { Scrubber } from './scrub/scrubber.ts'
import { eitherSignal } from './waiting.ts'

/** A server of the catalog, as the gateway reaches it. */
export interface UpstreamServer {
  readonly name: string
  readonly transport: ServerTransport
  /** HTTP: what the server is shown for a subject. Absent: nothing besides what `transport` says. */
  readonly authorizer?: (subject: Subject) => RequestAuthorizer
  /** stdio: variables with credentials of a subject, for the process that serves it alone. */
  readonly environment?: (subject: Subject) => Promise<Readonly<Record<string, string>>>
  /** With what a call of a subject would be made. Absent: nothing is shown. */
  readonly credential?: (subject: Subject) => CredentialFact
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

/** Who listens to a link's messages outside of requests. */
export interface Watcher {
  notified(notification: Notification): void
  /** The link is no more; nothing follows. */
  closed(): void
}

/** Links whose messages outside of requests reach everyone who asked for them. */
export interface WatchedLinks {
  borrow(
    key: string,
    to: UpstreamServer,
    conversation: Conversation,
    revision: LinkOptions['revision'],
  ): Promise<Lease>
  /** Listens until the link closes or what is returned is called. */
  watch(link: Link, watcher: Watcher): () => void
  /** Closes the links of these keys. Never rejects. */
  close(keys: ReadonlySet<string>): void
  /**
   * Closes the processes that have a credential in their environment which changed. Links over HTTP ask for
   * theirs with each request. Never rejects.
   *
   * @param owner whose it is; absent or `shared`: everybody's processes of that server.
   */
  changed(server: string, owner?: CredentialOwner): void
}

interface WatchedOptions {
  readonly links: LinkSource
  /** Told of every notification that a server sends outside of requests. */
  readonly onNotification: (server: string, notification: Notification) => void
  /** Told once when a link closes. */
  readonly onClosed: (key: string) => void
  /** Looks at what servers ask sessions. */
  readonly beside: Pick<Beside, 'ask'>
  /** Keeps credentials out of what goes over links; absent: there are none. */
  readonly scrubber?: Scrubber | undefined
}

/** Makes it. Watchers go with their link: what replaces a link is watched anew. */
export function watchedLinks(options: WatchedOptions): WatchedLinks {
  const { links, onNotification, onClosed } = options
  const clean = cleanLinks(options.scrubber)
  const watchers = new Map<string, Map<Watcher, Link>>()
  const keys = new WeakMap<Link, string>()
  const holders = linkHolders()

  const tell = (key: string, notification: Notification): void => {
    for (const watcher of [...(watchers.get(key)?.keys() ?? [])]) watcher.notified(notification)
  }
  const leave = (key: string, watcher: Watcher): void => {
    const all = watchers.get(key)
    if (all?.delete(watcher) === true && all.size === 0) watchers.delete(key)
  }
  const forget = (key: string, link: Link): void => {
    for (const [watcher, watched] of [...(watchers.get(key) ?? [])]) {
      if (watched !== link) continue
      leave(key, watcher)
      watcher.closed()
    }
    onClosed(key)
  }
  const close = (closing: ReadonlySet<string>): void => {
    links.closeWhere((key) => closing.has(key)).catch(() => undefined)
  }
  return {
    async borrow(key, to, conversation, revision) {
      const hear = (notification: Notification): void => {
        onNotification(to.name, notification)
        tell(key, notification)
      }
      const leave = holders.claim(key, to, conversation)
      const opening = links.borrow(key, { ...linkTo(options, to, conversation, hear), revision })
      const lease = await clean(opening, to.name).catch((thrown: unknown) => {
        leave()
        throw thrown
      })
      const { link } = lease
      if (keys.has(link)) {
        leave()
        return lease
      }
      keys.set(link, key)
      const end = (): void => {
        leave()
        forget(key, link)
      }
      link.closed.then(end, end)
      return lease
    },
    watch(link, watcher) {
      const key = keys.get(link)
      if (key === undefined) return () => undefined
      const all = watchers.get(key) ?? new Map<Watcher, Link>()
      watchers.set(key, all.set(watcher, link))
      return () => leave(key, watcher)
    },
    close,
    changed: (server, owner) => close(holders.processesOf(server, owner)),
  }
}

/** A link to a server for a conversation: what each side is told of the other, and may ask it. */
function linkTo(
  options: WatchedOptions,
  to: UpstreamServer,
  conversation: Conversation,
  hear: (notification: Notification) => void,
): Omit<LinkOptions, 'revision'> {
  const asked = unrelated(options, conversation, to.name)
  const listener: LinkListener = {
    onNotification(notification) {
      if (asked.withdraws(notification)) return
      if (SERVER_NOTIFICATIONS.has(notification.method)) hear(notification)
    },
    onRequest: asked.take,
  }
  return {
    server: to.name,
    transport: to.transport,
    face: {
      clientInfo: { ...conversation.client },
      capabilities: maskExtensions(conversation.capabilities),
    },
    listener: options.scrubber
      ? cleanListener(listener, { server: to.name, target: '' }, options.scrubber)
      : listener,
    ...shownTo(to, conversation.subject),
    timeout: to.connectTimeout,
    maxMessage: to.maxMessage,
  }
}

/** What a legacy server asks outside of requests: a session's client answers, nobody else can. */
function unrelated(
  { beside }: WatchedOptions,
  conversation: Conversation,
  server: string,
): {
  readonly take: (request: Request) => Promise<Response>
  readonly withdraws: (notification: Notification) => boolean
} {
  // Many requests share a modern link: whose client would be asked?
  if (conversation.era === 'modern')
    return { take: refuse, withdraws: ({ method }) => method === 'notifications/cancelled' }
  return questions(conversation, (method, params, withdrawn) => {
    const { signal, forget } = eitherSignal(conversation.ended, withdrawn)
    return beside
      .ask(conversation, server, {
        params,
        signal,
        ask: (passed) => conversation.ask(method, passed, signal),
      })
      .finally(forget)
  })
}
