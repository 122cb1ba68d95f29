import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Change } from './note-change.ts'
import { type NumbersSeen, numbersSeen } from './numbers-seen.ts'
import type { Store } from './store.ts'

/** Rows read by one statement, and removed by one. */
const PAGE = 1_000
/** Milliseconds between two sweeps, and for which a row stays longer than it says anything. */
const SWEEP = 60_000
const CLOCKS_DIFFER = 60_000

/** A change, and when it was made: milliseconds since the epoch, by the clock of who made it. */
export interface SeenChange extends Change {
  readonly at: number
}

export interface ChangeFeedOptions {
  readonly store: Store
  /** Milliseconds between two looks. */
  readonly every: number
  readonly clock: Clock
  /** Told of each change, usually once; seldom again. Must not throw. */
  readonly onChange: (change: SeenChange) => void
  /** A look has failed. `since`: milliseconds since the epoch up to which all changes are known. */
  readonly onLost: (since: number) => void
  /** One line for the operator. */
  readonly log: (message: string, cause?: unknown) => void
}

/** Hears of changes that any replica on the database noted. */
export interface ChangeFeed {
  /** Milliseconds since the epoch up to which all changes are known: when the last good look began. */
  aliveAt(): number
  /** Looks now. Resolves after a look that began no earlier than this call, good or not. */
  poke(): Promise<void>
  /** Ends a look that runs, and makes no more. */
  close(): Promise<void>
}

/**
 * Opens the feed: everything noted that still says something has been told when this resolves.
 * Removes rows that say nothing any more.
 *
 * @throws GatewayError `store_unavailable` when the first look fails.
 */
export async function openChangeFeed(options: ChangeFeedOptions): Promise<ChangeFeed> {
  const { every, clock, onLost, log } = options
  const sweep = sweeper(options)
  let look = looker(options)
  let alive = clock()
  let lost = false
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined
  let sweeping: Promise<void> | undefined

  const once = async (): Promise<void> => {
    const began = clock()
    try {
      await look(began)
      alive = began
      if (lost) log('changes of identities are heard of again')
      lost = false
    } catch (cause) {
      // Another database may answer next, one that was restored or took over: all of it is news.
      look = looker(options)
      if (lost || closed) return
      lost = true
      log('changes of identities cannot be heard of', cause)
      onLost(alive)
    }
  }
  const start = (): Promise<void> => {
    clearTimeout(timer)
    next = undefined
    if (closed) return Promise.resolve()
    current = once().finally(() => {
      current = undefined
      sweeping = sweep(clock())
      if (!closed) timer = setTimeout(() => void poke(), every).unref()
    })
    return current
  }
  const poke = (): Promise<void> => {
    if (current === undefined) return start()
    next ??= current.then(start)
    return next
  }

  await look(alive).catch((cause: unknown) => {
    throw new GatewayError('store_unavailable', 'changes cannot be read', { cause })
  })
  timer = setTimeout(() => void poke(), every).unref()
  return {
    aliveAt: () => alive,
    poke,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await current
      await sweeping
    },
  }
}

/** One look: everything that was not seen before, page by page. */
function looker({ store, onChange }: ChangeFeedOptions): (now: number) => Promise<void> {
  const seen = numbersSeen()
  return async (now) => {
    seen.forgetMissing(now)
    let rows: Awaited<ReturnType<typeof page>> = []
    do {
      rows = await page(store, seen, rows.at(-1)?.seq ?? 0, now)
      for (const { seq, kind, id, what, at } of rows)
        if (seen.add(seq, now))
          onChange({ kind: kind as Change['kind'], id, what: what as Change['what'], at })
    } while (rows.length === PAGE)
  }
}

function page({ db }: Store, seen: NumbersSeen, after: number, now: number) {
  return db
    .selectFrom('change')
    .selectAll()
    .where((where) =>
      where.or([
        where('seq', '>', seen.highest()),
        ...seen
          .missing()
          .map(({ from, to }) => where.and([where('seq', '>=', from), where('seq', '<=', to)])),
      ]),
    )
    .where('seq', '>', after)
    .where('until', '>', now - CLOCKS_DIFFER)
    .orderBy('seq')
    .limit(PAGE)
    .execute()
}

/** Removes what is over, now and then. Fails silently: the next sweep takes what this one left. */
function sweeper({ store: { db } }: ChangeFeedOptions): (now: number) => Promise<void> | undefined {
  let last = 0
  let running: Promise<void> | undefined
  return (now) => {
    if (running !== undefined || Math.abs(now - last) < SWEEP) return running
    last = now
    const over = db
      .selectFrom('change')
      .select('seq')
      .where('until', '<', now - 2 * CLOCKS_DIFFER)
      .orderBy('until')
      .limit(PAGE)
    running = db
      .deleteFrom('change')
      .where('seq', 'in', over)
      .execute()
      .then(
        ([deleted]) => {
          if (deleted?.numDeletedRows === BigInt(PAGE)) last = 0
        },
        () => {},
      )
      .finally(() => {
        running = undefined
      })
    return running
  }
}
