import { GatewayError } from '../kernel/errors.ts'
import { sha256 } from '../kernel/hash.ts'
import type { Conversation } from '../mcp/exchange.ts'
import { type Era, NEWEST_MODERN } from '../mcp/revision.ts'
import type { LinkOptions } from '../mcp/upstream/link.ts'
import type { Lease } from '../mcp/upstream/pool.ts'
import type { UpstreamServer, WatchedLinks } from './watched-links.ts'

/** What is known of a server's era from earlier, so that a downgrade is noticed. */
export interface EraMemory {
  recall(server: string): Era | undefined
  /** Told whenever a negotiation that was free to choose ended otherwise than remembered. */
  settle(server: string, era: Era): void
}

/** The links that modern requests share. */
export interface SharedLinks {
  /** @throws GatewayError as `LinkPool.borrow`; `too_many_requests` for too many kinds of client. */
  borrow(to: UpstreamServer, conversation: Conversation): Promise<Lease>
  /** Told when the link of a key closes. */
  closed(key: string): void
}

interface SharedOptions {
  readonly watched: WatchedLinks
  readonly eras: EraMemory
  readonly log: (message: string) => void
}

/**
 * Kinds of client that one holder may show to one legacy server at a time. Over stdio each kind
 * has a process of its own, and what a client says of itself costs it nothing.
 */
const MAX_FACES = 16

/**
 * Keeps the links that modern requests share. Every modern request carries all it needs, so all
 * requests of one holder go over one link. A legacy server learns once who its client is and
 * what it takes, so there only the like share a link.
 */
export function sharedLinks({ watched, eras, log }: SharedOptions): SharedLinks {
  const faces = facesOf((key) => watched.close(new Set([key])))

  const borrowLegacy = async (
    kind: 'auto' | 'legacy',
    to: UpstreamServer,
    conversation: Conversation,
    revision: LinkOptions['revision'],
  ): Promise<Lease> => {
    const group = keyOf(to, kind, conversation)
    const key = `${group} ${faceOf(conversation)}`
    const leave = faces.enter(group, key)
    try {
      const { link, release } = await watched.borrow(key, to, conversation, revision)
      return {
        link,
        release() {
          leave('used')
          release()
        },
      }
    } catch (thrown) {
      leave('failed')
      throw thrown
    }
  }
  const settle = (to: UpstreamServer, era: Era): void => {
    // Another request may have found out meanwhile: an alert is given once.
    const before = eras.recall(to.name)
    if (before === era) return
    if (before === 'modern')
      log(`server \`${to.name}\` fell back to the legacy era, but spoke ${NEWEST_MODERN} before`)
    eras.settle(to.name, era)
  }
  return {
    closed: faces.closed,
    async borrow(to, conversation) {
      if (to.revision !== 'auto') {
        return to.revision === NEWEST_MODERN
          ? watched.borrow(keyOf(to, 'modern', conversation), to, conversation, to.revision)
          : borrowLegacy('legacy', to, conversation, to.revision)
      }
      const before = eras.recall(to.name)
      if (before === 'legacy') return borrowLegacy('legacy', to, conversation, 'legacy')
      // Not known: the link may turn out to be of either era, and must suit both.
      if (before === undefined) {
        const lease = await borrowLegacy('auto', to, conversation, 'auto')
        settle(to, lease.link.era)
        return lease
      }
      const key = keyOf(to, 'modern', conversation)
      const lease = await watched.borrow(key, to, conversation, 'auto')
      settle(to, lease.link.era)
      if (lease.link.era === 'modern') return lease
      lease.release()
      watched.close(new Set([key]))
      return borrowLegacy('legacy', to, conversation, 'legacy')
    },
  }
}

function keyOf(to: UpstreamServer, kind: string, { holder }: Conversation): string {
  return JSON.stringify([to.name, kind, holder])
}

/** What a legacy server learns of its client once. */
function faceOf({ client, capabilities }: Conversation): string {
  return sha256(JSON.stringify([client.name, client.version, capabilities])).slice(0, 32)
}

interface Face {
  users: number
  /** Whether there may be a link with this face, in use or idle. */
  linked: boolean
}

interface Faces {
  /** Counts one more user of a face; what it returns counts him off, once. */
  enter(group: string, key: string): (outcome: 'used' | 'failed') => void
  closed(key: string): void
}

/** The faces that there are, by group; of those that nobody uses, the oldest makes room. */
function facesOf(close: (key: string) => void): Faces {
  const groups = new Map<string, Map<string, Face>>()
  const groupOf = new Map<string, string>()

  const drop = (key: string): void => {
    const group = groupOf.get(key) ?? ''
    const faces = groups.get(group)
    faces?.delete(key)
    if (faces?.size === 0) groups.delete(group)
    groupOf.delete(key)
  }
  const makeRoom = (faces: ReadonlyMap<string, Face>): void => {
    for (const [key, { users }] of faces) {
      if (faces.size < MAX_FACES) return
      if (users > 0) continue
      drop(key)
      close(key)
    }
    if (faces.size >= MAX_FACES)
      throw new GatewayError('too_many_requests', 'too many kinds of client at once')
  }
  return {
    enter(group, key) {
      const faces = groups.get(group) ?? new Map<string, Face>()
      const face = faces.get(key) ?? { users: 0, linked: true }
      if (!faces.has(key)) makeRoom(faces)
      groups.set(group, faces.set(key, face))
      groupOf.set(key, group)
      face.users += 1
      face.linked = true
      let inside = true
      return (outcome) => {
        if (!inside) return
        inside = false
        face.users -= 1
        if (outcome === 'failed') face.linked = false
        if (face.users === 0 && !face.linked) drop(key)
      }
    },
    closed(key) {
      const face = groups.get(groupOf.get(key) ?? '')?.get(key)
      if (!face) return
      face.linked = false
      if (face.users === 0) drop(key)
    },
  }
}
