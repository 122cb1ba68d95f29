import { toGatewayError } from '../kernel/errors.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { refuse } from './bridge/refuse.ts'

/**
 * Who follows which URI at legacy servers. A legacy server knows subscriptions per connection, and
 * several clients may share one: the first subscribes, the last unsubscribes.
 */
export interface Followers {
  /** False when the server does not let the URI be followed. Throws when it cannot be asked. */
  follow(link: Link, uri: string, signal: AbortSignal): Promise<boolean>
  /** Takes back one `follow` that was true. */
  leave(link: Link, uri: string): void
}

/** Milliseconds for a server to take a subscription. */
const TIMEOUT = 10_000

/** Makes it. What it knows of a link goes with the link. */
export function followers(): Followers {
  const counts = new WeakMap<Link, Map<string, number>>()
  const countsOf = (link: Link): Map<string, number> => {
    const known = counts.get(link) ?? new Map<string, number>()
    counts.set(link, known)
    return known
  }
  const leave = (link: Link, uri: string): void => {
    const following = countsOf(link)
    const left = (following.get(uri) ?? 0) - 1
    if (left > 0) {
      following.set(uri, left)
      return
    }
    following.delete(uri)
    const nobody = new AbortController().signal
    // A server that is gone, or keeps sending, does no harm: nobody listens any more.
    tell(link, 'resources/unsubscribe', uri, nobody).catch(() => undefined)
  }
  return {
    leave,
    async follow(link, uri, signal) {
      const following = countsOf(link)
      following.set(uri, (following.get(uri) ?? 0) + 1)
      try {
        // Each asks for itself: that another one was let is not known yet, or no longer true.
        if (await tell(link, 'resources/subscribe', uri, signal)) return true
        leave(link, uri)
        return false
      } catch (thrown) {
        leave(link, uri)
        throw toGatewayError(thrown)
      }
    },
  }
}

async function tell(
  link: Link,
  method: 'resources/subscribe' | 'resources/unsubscribe',
  uri: string,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await link.request({
    request: { kind: 'request', id: `bailiwick-${method}`, method, params: { uri } },
    signal,
    timeout: TIMEOUT,
    onNotification: () => undefined,
    onRequest: refuse,
  })
  return response.kind === 'result'
}
