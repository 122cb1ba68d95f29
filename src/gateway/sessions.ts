import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { listenFor } from './listen.ts'

/**
 * What a legacy client sets once for its session and a modern server wants with each request or on
 * one stream: the log level, and the subscriptions.
 */
export interface Sessions {
  logLevel(exchange: Exchange): string | undefined
  setLogLevel(conversation: Conversation, level: string): void
  /** Opens the standing subscription of a session at a modern server. */
  follow(conversation: Conversation, server: string, link: Link): void
  /** Adds or takes away a URI, and subscribes anew. */
  subscribe(
    conversation: Conversation,
    server: string,
    link: Link,
    uri: string,
    on: 'on' | 'off',
  ): void
}

interface Followed {
  readonly uris: Set<string>
  stop: AbortController
}

/** URIs that one session may follow at one server. */
const MAX_URIS = 1_000

export function sessions(log: (message: string, cause?: unknown) => void): Sessions {
  const levels = new WeakMap<Conversation, string>()
  const followed = new WeakMap<Conversation, Map<string, Followed>>()

  const stateOf = (conversation: Conversation, server: string): Followed => {
    const servers = followed.get(conversation) ?? new Map<string, Followed>()
    followed.set(conversation, servers)
    const state = servers.get(server) ?? { uris: new Set<string>(), stop: new AbortController() }
    servers.set(server, state)
    return state
  }
  const restart = (conversation: Conversation, server: string, link: Link): void => {
    const state = stateOf(conversation, server)
    state.stop.abort()
    state.stop = new AbortController()
    const signal = AbortSignal.any([state.stop.signal, conversation.ended])
    listenFor(conversation, link, [...state.uris], signal).catch((cause: unknown) => {
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
      else if (uris.size < MAX_URIS) uris.add(uri)
      restart(conversation, server, link)
    },
  }
}
