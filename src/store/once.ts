import { sql } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Store } from './store.ts'

/** Milliseconds that a key is kept longer than asked: the clocks of two replicas differ. */
const CLOCKS_DIFFER = 60_000
/** Keys that one statement takes at most: databases bound its parameters. */
const MAX_BATCH = 500
/** How many keys are taken, and how many milliseconds go by, from one sweep to the next. */
const SWEEP = { keys: 500, every: 60_000, rows: 1_000 }
/** Milliseconds between two sweeps of the memory. */
const MEMORY_SWEEP = 1_000

interface Asked {
  readonly digest: Digest
  readonly until: number
  readonly resolve: (first: boolean) => void
  readonly reject: (error: GatewayError) => void
}

/**
 * Remembers keys in the database, for all replicas on it. Callers that come while a statement runs
 * share the next one, so that the price of a commit is paid once for all of them. A key stays taken
 * for a minute longer than asked. Sweeps rows that say nothing any more, a bounded number at a time
 * and faster than new ones can come.
 */
export function storedOnce(store: Store, clock: Clock): Once {
  const waiting: Asked[] = []
  const sweep = sweeper(store, clock)
  let running = false

  const run = async (): Promise<void> => {
    if (running) return
    running = true
    for (let batch = waiting.splice(0, MAX_BATCH); batch.length > 0; ) {
      await takeAll(store, batch, clock())
      sweep(batch.length)
      batch = waiting.splice(0, MAX_BATCH)
    }
    running = false
  }

  return {
    first: (key, until) =>
      new Promise((resolve, reject) => {
        waiting.push({ digest: sha256(key), until: until + CLOCKS_DIFFER, resolve, reject })
        void run()
      }),
  }
}

/** Answers everybody who asked. Never rejects. */
async function takeAll({ db }: Store, batch: readonly Asked[], now: number): Promise<void> {
  const asked = new Map<Digest, number>()
  for (const { digest, until } of batch) if (!asked.has(digest)) asked.set(digest, until)
  // In one order everywhere: else two replicas could wait for each other's rows.
  const rows = Array.from(asked, ([key, expires]) => ({ key, expires })).sort((one, other) =>
    one.key < other.key ? -1 : 1,
  )
  try {
    const taken = await db
      .insertInto('once')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({ expires: sql.ref('excluded.expires') })
          .where('once.expires', '<=', now),
      )
      .returning('key')
      .execute()
    const free = new Set(taken.map(({ key }) => key))
    for (const { digest, resolve } of batch) resolve(free.delete(digest))
  } catch (cause) {
    const error = new GatewayError('store_unavailable', 'the database does not answer', { cause })
    for (const { reject } of batch) reject(error)
  }
}

/** Removes what is over, now and then. Fails silently: the next sweep takes what this one left. */
function sweeper({ db }: Store, clock: Clock): (keys: number) => void {
  let since = 0
  let last = clock()
  let running = false
  return (keys) => {
    since += keys
    const now = clock()
    if (running || (since < SWEEP.keys && now - last < SWEEP.every)) return
    since = 0
    last = now
    running = true
    const over = db
      .selectFrom('once')
      .select('key')
      .where('expires', '<=', now)
      .orderBy('expires')
      .limit(SWEEP.rows)
    db.deleteFrom('once')
      .where('key', 'in', over)
      .where('expires', '<=', now)
      .execute()
      .catch(() => {})
      .finally(() => {
        running = false
      })
  }
}

/**
 * Remembers keys in this process alone: what it took is forgotten when it ends. For proofs that hold
 * a nonce of this process, which end with it.
 *
 * @param max keys at most. When as many are taken, `first` throws `store_unavailable`: nothing is
 *   forgotten early.
 */
export function memoryOnce(clock: Clock, { max }: { readonly max: number }): Once {
  const taken = new Map<Digest, number>()
  let swept = Number.NEGATIVE_INFINITY

  const makeRoom = (now: number): void => {
    if (taken.size < max || Math.abs(now - swept) < MEMORY_SWEEP) return
    swept = now
    for (const [key, until] of taken) if (until <= now) taken.delete(key)
  }

  return {
    first: async (key, until) => {
      const now = clock()
      const digest = sha256(key)
      if ((taken.get(digest) ?? Number.NEGATIVE_INFINITY) > now) return false
      makeRoom(now)
      if (taken.size >= max && !taken.has(digest))
        throw new GatewayError('store_unavailable', 'too much is remembered at the moment')
      taken.set(digest, until)
      return true
    },
  }
}
