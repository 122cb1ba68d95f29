import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ChangeFeed, openChangeFeed } from './change-feed.ts'
import { type Change, noteChanges } from './note-change.ts'
import { openStore, type Store } from './store.ts'
import { ENGINES, type FreshStore, freshStore } from './testing/fresh-store.ts'

const HOUR = 60 * 60_000
let now = 1_790_000_000_000
const clock = () => now

const revoked = (id: string): Change => ({ kind: 'grant', id, what: 'revoked' })

for (const engine of ENGINES)
  describe(`feed of changes on ${engine}`, () => {
    let fresh: FreshStore
    let heard: string[]
    let lost: number[]
    let open: ChangeFeed[]
    beforeEach(async () => {
      now = 1_790_000_000_000
      fresh = await freshStore(engine)
      heard = []
      lost = []
      open = []
    })
    afterEach(async () => {
      for (const feed of open) await feed.close()
      await fresh.remove()
    })

    const feedOf = async (store: Store, every = HOUR): Promise<ChangeFeed> => {
      const feed = await openChangeFeed({
        store,
        every,
        clock,
        onChange: ({ id }) => void heard.push(id),
        onLost: (since) => void lost.push(since),
        log: () => {},
      })
      open.push(feed)
      return feed
    }
    const note = (...ids: string[]) => noteChanges(fresh.store.db, ids.map(revoked), now)

    test('tells what was noted before, but not what is over', async () => {
      await note('old')
      now += 3 * HOUR
      await note('a', 'b')
      await feedOf(fresh.store)
      expect(heard).toEqual(['a', 'b'])
    })

    test('tells each change once, whole, in the order of the notes', async () => {
      const changes: unknown[] = []
      const feed = await openChangeFeed({
        store: fresh.store,
        every: HOUR,
        clock,
        onChange: (change) => void changes.push(change),
        onLost: () => {},
        log: () => {},
      })
      open.push(feed)
      await noteChanges(fresh.store.db, [{ kind: 'user', id: 'ada', what: 'changed' }], now)
      await feed.poke()
      await feed.poke()
      expect(changes).toEqual([{ kind: 'user', id: 'ada', what: 'changed', at: now }])
    })

    test('hears by itself of what another process noted', async () => {
      const other = await openStore(fresh.options)
      await feedOf(fresh.store, 5)
      await noteChanges(other.db, [revoked('a')], now)
      await expect.poll(() => heard).toEqual(['a'])
      await other.close()
    })

    test('a look that was asked for begins after it was asked for', async () => {
      const feed = await feedOf(fresh.store)
      const running = feed.poke()
      await note('a')
      await Promise.all([feed.poke(), running])
      expect(heard).toEqual(['a'])
    })

    test('reads more than one page', async () => {
      const feed = await feedOf(fresh.store)
      const ids = Array.from({ length: 2_500 }, (_, index) => `g${index}`)
      await note(...ids)
      await feed.poke()
      expect(heard).toEqual(ids)
    })

    test('knows up to when it knows everything, and says when it lost sight', async () => {
      const feed = await feedOf(fresh.store)
      now += 400
      await feed.poke()
      expect(feed.aliveAt()).toBe(now)
      await sql`alter table change rename to gone`.execute(fresh.store.db)
      now += 400
      await feed.poke()
      await feed.poke()
      expect(feed.aliveAt()).toBe(now - 400)
      expect(lost).toEqual([now - 400])
      await sql`alter table gone rename to change`.execute(fresh.store.db)
      await note('a')
      await feed.poke()
      expect(feed.aliveAt()).toBe(now)
      expect(heard).toContain('a')
    })

    test('what it knows is as old as the look, not as its answer', async () => {
      let moment = now
      const feed = await openChangeFeed({
        store: fresh.store,
        every: HOUR,
        clock: () => {
          moment += 1
          return moment
        },
        onChange: () => {},
        onLost: () => {},
        log: () => {},
      })
      open.push(feed)
      const before = moment
      await feed.poke()
      expect(feed.aliveAt()).toBe(before + 1)
    })

    test('after it lost sight, it takes nothing for known', async () => {
      await note('a')
      const feed = await feedOf(fresh.store)
      await sql`alter table change rename to gone`.execute(fresh.store.db)
      await feed.poke()
      await sql`alter table gone rename to change`.execute(fresh.store.db)
      // A database that was restored gives the same numbers to other changes.
      await fresh.store.db.updateTable('change').set({ id: 'b' }).execute()
      await feed.poke()
      expect(heard).toEqual(['a', 'b'])
    })

    test('sweeps what is over, a bounded number at a time', async () => {
      await note(...Array.from({ length: 1_200 }, (_, index) => `g${index}`))
      now += 3 * HOUR
      await note('new')
      const feed = await feedOf(fresh.store)
      const left = async (): Promise<number> => {
        await feed.poke()
        return (await fresh.store.db.selectFrom('change').select('id').execute()).length
      }
      await expect.poll(left).toBe(1)
      expect(heard).toEqual(['new'])
    })

    test('does not open on a database without the table', async () => {
      await sql`alter table change rename to gone`.execute(fresh.store.db)
      await expect(feedOf(fresh.store)).rejects.toMatchObject({ code: 'store_unavailable' })
    })

    test('says nothing any more after it is closed', async () => {
      const feed = await feedOf(fresh.store, 1)
      await feed.close()
      await note('a')
      await feed.poke()
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(heard).toEqual([])
    })
  })

test('on postgres, a change that is committed after later ones is heard of, too', async () => {
  const fresh = await freshStore('postgres')
  const heard: string[] = []
  const feed = await openChangeFeed({
    store: fresh.store,
    every: HOUR,
    clock,
    onChange: ({ id }) => void heard.push(id),
    onLost: () => {},
    log: () => {},
  })
  const note = (id: string) => noteChanges(fresh.store.db, [revoked(id)], now)
  await fresh.store.db.transaction().execute(async (slow) => {
    await noteChanges(slow, [revoked('late')], now)
    await fresh.store.db
      .transaction()
      .execute(async (failing) => {
        await noteChanges(failing, [revoked('never')], now)
        throw new Error('rolled back')
      })
      .catch(() => {})
    await note('early')
    await feed.poke()
    expect(heard).toEqual(['early'])
  })
  await note('last')
  await feed.poke()
  await feed.poke()
  expect(heard).toEqual(['early', 'late', 'last'])
  await feed.close()
  await fresh.remove()
})
