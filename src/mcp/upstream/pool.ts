import { type ErrorCode, GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'
import { type BackOffOptions, pauseAfter } from './back-off.ts'
import { upstreamFailure } from './failure.ts'
import type { Link, LinkOptions, OpenLink } from './link.ts'

/** A link in use. While it is held the pool does not recycle it. */
export interface Lease {
  readonly link: Link
  /** Gives it back; calling it again does nothing. */
  release(): void
}

export interface LinkPool {
  /**
   * Hands out the link that `key` names; opens it with `options` when there is none. Callers that
   * ask while it is being opened wait for the same one.
   *
   * @param key - everything that must not be shared: server, principal, era, capabilities.
   * @throws GatewayError as `OpenLink`; `upstream_unreachable` while a server that keeps failing
   *   is left alone; `too_many_requests` when every link is in use; `shutting_down`.
   */
  borrow(key: string, options: LinkOptions): Promise<Lease>
  /** Closes the links whose key passes the test, in use or not. Resolves when they are gone. */
  closeWhere(test: (key: string) => boolean): Promise<void>
  /** Closes everything, for good. */
  closeAll(): Promise<void>
}

interface LinkPoolOptions {
  readonly openLink: OpenLink
  /** Most links at a time, open or opening. */
  readonly maxLinks: number
  /** Most of them that are processes of this machine; `maxLinks` when absent. */
  readonly maxChildren?: number
  /** Milliseconds after its last use that an idle link is closed. */
  readonly idleMs: number
  readonly backOff: BackOffOptions
  readonly clock: Clock
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
}

/** One key: its link, if it has one, and how it has fared. */
interface Entry {
  /** Whether its link is a process of this machine. */
  child: boolean
  opening: Promise<Link> | undefined
  link: Link | undefined
  openedAt: number
  leases: number
  /** When it was last given back. */
  idleSince: number
  /** Failures in a row: opens that failed, links that died young. */
  failures: number
  notBefore: number
}

// Milliseconds a link has to live for its end to count as no failure.
const STABLE = 30_000
const SHORTEST_SWEEP = 50
/** Why there is nothing to show to a server: no failure of the server. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  'connection_required',
  'credential_unavailable',
  'authorization_server_refused',
  'passthrough_refused',
])

/**
 * Keeps links for reuse: one for each key, opened once, recycled when idle, replaced when closed.
 * A server that fails again and again is tried at growing intervals and refused in between.
 */
export function createLinkPool(options: LinkPoolOptions): LinkPool {
  const { clock, idleMs, maxLinks, maxChildren = maxLinks } = options
  const entries = new Map<string, Entry>()
  let sweeper: NodeJS.Timeout | undefined
  let open = true

  const sweep = (): void => {
    const now = clock()
    for (const [key, entry] of entries) {
      if (isIdle(entry) && now - entry.idleSince >= idleMs) void retire(entry)
      if (isForgettable(entry, now)) entries.delete(key)
    }
    if (entries.size > 0) return
    clearInterval(sweeper)
    sweeper = undefined
  }
  const entryOf = (key: string): Entry => {
    const known = entries.get(key)
    if (known !== undefined) return known
    if (entries.size >= maxLinks) makeRoom(entries, clock())
    const entry = newEntry(clock())
    entries.set(key, entry)
    sweeper ??= setInterval(sweep, Math.max(SHORTEST_SWEEP, idleMs / 4)).unref()
    return entry
  }
  const opened = (entry: Entry, linkOptions: LinkOptions): Promise<Link> => {
    entry.child = linkOptions.transport.kind === 'stdio'
    // One that is left alone for now starts nothing, so nobody has to go.
    if (entry.child && entry.notBefore <= clock()) {
      const children = [...entries].filter(
        ([, { child, link, opening }]) => child && (link ?? opening),
      )
      if (children.length >= maxChildren) makeRoom(entries, clock(), new Map(children))
    }
    return begin(entry, linkOptions, options)
  }
  const lease = (entry: Entry, link: Link): Lease => {
    let held = true
    return {
      link,
      release: () => {
        if (!held) return
        held = false
        entry.leases -= 1
        entry.idleSince = clock()
      },
    }
  }
  return {
    borrow: async (key, linkOptions) => {
      if (!open) throw new GatewayError('shutting_down', 'the gateway is shutting down')
      const entry = entryOf(key)
      // Counted before the wait: an entry that somebody waits for is not idle.
      entry.leases += 1
      try {
        const link = entry.link ?? (await (entry.opening ?? opened(entry, linkOptions)))
        return lease(entry, link)
      } catch (error) {
        entry.leases -= 1
        throw error
      }
    },
    closeWhere: async (test) => {
      const found = [...entries].filter(([key]) => test(key))
      for (const [key] of found) entries.delete(key)
      await Promise.all(found.map(([, entry]) => retire(entry)))
    },
    closeAll: async () => {
      open = false
      clearInterval(sweeper)
      const all = [...entries.values()]
      entries.clear()
      await Promise.all(all.map(retire))
    },
  }
}

/** Opens an entry's link, unless it failed too recently. */
function begin(entry: Entry, linkOptions: LinkOptions, options: LinkPoolOptions): Promise<Link> {
  const { clock, random, backOff } = options
  const wait = entry.notBefore - clock()
  if (wait > 0) {
    const detail = `${entry.failures} failures in a row; next attempt in ${Math.ceil(wait)} ms`
    return Promise.reject(upstreamFailure('upstream_unreachable', linkOptions.server, detail))
  }
  const failed = (pauses: number): void => {
    entry.notBefore = clock() + pauseAfter(pauses, backOff, random())
  }
  const opening = options.openLink(linkOptions).then(
    (link) => {
      entry.opening = undefined
      entry.link = link
      entry.openedAt = clock()
      void link.closed.then(() => {
        if (entry.link !== link) return
        entry.link = undefined
        entry.failures = clock() - entry.openedAt >= STABLE ? 0 : entry.failures + 1
        // A first death is an accident: the next call may start afresh at once.
        failed(entry.failures - 1)
      })
      return link
    },
    (thrown: unknown) => {
      entry.opening = undefined
      const error = toGatewayError(thrown)
      // The server was not asked yet: as soon as there is a credential, it can be.
      if (!OURS.has(error.code)) {
        entry.failures += 1
        failed(entry.failures)
      }
      throw error
    },
  )
  entry.opening = opening
  return opening
}

/** Closes an entry's link; one that is still being opened is closed as soon as it is there. */
async function retire(entry: Entry): Promise<void> {
  const link = entry.link ?? (await entry.opening?.catch(() => undefined))
  entry.link = undefined
  await link?.close()
}

/** Frees one place among some: of a failed entry, or of the link that has been idle longest. */
function makeRoom(
  entries: Map<string, Entry>,
  now: number,
  among: ReadonlyMap<string, Entry> = entries,
): void {
  let oldest: [string, Entry] | undefined
  for (const [key, entry] of among) {
    if (isForgettable(entry, now)) {
      entries.delete(key)
      return
    }
    if (isIdle(entry) && (oldest === undefined || entry.idleSince < oldest[1].idleSince))
      oldest = [key, entry]
  }
  if (oldest === undefined)
    throw new GatewayError('too_many_requests', 'too many servers are in use')
  entries.delete(oldest[0])
  void retire(oldest[1])
}

function isIdle(entry: Entry): boolean {
  return entry.link !== undefined && entry.leases === 0
}

/** True for an entry that holds nothing: no link, no user, no pause to keep. */
function isForgettable(entry: Entry, now: number): boolean {
  const { link, opening, leases, notBefore } = entry
  return link === undefined && opening === undefined && leases === 0 && notBefore <= now - STABLE
}

function newEntry(now: number): Entry {
  return {
    child: false,
    opening: undefined,
    link: undefined,
    openedAt: now,
    leases: 0,
    idleSince: now,
    failures: 0,
    notBefore: 0,
  }
}
