import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Engine } from '../store/migrations.ts'
import { openStore, type Store } from '../store/store.ts'
import { type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type Counters, type Draw, isShort, type Taken } from './counters.ts'
import { keptCounters } from './kept-counters.ts'
import { postgresCounters } from './postgres-counters.ts'
import { compareWithModel, STEPS } from './testing/compare.ts'
import { atOnce, bucket, draw, windowed } from './testing/draws.ts'

const START = 1_790_000_040_000
const MINUTE = 60_000

/** What counters must do, wherever they count. */
export function countersContract(engine: Engine): void {
  describe(`counters on ${engine}`, () => {
    let fresh: FreshStore
    let time: number
    let errors: unknown[]
    const open: { counters: Counters; store: Store }[] = []

    const clock = () => time
    const start = async (store: Store): Promise<Counters> => {
      const onError = (cause: unknown): void => void errors.push(cause)
      const options = { db: store.db, clock, onError }
      const counters =
        engine === 'sqlite'
          ? await keptCounters(options)
          : postgresCounters({ ...options, holder: randomUUID() })
      open.push({ counters, store })
      return counters
    }
    beforeEach(async () => {
      time = START
      errors = []
      fresh = await freshStore(engine)
    })
    afterEach(async () => {
      for (const { counters } of open) await counters.close()
      for (const { store } of open.splice(0)) if (store !== fresh.store) await store.close()
      await fresh.remove()
      expect(errors).toEqual([])
    })

    const take = async (counters: Counters, ...draws: readonly Draw[]): Promise<Taken> => {
      const taken = await counters.take(draws)
      if (isShort(taken)) throw new Error(`short of ${JSON.stringify(taken)}`)
      return taken
    }

    test.each([
      ['window', windowed(37)],
      ['bucket', bucket(37)],
      ['running', atOnce(37)],
    ])('200 callers at once get 37 of a %s that has 37', async (_, rule) => {
      const one = await start(fresh.store)
      const replicas = [one]
      if (engine === 'postgres')
        for (let more = 0; more < 3; more += 1)
          replicas.push(await start(await openStore(fresh.options)))
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          (replicas[index % replicas.length] as Counters).take([draw('k', rule)]),
        ),
      )
      expect(answers.filter((answer) => !isShort(answer))).toHaveLength(37)
      for (const counters of replicas) expect(await counters.left([draw('k', rule)])).toEqual([0])
    })

    test('several counters give all or nothing, and say who lacks room and for how long', async () => {
      const counters = await start(fresh.store)
      const [wide, narrow] = [draw('wide', windowed(10)), draw('narrow', bucket(1))]
      await take(counters, wide, narrow)
      time += 15_000
      expect(await counters.take([wide, narrow])).toEqual([{ key: 'narrow', wait: 45_000 }])
      expect(await counters.left([wide, narrow])).toEqual([9, 0])
    })

    test('waiting does not help for more than there ever is', async () => {
      const counters = await start(fresh.store)
      const none = { wait: undefined }
      for (const rule of [windowed(0), bucket(0), atOnce(0)])
        expect(await counters.take([draw('k', rule)])).toMatchObject([none])
      expect(await counters.take([draw('k', windowed(5), 6)])).toMatchObject([none])
      expect(await counters.left([draw('k', windowed(5))])).toEqual([5])
    })

    test('windows begin at multiples of their length since the epoch', async () => {
      const counters = await start(fresh.store)
      const one = draw('k', windowed(1))
      time = Math.ceil(START / MINUTE) * MINUTE - 1
      await take(counters, one)
      expect(await counters.take([one])).toEqual([{ key: 'k', wait: 1 }])
      time += 1
      await take(counters, one)
      expect(await counters.take([one])).toEqual([{ key: 'k', wait: MINUTE }])
    })

    test('a bucket refills evenly, to the millisecond, and never above what it holds', async () => {
      const counters = await start(fresh.store)
      const one = draw('k', bucket(7, 1_000_003))
      for (let used = 0; used < 7; used += 1) await take(counters, one)
      // A seventh of it takes 142857 6/7 ms.
      for (let taken = 1; taken <= 20; taken += 1) {
        time = START + Math.ceil((taken * 1_000_003) / 7) - 1
        expect(await counters.take([one])).toEqual([{ key: 'k', wait: 1 }])
        time += 1
        await take(counters, one)
      }
      time += 100_000_000
      expect(await counters.left([one])).toEqual([7])
    })

    test('looking often does not stop a slow bucket from refilling', async () => {
      const counters = await start(fresh.store)
      const one = draw('k', bucket(1, 1_000))
      await take(counters, one)
      for (let looks = 0; looks < 999; looks += 100) {
        time += looks === 900 ? 99 : 100
        expect(isShort(await counters.take([one]))).toBe(true)
      }
      time += 1
      await take(counters, one)
    })

    test('what runs is free again once it has ended, once', async () => {
      const counters = await start(fresh.store)
      const one = draw('k', atOnce(2))
      const first = await take(counters, one)
      await take(counters, one)
      expect(await counters.take([one])).toEqual([{ key: 'k', wait: 1_000 }])
      counters.end(first, [])
      await take(counters, one)
      expect(isShort(await counters.take([one]))).toBe(true)
    })

    test('what turns out to be used counts, even beyond the limit', async () => {
      const counters = await start(fresh.store)
      const look = draw('k', bucket(100, 1_000), 0, 1)
      const first = await take(counters, look)
      const second = await take(counters, look)
      counters.end(first, [90])
      await take(counters, look)
      counters.end(second, [60])
      expect(await counters.take([look])).toEqual([{ key: 'k', wait: 510 }])
      expect(await counters.left([look])).toEqual([0])
      time += 510
      await take(counters, look)
    })

    test('what is given back can be taken again, if time has not given it back already', async () => {
      const counters = await start(fresh.store)
      for (const rule of [windowed(1), bucket(1)]) {
        const one = draw(rule.kind, rule)
        counters.giveBack(await take(counters, one))
        const early = await take(counters, one)
        time += MINUTE
        await take(counters, one)
        counters.giveBack(early)
        expect(isShort(await counters.take([one]))).toBe(true)
      }
    })

    test('a clock that is set back opens nothing', async () => {
      const counters = await start(fresh.store)
      const draws = [draw('w', windowed(1)), draw('b', bucket(1))]
      for (const one of draws) await take(counters, one)
      time -= 10 * MINUTE
      for (const one of draws) expect(isShort(await counters.take([one]))).toBe(true)
      // A bucket goes on with the clock that there is.
      time += MINUTE
      await take(counters, draws[1] as Draw)
      expect(isShort(await counters.take([draws[0] as Draw]))).toBe(true)
    })

    test('a limit that is lowered or raised goes on counting', async () => {
      const counters = await start(fresh.store)
      await take(counters, draw('k', windowed(10), 8))
      expect(await counters.left([draw('k', windowed(9))])).toEqual([1])
      expect(await counters.left([draw('k', windowed(3))])).toEqual([0])
      expect(isShort(await counters.take([draw('k', windowed(3))]))).toBe(true)
      expect(await counters.left([draw('k', windowed(20))])).toEqual([12])
    })

    test('numbers as large as an integer can be are exact', async () => {
      const counters = await start(fresh.store)
      const most = Number.MAX_SAFE_INTEGER
      for (const rule of [windowed(most, 86_400_000), bucket(most, 86_400_000)]) {
        await take(counters, draw(rule.kind, rule, most - 1))
        expect(await counters.left([draw(rule.kind, rule)])).toEqual([1])
        await take(counters, draw(rule.kind, rule))
        expect(isShort(await counters.take([draw(rule.kind, rule)]))).toBe(true)
      }
    })

    test('what was counted outlives a restart', async () => {
      const draws = [draw('w', windowed(5, 3_600_000), 3), draw('b', bucket(5, 3_600_000), 3)]
      const before = await start(fresh.store)
      await take(before, ...draws)
      await before.close()
      await expect(before.take(draws)).rejects.toMatchObject({ code: 'limits_unavailable' })
      const after = await start(fresh.store)
      expect(await after.left(draws)).toEqual([2, 2])
      time += 720_000
      expect(await after.left(draws)).toEqual([2, 3])
    })

    test('does what a simple model does', { timeout: 60_000 }, async () => {
      const counters = await start(fresh.store)
      let run = 0
      const property = fc.asyncProperty(STEPS, async (steps) => {
        run += 1
        time += 1_000_000
        await compareWithModel(counters, `${run} `, steps, {
          now: () => time,
          pass: (milliseconds) => {
            time += milliseconds
          },
        })
      })
      await fc.assert(property, { numRuns: engine === 'sqlite' ? 300 : 15 })
    })
  })
}
