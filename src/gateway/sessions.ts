import { GatewayError } from '../kernel/errors.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Notification } from '../mcp/message.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { listenFor } from './feeds.ts'
import { MAX_URIS } from './listen.ts'
import { type Beside, UNSCREENED } from './screen/beside.ts'

/**
 * What a legacy client sets once for its session and a modern server wants with each request or on
 * one stream: the log level, and the subscriptions.
 */
export interface Sessions {
  logLevel(exchange: Pick<Exchange, 'conversation'>): string | undefined
  setLogLevel(conversation: Conversation, level: string): void
  /** Opens the standing subscription of a session at a modern server. */
  follow(conversation: Conversation, server: string, link: Link): void
  /** Adds or takes away a URI, and subscribes anew. @throws GatewayError `too_many_requests`. */
  subscribe(
    conversation: Conversation,
    server: string,
    link: Link,
    uri: string,
    on: 'on' | 'off',
  ): void
}

interface SessionsOptions {
  /** Told of every notification of a server, before the client. */
  readonly heard: (server: string, notification: Notification) => void
  /** Whether a session is told of what a server says; it is, by default. */
  readonly mayHear?: (conversation: Conversation, notification: Notification) => boolean
  /** Looks at what sessions are told; without it, everything passes. */
  readonly beside?: Pick<Beside, 'tell'>
  readonly log: (message: string, cause?: unknown) => void
}

interface Followed {
  readonly uris: Set<string>
  stop: AbortController
}

/** Makes it. What it knows of a session goes with the session. */
export function sessions(options: SessionsOptions): Sessions {
  const { heard, mayHear = () => true, beside = UNSCREENED, log } = options
  const levels = new WeakMap<Conversation, string>()
  const followed = new WeakMap<Conversation, Map<string, Followed>>()

  const serversOf = (conversation: Conversation): Map<string, Followed> => {
    const known = followed.get(conversation)
    if (known) return known
    const servers = new Map<string, Followed>()
    followed.set(conversation, servers)
    const end = (): void => {
      for (const { stop } of servers.values()) stop.abort()
    }
    conversation.ended.addEventListener('abort', end, { once: true })
    return servers
  }
  const stateOf = (conversation: Conversation, server: string): Followed => {
    const servers = serversOf(conversation)
    const state = servers.get(server) ?? { uris: new Set<string>(), stop: new AbortController() }
    servers.set(server, state)
    return state
  }
  const restart = (conversation: Conversation, server: string, link: Link): void => {
    const state = stateOf(conversation, server)
    state.stop.abort()
    if (conversation.ended.aborted) return
    state.stop = new AbortController()
    const { signal } = state.stop
    const tell = (notification: Notification): void => heard(server, notification)
    const send = (notification: Notification): void => {
      if (!mayHear(conversation, notification)) return
      beside.tell(conversation, server, notification, (passed) => conversation.send(passed))
    }
    listenFor(conversation, link, [...state.uris], signal, tell, send).catch((cause: unknown) => {
      if (!signal.aborted) log(`the subscription of a session at server \`${server}\` ended`, cause)
    })
  }
  return {
    logLevel: ({ conversation }) => levels.get(conversation),
    setLogLevel: (conversation, level) => {
      levels.set(conversation, level)
    },
    follow: restart,
    subscribe(conversation, server, link, uri, on) {
      const { uris } = stateOf(conversation, server)
      if (on === 'off') uris.delete(uri)
      else if (uris.size >= MAX_URIS && !uris.has(uri))
        throw new GatewayError('too_many_requests', `at most ${MAX_URIS} resources can be followed`)
      else uris.add(uri)
      restart(conversation, server, link)
    },
  }
}
