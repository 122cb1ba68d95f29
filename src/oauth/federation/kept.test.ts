import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSeal } from '../../kernel/seal.ts'
import { openStore, type Store } from '../../store/store.ts'
import { ENGINES, type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { type KeptKind, openKept, type Taken } from './kept.ts'

const seal = createSeal(new Uint8Array(32).fill(1), 'federation')
const kind: KeptKind = 'federation-login'

describe.each(ENGINES)('what is kept on %s', (engine) => {
  let fresh: FreshStore
  let second: Store
  let now = 1_000_000
  const clock = () => now

  beforeAll(async () => {
    fresh = await freshStore(engine)
    second = await openStore(fresh.options)
  })
  afterAll(async () => {
    await second.close()
    await fresh.remove()
  })

  test('is taken once by all replicas together', async () => {
    const replicas = [fresh.store.db, second.db].map((db) => openKept(db, seal, clock))
    for (let i = 0; i < 20; i += 1) {
      const key = { kind, secret: `secret ${i}`, bound: ['b'] }
      await replicas[0]?.keep(key, undefined, { i }, 1_000)
      const takes = [...replicas, ...replicas, ...replicas].map((kept) => kept.take(key))
      const taken = await Promise.all(takes)
      expect(taken.filter((one) => 'value' in one)).toEqual([{ value: { i } }])
    }
  })

  test('opens only with all that it is bound to, and stays otherwise', async () => {
    const kept = openKept(fresh.store.db, seal, clock)
    const key = { kind, secret: 'bound', bound: ['acme', 'https://a.example', 'browser'] }
    await kept.keep(key, 'u', { a: 1 }, 1_000)
    const wrong = [[], ['acme'], ['acme', 'https://a.example', ''], [...key.bound, '']]
    const takes: Taken[] = []
    for (const bound of wrong) takes.push(await kept.take({ ...key, bound }))
    const otherKey = openKept(
      fresh.store.db,
      createSeal(new Uint8Array(32).fill(2), 'federation'),
      clock,
    )
    takes.push(await otherKey.take(key))
    // Told apart once, so that it can be recorded; then no more, so that records are bounded.
    expect(takes[0]).toEqual({ refused: 'foreign' })
    expect(takes.slice(1)).toEqual(Array(4).fill({ refused: 'unknown' }))
    expect(await kept.take({ ...key, kind: 'federation-ticket' })).toEqual({ refused: 'unknown' })
    expect(await kept.take(key)).toEqual({ value: { a: 1 } })
    expect(await kept.take(key)).toEqual({ refused: 'unknown' })
  })

  test('cannot be moved to another row of the database', async () => {
    const kept = openKept(fresh.store.db, seal, clock)
    const [mine, theirs] = ['mine', 'theirs'].map((secret) => ({ kind, secret, bound: [] }))
    if (mine === undefined || theirs === undefined) throw new Error('two keys')
    await kept.keep(mine, 'one', { a: 1 }, 1_000)
    await kept.keep(theirs, 'two', { a: 2 }, 1_000)
    const rows = await fresh.store.db.selectFrom('oauth_object').selectAll().execute()
    for (const { id } of rows)
      await fresh.store.db
        .updateTable('oauth_object')
        .set({ payload: rows.find((row) => row.id !== id)?.payload ?? '' })
        .where('id', '=', id)
        .execute()
    expect(await kept.take(mine)).toEqual({ refused: 'foreign' })
  })

  test('is swept when it is over, and bounded until then', async () => {
    await fresh.store.db.deleteFrom('oauth_object').execute()
    const other = { payload: 'x', grant: null, uid: null, expires: 0, consumed: null }
    await fresh.store.db
      .insertInto('oauth_object')
      .values({ ...other, model: 'x', id: 'x' })
      .execute()
    const kept = openKept(fresh.store.db, seal, clock, 3)
    const keep = (secret: string) => kept.keep({ kind, secret, bound: [] }, secret, {}, 20_000)
    for (const secret of ['1', '2', '3']) await keep(secret)
    await expect(keep('4')).rejects.toMatchObject({ code: 'too_many_requests' })
    now += 20_000
    await keep('5')
    const rows = await fresh.store.db.selectFrom('oauth_object').select('model').execute()
    expect(rows.map(({ model }) => model).sort()).toEqual([kind, 'x'])
  })

  test('is refused when the database does not answer', async () => {
    const gone = await openStore(fresh.options)
    await gone.close()
    const kept = openKept(gone.db, seal, clock)
    const key = { kind, secret: 's', bound: [] }
    await expect(kept.keep(key, 'u', {}, 1)).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(kept.take(key)).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
