import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { GatewayError } from '../kernel/errors.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import { openStore } from '../store/store.ts'
import { ENGINES, type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type ClassBook, openClassBook } from './class-book.ts'
import type { Override } from './classify.ts'

const ANN = { subject: 'user:ann', client: 'console', grant: 'g' }
const SENDS: Override = {
  ...{ effects: ['send'], reversible: false, risk: 'high', reads: [], trust: 'untrusted' },
}
const READS: Override = { ...SENDS, effects: ['read'], reversible: true, risk: 'low' }
const NEVER = 1_000_000

describe.each(ENGINES)('stated classes on %s', (engine) => {
  let fresh: FreshStore
  let seen: SecurityEvent[]
  let broken: boolean
  const books: ClassBook[] = []
  const open = async (store: FreshStore['store'] = fresh.store): Promise<ClassBook> => {
    const book = await openClassBook({
      store,
      clock: () => 1_000,
      every: NEVER,
      log: () => {},
      witness: async (event) => {
        if (broken) throw new Error('no witness')
        seen.push(event)
      },
    })
    books.push(book)
    return book
  }
  const mail = { server: 'office', tool: 'mail' }
  beforeEach(async () => {
    fresh = await freshStore(engine)
    seen = []
    broken = false
  })
  afterEach(async () => {
    for (const book of books.splice(0)) await book.close()
    await fresh.remove()
  })

  test('count at once, in others once they look, and after a restart', async () => {
    const book = await open()
    const other = await open()
    expect(book.of('office', 'mail')).toBeUndefined()
    const made = await book.state(ANN, { ...mail, classes: SENDS, version: 0 })
    expect(made).toEqual({ ...mail, classes: SENDS, by: 'user:ann', at: 1_000, version: 1 })
    expect(book.of('office', 'mail')).toEqual(SENDS)
    expect(book.stated('office', 'mail')).toEqual(made)
    expect(book.of('office mail', '')).toBeUndefined()
    expect(other.of('office', 'mail')).toBeUndefined()
    await other.refresh()
    expect(other.of('office', 'mail')).toEqual(SENDS)
    expect((await open()).of('office', 'mail')).toEqual(SENDS)
    expect(seen).toEqual([
      {
        event: 'tool.classified',
        outcome: 'done',
        target: 'office:mail',
        detail: { classes: SENDS, before: null },
        by: ANN,
      },
    ])
  })

  test('can be taken back, and no version ever comes again', async () => {
    const book = await open()
    await book.state(ANN, { ...mail, classes: SENDS, version: 0 })
    await book.state(ANN, { ...mail, classes: undefined, version: 1 })
    expect(book.of('office', 'mail')).toBeUndefined()
    expect(book.stated('office', 'mail')).toMatchObject({ classes: undefined, version: 2 })
    const again = book.state(ANN, { ...mail, classes: READS, version: 0 })
    await expect(again).rejects.toMatchObject({ code: 'version_conflict' })
    await book.state(ANN, { ...mail, classes: READS, version: 2 })
    expect(book.of('office', 'mail')).toEqual(READS)
  })

  test('whoever saw something else changes nothing', async () => {
    const book = await open()
    await book.state(ANN, { ...mail, classes: SENDS, version: 0 })
    for (const version of [0, 2])
      await expect(book.state(ANN, { ...mail, classes: READS, version })).rejects.toMatchObject({
        code: 'version_conflict',
      })
    expect(book.of('office', 'mail')).toEqual(SENDS)
    expect(seen).toHaveLength(1)
  })

  test('nothing happens that cannot be witnessed', async () => {
    const book = await open()
    broken = true
    const stated = book.state(ANN, { ...mail, classes: READS, version: 0 })
    await expect(stated).rejects.toThrow('no witness')
    await book.refresh()
    expect(book.of('office', 'mail')).toBeUndefined()
  })

  test('of several at once, by two connections, one counts each time', async () => {
    const store = await openStore(fresh.options)
    try {
      const both = [await open(), await open(store)]
      for (const version of [0, 1]) {
        const all = Array.from({ length: 6 }, (_, index) =>
          both[index % 2]?.state(ANN, { ...mail, classes: SENDS, version }).then(
            () => 'stated',
            ({ code }: GatewayError) => code,
          ),
        )
        const ends = (await Promise.all(all)).toSorted()
        expect(ends).toEqual(['stated', ...Array(5).fill('version_conflict')])
        for (const book of both) await book.refresh()
        expect(both.map((book) => book.stated('office', 'mail')?.version)).toEqual([
          version + 1,
          version + 1,
        ])
      }
    } finally {
      for (const book of books.splice(0)) await book.close()
      await store.close()
    }
  })

  test('roles and fields are kept with the classes', async () => {
    const book = await open()
    const classes = { ...READS, roles: { to: 'setting' }, fields: { '/a/*': 'members' } } as const
    await book.state(ANN, { ...mail, classes, version: 0 })
    const other = await open()
    expect(other.of('office', 'mail')).toEqual(classes)
  })

  test.each([
    ...['{"effects":["fly"]}', 'no JSON', '7', '{"effects":["read"]}'],
    JSON.stringify({ ...READS, roles: { to: 'goal' } }),
    JSON.stringify({ ...READS, fields: ['members'] }),
    JSON.stringify({ ...READS, fields: { a: 'friends' } }),
  ])('what nobody can read is the worst: %s', async (classes) => {
    const row = { ...mail, classes, by: 'user:ann', at: 1, version: 1 }
    await fresh.store.db.insertInto('tool_class').values(row).execute()
    const book = await open()
    expect(book.of('office', 'mail')).toMatchObject({ risk: 'high', reversible: false })
    expect(book.of('office', 'mail')?.effects).toHaveLength(7)
  })
})
