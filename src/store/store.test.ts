import { mkdtempSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeContract } from './store.contract.ts'
import { openStore, type Store } from './store.ts'
import { ENGINES, freshStore } from './testing/fresh-store.ts'

for (const engine of ENGINES) storeContract(engine)

describe('sqlite alone', () => {
  let directory: string
  let path: string
  let store: Store
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'bailiwick-store-'))
    path = join(directory, 'data/bailiwick.db')
    store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  })
  afterEach(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })

  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)
  const pragma = async (name: string) => {
    const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(store.db)
    return Object.values(rows[0] ?? {})[0]
  }

  test('only the owner can read the files', () => {
    expect(mode(join(directory, 'data'))).toBe('700')
    for (const suffix of ['', '-wal', '-shm']) expect(mode(path + suffix)).toBe('600')
  })

  test('the log is on, checkpoints are synced, foreign keys hold', async () => {
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(1)
    expect(await pragma('secure_delete')).toBe(1)
    expect(await pragma('foreign_keys')).toBe(1)
  })

  test('a writer waits for another without stopping the event loop', async () => {
    const other = await openStore({ kind: 'sqlite', path, durability: 'full' })
    let turns = 0
    const turning = setInterval(() => {
      turns += 1
    }, 1)
    await store.db.transaction().execute(async () => {
      const waiting = other.db.insertInto('setting').values({ key: 'b', value: '2' }).execute()
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await Promise.race([waiting.then(() => 'written'), 'waiting'])).toBe('waiting')
    })
    while ((await store.db.selectFrom('setting').selectAll().execute()).length === 0)
      await new Promise(setImmediate)
    clearInterval(turning)
    expect(turns).toBeGreaterThan(0)
    await other.close()
  })

  test('streams rows one at a time', async () => {
    const { db } = store
    const rows = [1, 2, 3].map((n) => ({ key: `k${n}`, value: String(n) }))
    await db.insertInto('setting').values(rows).execute()
    const seen: string[] = []
    for await (const { key } of db.selectFrom('setting').select('key').orderBy('key').stream())
      seen.push(key)
    expect(seen).toEqual(['k1', 'k2', 'k3'])
  })

  test('more different statements than the cache holds still run', async () => {
    for (let n = 0; n < 300; n += 1) {
      const { rows } = await sql.raw<{ v: number }>(`select ${n} as v`).execute(store.db)
      expect(rows).toEqual([{ v: n }])
    }
  })

  test('a path that cannot be a database is refused', async () => {
    await expect(
      openStore({ kind: 'sqlite', path: directory, durability: 'full' }),
    ).rejects.toMatchObject({ code: 'store_unavailable', message: 'the database cannot be opened' })
  })
})

test('an unreachable postgres is refused without its url', async () => {
  const refused = openStore({
    kind: 'postgres',
    url: 'postgres://someone:hunter2@127.0.0.1:1/none',
    poolSize: 1,
  })
  await expect(refused).rejects.toMatchObject({
    code: 'store_unavailable',
    message: 'the database cannot be opened',
  })
  const error: unknown = await refused.catch((thrown: unknown) => thrown)
  expect(String((error as { detail?: string }).detail)).not.toContain('hunter2')
})

test('a postgres commit is durable whatever the server says', async () => {
  const { store, remove } = await freshStore('postgres')
  const { rows } = await sql.raw('show synchronous_commit').execute(store.db)
  expect(rows).toEqual([{ synchronous_commit: 'on' }])
  await remove()
})

test('a postgres connection that breaks in the middle of a transaction fails it, and no more', async () => {
  const { store, remove } = await freshStore('postgres')
  const broken = store.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(store.db)
    // The connection ends while no query runs on it.
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sql`select 1`.execute(trx)
  })
  await expect(broken).rejects.toThrow()
  const { rows } = await sql`select 1 as one`.execute(store.db)
  expect(rows).toEqual([{ one: 1 }])
  await remove()
})
