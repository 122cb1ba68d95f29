import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import { type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type Counters, type Draw, isShort, type Taken } from './counters.ts'
import { type PostgresCountersOptions, postgresCounters } from './postgres-counters.ts'
import { tidy, timeOf } from './postgres-table.ts'
import { atOnce, bucket, draw, windowed } from './testing/draws.ts'

const PATIENT = { timeout: 15_000 }

let fresh: FreshStore
let errors: unknown[]
const stores: Store[] = []
const opened: Counters[] = []
beforeEach(async () => {
  fresh = await freshStore('postgres')
  errors = []
})
afterEach(async () => {
  for (const counters of opened.splice(0)) await counters.close()
  for (const store of stores.splice(0)) await store.close()
  await fresh.remove()
})

/** A replica: a pool and counters of its own. */
async function replica(options: Partial<PostgresCountersOptions> = {}) {
  const store = await openStore(fresh.options)
  stores.push(store)
  const onError = (cause: unknown): void => void errors.push(cause)
  const counters = postgresCounters({ db: store.db, holder: randomUUID(), onError, ...options })
  opened.push(counters)
  return { store, counters }
}

async function take(counters: Counters, ...draws: readonly Draw[]): Promise<Taken> {
  const taken = await counters.take(draws)
  if (isShort(taken)) throw new Error(`short of ${JSON.stringify(taken)}`)
  return taken
}

/** Refills so slowly that no test sees it. */
const slowly = (most: number) => bucket(most, 1e14)
const one = draw('busy', atOnce(1))

test('replicas see what others run, and what others have ended', async () => {
  const [here, there] = [await replica(), await replica()]
  const taken = await take(here.counters, one)
  expect(await there.counters.left([one])).toEqual([0])
  expect(await there.counters.take([one])).toEqual([{ key: 'busy', wait: 1_000 }])
  here.counters.end(taken, [])
  await vi.waitFor(async () => expect(await there.counters.left([one])).toEqual([1]), PATIENT)
  await take(there.counters, one)
})

test('who ends a call and begins the next is not in its own way', async () => {
  const { counters } = await replica()
  for (let calls = 0; calls < 50; calls += 1) counters.end(await take(counters, one), [])
})

test('what a replica ran that is gone is free after its lease, and not before', async () => {
  const [here, there] = [await replica({ lease: 900 }), await replica({ lease: 900 })]
  await take(here.counters, one)
  // It lives, and runs the call for longer than a lease.
  for (let looks = 0; looks < 15; looks += 1) {
    expect(isShort(await there.counters.take([one]))).toBe(true)
    await sleep(100)
  }
  // Its connections end, as in a crash.
  await here.store.close()
  expect(isShort(await there.counters.take([one]))).toBe(true)
  await vi.waitFor(() => take(there.counters, one), PATIENT)
})

test('a replica that closes leaves nothing running', async () => {
  const [here, there] = [await replica(), await replica()]
  await take(here.counters, one)
  await here.counters.close()
  await take(there.counters, one)
})

test('replicas that take the same counters in another order do not wait in a circle', async () => {
  const replicas = await Promise.all([replica(), replica(), replica(), replica()])
  const draws = Array.from({ length: 8 }, (_, index) => draw(`k${index}`, slowly(100_000)))
  const rounds = replicas.map(async ({ counters }, index) => {
    for (let round = 0; round < 25; round += 1) {
      const turned = [...draws.slice(index + (round % 3)), ...draws.slice(0, index + (round % 3))]
      await Promise.all([take(counters, ...turned), take(counters, ...turned.toReversed())])
    }
  })
  await Promise.all(rounds)
  expect(errors).toEqual([])
  const { counters } = await replica()
  expect(await counters.left(draws)).toEqual(draws.map(() => 100_000 - 200))
})

test('by the clock of the database: a bucket that four replicas empty gives no more than it has', async () => {
  const replicas = await Promise.all([replica(), replica(), replica(), replica()])
  const slow = draw('slow', slowly(20))
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => replicas[index % 4]?.counters.take([slow])),
  )
  expect(answers.filter((answer) => answer && !isShort(answer))).toHaveLength(20)
})

test('without the database nothing passes', async () => {
  const { counters, store } = await replica()
  await store.close()
  const refused = { code: 'limits_unavailable', message: 'the call cannot be counted' }
  await expect(counters.take([one])).rejects.toMatchObject(refused)
  await expect(counters.left([one])).rejects.toMatchObject(refused)
})

test('the end of a call that cannot be written is written later', async () => {
  const [here, there] = [await replica(), await replica()]
  const bytes = draw('bytes', slowly(100), 0, 1)
  const taken = await take(here.counters, one, bytes)
  await sql`alter table limit_counter rename to broken`.execute(fresh.store.db)
  here.counters.end(taken, [0, 60])
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), PATIENT)
  await sql`alter table broken rename to limit_counter`.execute(fresh.store.db)
  await vi.waitFor(() => take(there.counters, one), PATIENT)
  expect(await there.counters.left([bytes])).toEqual([40])
})

test('a take whose answer was lost does not run for ever', async () => {
  const { counters, store } = await replica({ lease: 900 })
  // The row of a call that nobody knows of: the commit went through, the answer did not.
  const other = draw('other', atOnce(5))
  const held = await take(counters, other)
  const [holder] = await store.db.selectFrom('limit_holder').selectAll().execute()
  await store.db
    .insertInto('limit_running')
    .values({ key: 'busy', holder: holder?.id ?? '', count: 1 })
    .execute()
  const there = await replica({ lease: 900 })
  expect(isShort(await there.counters.take([one]))).toBe(true)
  await vi.waitFor(() => take(there.counters, one), PATIENT)
  counters.end(held, [])
})

test('callers that wait while the counters are locked are all answered', async () => {
  const { counters, store } = await replica()
  const thirty = draw('k', slowly(30))
  let waiting: Promise<unknown>[] = []
  await store.db.transaction().execute(async (trx) => {
    await sql`lock table limit_counter in access exclusive mode`.execute(trx)
    waiting = Array.from({ length: 50 }, () => counters.take([thirty]))
    await sleep(100)
  })
  expect((await Promise.all(waiting)).filter((answer) => !Array.isArray(answer))).toHaveLength(30)
})

test('rows that say nothing any more are removed, those that do stay', async () => {
  const { counters, store } = await replica()
  let now = 1_790_000_000_000
  const past = await replica({ clock: () => now })
  await take(past.counters, draw('past', windowed(5)))
  now = Date.now()
  await take(counters, draw('now', slowly(5)), one)
  await tidy(store.db, timeOf(undefined))
  const rows = await store.db.selectFrom('limit_counter').select('key').orderBy('key').execute()
  expect(rows).toEqual([{ key: 'busy' }, { key: 'now' }])
  expect(await store.db.selectFrom('limit_running').select('key').execute()).toHaveLength(1)
})
