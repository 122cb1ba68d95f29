import { type FeedCall, type FeedFilters, fits } from './filters.ts'

/** Where older calls go on: after a page of the gateway, or before the oldest that is shown. */
export type Older = { readonly cursor: string } | { readonly to: string } | undefined

/** The calls of the feed: newest first, and none left out between two of them. */
export interface Feed {
  readonly calls: readonly FeedCall[]
  readonly older: Older
  /** The place in the chain up to which is shown; what is newer waits. Undefined: nothing is held back. */
  readonly heldAt: number | undefined
  /** How many came since then. */
  readonly waiting: number
  /** So many came that they were not kept: to go on it has to be read again. */
  readonly behind: boolean
  /** Begun, and not shown so far because their end may fit where their beginning did not. */
  readonly begun: ReadonlyMap<string, FeedCall>
}

/** What the stream says of a call: that it left, or how it ended. */
export interface CallNews {
  readonly phase: 'intent' | 'outcome'
  readonly call: FeedCall
}

export const NO_FEED: Feed = {
  calls: [],
  older: undefined,
  heldAt: undefined,
  waiting: 0,
  behind: false,
  begun: new Map(),
}

/** Calls that are kept; older ones are read again when somebody goes there. */
const MOST = 1_000
const MOST_BEGUN = 1_000

/** Reads what the stream says; undefined for what is no call. */
export function newsOf(data: unknown): CallNews | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { phase, ...call } = data as Partial<FeedCall> & { readonly phase?: unknown }
  if (typeof call.id !== 'string' || typeof call.seq !== 'number') return undefined
  return { phase: phase === 'intent' ? 'intent' : 'outcome', call: call as FeedCall }
}

/** A first page that was read. What came by the stream meanwhile stays, if nothing lies between. */
export function loaded(feed: Feed, page: readonly FeedCall[], older: Older): Feed {
  const newest = page[0]?.seq ?? 0
  const meanwhile = feed.calls.filter(({ seq }) => seq > newest)
  const calls = merged(page, meanwhile, feed.calls)
  return { ...feed, calls, older, behind: false, heldAt: undefined, waiting: 0 }
}

/** A further page that was read. */
export function extended(feed: Feed, page: readonly FeedCall[], older: Older): Feed {
  return { ...feed, calls: merged(feed.calls, page, []), older }
}

/** What the stream said since the last time, oldest first. */
export function told(feed: Feed, news: readonly CallNews[], filters: FeedFilters): Feed {
  const known = new Map(feed.calls.map((call, index) => [call.id, index]))
  const begun = new Map(feed.begun)
  const calls = [...feed.calls]
  const fresh = new Map<string, FeedCall>()
  for (const { phase, call } of news) {
    const { id } = call
    const at = known.get(id) ?? -1
    const now = joined(calls[at] ?? fresh.get(id) ?? begun.get(id) ?? call, call)
    if (at >= 0) calls[at] = now
    else if (fits(now, filters)) fresh.set(id, now)
    else if (phase === 'intent') begun.set(id, now)
    if (phase === 'outcome') begun.delete(id)
  }
  forgetOldest(begun)
  return bounded({ ...feed, begun }, calls, [...fresh.values()])
}

function bounded(feed: Feed, calls: readonly FeedCall[], fresh: readonly FeedCall[]): Feed {
  if (fresh.length === 0) return { ...feed, calls }
  if (feed.heldAt !== undefined) {
    const waiting = feed.waiting + fresh.length
    if (feed.behind || waiting > MOST) return { ...feed, calls, waiting, behind: true }
    return { ...feed, calls: merged(calls, fresh, []), waiting }
  }
  const all = merged(calls, fresh, [])
  const kept = all.slice(0, MOST)
  return { ...feed, calls: kept, older: all.length > MOST ? before(kept) : feed.older }
}

/** Holds back what comes from now on. */
export function held(feed: Feed): Feed {
  if (feed.heldAt !== undefined) return feed
  return { ...feed, heldAt: feed.calls[0]?.seq ?? 0, waiting: 0 }
}

/** Shows what was held back. When it is `behind` it has to be read again. */
export function released(feed: Feed): Feed {
  if (feed.heldAt === undefined) return feed
  return bounded({ ...feed, heldAt: undefined, waiting: 0, behind: false }, [], feed.calls)
}

/** Something may be missing between what is there and what comes: what is held back is read again later. */
export function missed(feed: Feed): Feed {
  return feed.heldAt === undefined ? feed : { ...feed, behind: true }
}

/** What is to be seen. */
export function shownOf({ calls, heldAt }: Feed): readonly FeedCall[] {
  if (heldAt === undefined) return calls
  const first = calls.findIndex(({ seq }) => seq <= heldAt)
  return first < 0 ? [] : calls.slice(first)
}

/** Both lists, newest first, each call once, with what is known of its end from any of them. */
function merged(
  left: readonly FeedCall[],
  right: readonly FeedCall[],
  hints: readonly FeedCall[],
): readonly FeedCall[] {
  const byId = new Map(left.map((call) => [call.id, call]))
  for (const call of right) byId.set(call.id, joined(byId.get(call.id) ?? call, call))
  for (const call of hints) {
    const known = byId.get(call.id)
    if (known !== undefined && known.outcome === null) byId.set(call.id, joined(known, call))
  }
  return [...byId.values()].sort((a, b) => b.seq - a.seq)
}

/** A call by two of its records: the first says who and why, the last how it ended. */
function joined(one: FeedCall, other: FeedCall): FeedCall {
  if (one === other) return one
  const [first, last] = one.seq <= other.seq ? [one, other] : [other, one]
  const [end] = [last, first].filter(({ outcome }) => outcome !== null)
  return {
    ...last,
    ...first,
    verdict: first.verdict ?? last.verdict,
    policies: first.policies.length === 0 ? last.policies : first.policies,
    outcome: end?.outcome ?? null,
    ...(end?.error === undefined ? {} : { error: end.error }),
    ...(end?.duration === undefined ? {} : { duration: end.duration }),
  }
}

/** Of calls in the same millisecond the last may be missing: it comes again, and counts once. */
function before(calls: readonly FeedCall[]): Older {
  const oldest = calls.at(-1)
  return oldest && { to: new Date(Date.parse(oldest.at) + 1).toISOString() }
}

function forgetOldest(begun: Map<string, FeedCall>): void {
  for (const id of begun.keys()) {
    if (begun.size <= MOST_BEGUN) return
    begun.delete(id)
  }
}
