import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryOnce, storedOnce } from './once.ts'
import { openStore } from './store.ts'
import { ENGINES, type FreshStore, freshStore } from './testing/fresh-store.ts'

let now = 1_790_000_000_000
const clock = () => now
const MINUTE = 60_000

for (const engine of ENGINES)
  describe(`once on ${engine}`, () => {
    let fresh: FreshStore
    beforeEach(async () => {
      now = 1_790_000_000_000
      fresh = await freshStore(engine)
    })
    afterEach(() => fresh.remove())

    const rows = async () =>
      (await fresh.store.db.selectFrom('once').selectAll().execute()).map(({ key }) => key)

    test('the first of a key is the only one', async () => {
      const once = storedOnce(fresh.store, clock)
      expect(await once.first('a', now + MINUTE)).toBe(true)
      expect(await once.first('a', now + MINUTE)).toBe(false)
      expect(await once.first('b', now + MINUTE)).toBe(true)
    })

    test('one of many at the same moment is the first, in one process and in two', async () => {
      const other = await openStore(fresh.options)
      const [here, there] = [storedOnce(fresh.store, clock), storedOnce(other, clock)]
      const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
      const answers = await Promise.all(
        [here, there, here, there].flatMap((once, turn) =>
          (turn % 2 === 0 ? keys : keys.toReversed()).map(async (key) => ({
            key,
            first: await once.first(key, now + MINUTE),
          })),
        ),
      )
      const firsts = answers.filter(({ first }) => first).map(({ key }) => key)
      expect(firsts.toSorted()).toEqual(keys.toSorted())
      await other.close()
    })

    test('a key is kept for as long as its first caller asked, and as a digest', async () => {
      const once = storedOnce(fresh.store, clock)
      const key = 'a secret that was shown'
      expect(await once.first(key, now + 10 * MINUTE)).toBe(true)
      expect(await once.first(key, now + MINUTE)).toBe(false)
      now += 10 * MINUTE - 1
      expect(await once.first(key, now + MINUTE)).toBe(false)
      expect(await rows()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    })

    test('what is over is swept, and what is not stays', async () => {
      const once = storedOnce(fresh.store, clock)
      await Promise.all([once.first('short', now + MINUTE), once.first('long', now + 60 * MINUTE)])
      now += 5 * MINUTE
      await once.first('new', now + MINUTE)
      await expect.poll(rows).toHaveLength(2)
      expect(await once.first('long', now + MINUTE)).toBe(false)
      expect(await once.first('short', now + MINUTE)).toBe(true)
    })

    test('a key that is over but not swept yet can be taken again, once', async () => {
      const once = storedOnce(fresh.store, clock)
      await once.first('a', now + MINUTE)
      await fresh.store.db
        .updateTable('once')
        .set({ expires: now - 1 })
        .execute()
      const again = await Promise.all([1, 2, 3].map(() => once.first('a', now + MINUTE)))
      expect(again.filter((first) => first)).toHaveLength(1)
      expect(await once.first('a', now + MINUTE)).toBe(false)
    })

    test('a database that is gone answers nobody, and each caller hears so', async () => {
      const once = storedOnce(fresh.store, clock)
      await fresh.store.close()
      for (const key of ['a', 'b'])
        await expect(once.first(key, now)).rejects.toMatchObject({ code: 'store_unavailable' })
    })
  })

describe('once in memory', () => {
  test('the first of a key is the only one until it is over', async () => {
    const once = memoryOnce(clock, { max: 10 })
    expect(await once.first('a', now + MINUTE)).toBe(true)
    now += MINUTE - 1
    expect(await once.first('a', now + MINUTE)).toBe(false)
    now += 1
    expect(await once.first('a', now + MINUTE)).toBe(true)
  })

  test('when it is full it refuses, and forgets nothing', async () => {
    const once = memoryOnce(clock, { max: 2 })
    await once.first('a', now + MINUTE)
    await once.first('b', now + 2 * MINUTE)
    await expect(once.first('c', now + MINUTE)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await once.first('a', now + MINUTE)).toBe(false)
    now += MINUTE
    expect(await once.first('c', now + MINUTE)).toBe(true)
    expect(await once.first('b', now + MINUTE)).toBe(false)
    await expect(once.first('d', now + MINUTE)).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
