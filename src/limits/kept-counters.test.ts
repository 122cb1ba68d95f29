import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type Counters, type Draw, isShort } from './counters.ts'
import { keptCounters } from './kept-counters.ts'
import { atOnce, bucket, draw, windowed } from './testing/draws.ts'

const HOUR = 3_600_000
const START = Math.floor(1_790_000_000_000 / HOUR) * HOUR + 60_000

const PATIENT = { timeout: 15_000 }

let fresh: FreshStore
let time: number
let errors: unknown[]
beforeEach(async () => {
  fresh = await freshStore('sqlite')
  time = START
  errors = []
})
afterEach(async () => {
  for (const counters of opened.splice(0)) await counters.close()
  await fresh.remove()
})

const opened: Counters[] = []

async function open(): Promise<Counters> {
  const onError = (cause: unknown): void => void errors.push(cause)
  const counters = await keptCounters({ db: fresh.store.db, clock: () => time, onError })
  opened.push(counters)
  return counters
}

const rows = () => fresh.store.db.selectFrom('limit_counter').selectAll().orderBy('key').execute()

async function call(counters: Counters, ...draws: readonly Draw[]): Promise<void> {
  const taken = await counters.take(draws)
  if (isShort(taken)) throw new Error(`short of ${JSON.stringify(taken)}`)
  counters.end(taken, [])
}

const breakTable = () => sql`alter table limit_counter rename to broken`.execute(fresh.store.db)
const mendTable = () => sql`alter table broken rename to limit_counter`.execute(fresh.store.db)

test('what is counted is on disk within a second or so, without anybody closing', async () => {
  const counters = await open()
  await call(counters, draw('w', windowed(5, HOUR)), draw('b', bucket(5, HOUR)))
  expect(await rows()).toEqual([])
  await vi.waitFor(async () => expect(await rows()).toHaveLength(2), PATIENT)
  // The process is gone, and another one starts.
  const after = await open()
  expect(await after.left([draw('w', windowed(5, HOUR)), draw('b', bucket(5, HOUR))])).toEqual([
    4, 4,
  ])
})

test('an amount is on disk before the call passes', async () => {
  const counters = await open()
  await call(counters, { ...draw('money', windowed(500, HOUR), 100), durable: true })
  expect(await (await open()).left([draw('money', windowed(500, HOUR))])).toEqual([400])
})

test('an amount that cannot be kept does not pass, and takes nothing', async () => {
  const counters = await open()
  const money: Draw = { ...draw('money', windowed(500, HOUR), 100), durable: true }
  await breakTable()
  const attempts = Array.from({ length: 5 }, () => counters.take([money]))
  for (const attempt of attempts)
    await expect(attempt).rejects.toMatchObject({
      code: 'limits_unavailable',
      message: 'the use of a limit cannot be saved',
    })
  await mendTable()
  expect(await counters.left([money])).toEqual([500])
  await call(counters, money)
  await counters.close()
  expect(await (await open()).left([money])).toEqual([400])
})

test('what could not be saved goes on counting, and is saved later', async () => {
  const counters = await open()
  await breakTable()
  await call(counters, draw('w', windowed(5, HOUR), 3))
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), PATIENT)
  expect(await counters.left([draw('w', windowed(5, HOUR))])).toEqual([2])
  await mendTable()
  await vi.waitFor(async () => expect(await rows()).toHaveLength(1), PATIENT)
})

test('what is over before a restart is, and what runs, is not kept', async () => {
  const counters = await open()
  await call(counters, draw('short', windowed(5, 59_999)), draw('busy', atOnce(5)))
  await counters.close()
  expect(await rows()).toEqual([])
})

test('rows that say nothing any more go', async () => {
  const counters = await open()
  await call(counters, draw('w', windowed(5, HOUR)), draw('b', bucket(4, HOUR)))
  await counters.close()
  expect(await rows()).toMatchObject([
    { key: 'b', till: START + HOUR / 4 },
    { key: 'w', till: START - 60_000 + HOUR },
  ])
  time += HOUR / 4
  const after = await open()
  await after.close()
  expect(await rows()).toMatchObject([{ key: 'w' }])
})

test('more counters than one statement takes are all kept', async () => {
  const counters = await open()
  for (let key = 0; key < 1_001; key += 1) await call(counters, draw(`k${key}`, windowed(5, HOUR)))
  await counters.close()
  expect(await rows()).toHaveLength(1_001)
})

test('a clock that was set back over a restart neither forgets nor locks out', async () => {
  const draws = [draw('w', windowed(5, HOUR), 5), draw('b', bucket(4, HOUR), 4)]
  const before = await open()
  await call(before, ...draws)
  await before.close()
  time -= 1_000 * HOUR
  const after = await open()
  expect(await after.left(draws)).toEqual([0, 0])
  time += HOUR
  expect(await after.left(draws)).toEqual([5, 4])
})

test('a clock that was set back while it ran is made good in what is kept', async () => {
  const one = draw('b', bucket(4, HOUR), 4)
  const before = await open()
  time -= HOUR / 2
  await before.left([one])
  await call(before, one)
  await before.close()
  time += HOUR / 4
  expect(await (await open()).left([one])).toEqual([1])
})

test.each([
  ['used', `update limit_counter set used = '-1'`],
  ['used', `update limit_counter set used = ''`],
  ['rule', `update limit_counter set rule = '{}'`],
  ['rule', `update limit_counter set rule = 'no json'`],
])('a count that cannot be read (%s) is refused, not forgotten', async (_, damage) => {
  const counters = await open()
  await call(counters, draw('w', windowed(5, HOUR)))
  await counters.close()
  await sql.raw(damage).execute(fresh.store.db)
  await expect(open()).rejects.toMatchObject({
    code: 'limits_unavailable',
    message: 'a count cannot be read',
  })
})

test('after the end nothing is written', async () => {
  const counters = await open()
  const taken = await counters.take([draw('w', windowed(5, HOUR))])
  await counters.close()
  await breakTable()
  if (!isShort(taken)) counters.end(taken, [1])
  await sleep(1_200)
  expect(errors).toEqual([])
  await mendTable()
})
