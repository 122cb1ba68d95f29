import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sealed, Sealer } from '../../kernel/vault.ts'
import { ENGINES, type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { type MemoryKeys, memoryKeys } from '../keys/testing/memory-keys.ts'
import { checkVault } from './check-vault.ts'
import { clientPlace, connectionPlace, keyPlace, secretPlace, statePlace } from './places.ts'
import { type Progress, rotateKeys } from './rotation.ts'
import { holdsSealed, rowsByKey } from './sealed-rows.ts'
import { createSealer } from './sealer.ts'

const DAY = 86_400_000

describe.each(ENGINES)('keys are rotated on %s', (engine) => {
  let fresh: FreshStore
  let keys: MemoryKeys
  let sealer: Sealer
  let now = Date.now()
  const clock = () => now
  const rotate = (more: object = {}) =>
    rotateKeys({ ...{ store: fresh.store, sealer, keys, clock, fresh: true, keep: DAY }, ...more })

  beforeAll(async () => {
    fresh = await freshStore(engine)
    keys = memoryKeys(clock)
    sealer = createSealer({ keys, clock, cache: 0 })
  })
  afterAll(() => fresh.remove())

  const secretRow = (name: string, version: number, { keyId, wrapped, fields }: Sealed) => ({
    ...{ name, owner: 'shared', version, state: 'current', purpose: '', servers: '[]' },
    ...{ key_id: keyId, wrapped, sealed: fields['value'] ?? '', created: 1, changed: 1 },
    ...{ used: null, expires: null, rotate_after: null, exposures: '[]', by: 'user:ann' },
  })
  const sealSecret = (name: string, version: number) =>
    sealer.seal(secretPlace({ name, owner: 'shared', version }), { value: `${name} ${version}` })
  const addSecret = async (name: string, version = 1) => {
    const row = secretRow(name, version, await sealSecret(name, version))
    await fresh.store.db.insertInto('vault_secret').values(row).execute()
  }
  /** As a writer does: a new value, under a data key of its own, in the place of the last. */
  const nextVersion = async (name: string) => {
    const { db } = fresh.store
    const mine = db.selectFrom('vault_secret').select('version').where('name', '=', name)
    const { version } = await mine.executeTakeFirstOrThrow()
    const row = secretRow(name, version + 1, await sealSecret(name, version + 1))
    const update = db.updateTable('vault_secret').set(row).where('name', '=', name)
    await update.where('version', '=', version).execute()
  }
  const opened = async () => {
    const rows = await fresh.store.db.selectFrom('vault_secret').selectAll().execute()
    return Promise.all(
      rows.map(async (row) => {
        const sealed = { keyId: row.key_id, wrapped: row.wrapped, fields: { value: row.sealed } }
        expect(await sealer.open(secretPlace(row), sealed, 'value')).toBe(
          `${row.name} ${row.version}`,
        )
        return `${row.name} ${row.version}`
      }),
    )
  }

  test('all tables come under the new key, page by page, and all still opens', async () => {
    const { db } = fresh.store
    expect(await holdsSealed(fresh.store)).toBe(false)
    for (let count = 0; count < 7; count += 1) await addSecret(`s${count}`)
    const seal = async (place: Parameters<Sealer['seal']>[0]) => {
      const { keyId, wrapped, fields } = await sealer.seal(place, { value: 'v' })
      return { key_id: keyId, wrapped, sealed: fields['value'] ?? '' }
    }
    const at = { server: 'github', owner: 'user:ann', version: 3 }
    const { sealed: access, ...wrap } = await seal(connectionPlace(at))
    const connection = {
      ...{ ...at, kind: 'authorization-code', status: 'connected', issuer: 'i', resource: 'r' },
      ...{ client: 'c', scopes: '[]', wanted: '[]', ...wrap, access, refresh: '', proof: '' },
      ...{ expires: null, created: 1, refreshed: null, used: null, lease: null, holder: null },
      reason: null,
    }
    await db.insertInto('vault_connection').values(connection).execute()
    const gone = { ...connection, owner: 'user:bob', key_id: '', wrapped: '', access: '' }
    await db.insertInto('vault_connection').values(gone).execute()
    const client = { issuer: 'i', redirect: 'r', version: 1 }
    const clientRow = { client: 'c', trust: 'dynamic', metadata: '{}', created: 1, expires: null }
    const sealedClient = { ...client, ...clientRow, ...(await seal(clientPlace(client))) }
    await db.insertInto('vault_client').values(sealedClient).execute()
    const state = { digest: 'd', server: 'github', owner: 'user:ann' }
    const stateRow = { user: 'user:ann', session: 's', issuer: 'i', expires: 9 }
    const sealedState = { ...state, ...stateRow, ...(await seal(statePlace(state))) }
    await db.insertInto('vault_state').values(sealedState).execute()
    const key = { id: 'k', algorithm: 'ES256', public: '{}', state: 'active', created: 1 }
    await db
      .insertInto('vault_key')
      .values({ ...key, ...(await seal(keyPlace(key))) })
      .execute()
    expect(await holdsSealed(fresh.store)).toBe(true)

    const told: Progress[] = []
    const done = await rotate({ page: 3, progress: (one: Progress) => told.push(one) })
    expect(done).toMatchObject({ keyId: 'memory-2', made: true, rewrapped: 11, failed: [] })
    expect(done).toMatchObject({ forgotten: [], kept: [{ keyId: 'memory-1', rows: 0 }] })
    expect(told.at(-1)).toEqual({ done: 11, of: 11 })
    expect(await rowsByKey(fresh.store)).toEqual(new Map([['memory-2', 11]]))
    expect((await opened()).length).toBe(7)
    const checked = await checkVault({ store: fresh.store, keys }, 50)
    expect(checked).toMatchObject({ keyId: 'memory-2', sampled: 11, failed: [] })
  })

  test('again is nothing to do; an old key goes when it was kept for long enough', async () => {
    const again = await rotate({ fresh: false })
    expect(again).toMatchObject({ made: false, rewrapped: 0, forgotten: [] })
    now += DAY
    expect(await rotate({ fresh: false })).toMatchObject({ forgotten: ['memory-1'], kept: [] })
    expect(keys.ids()).toEqual(['memory-2'])
  })

  test('under load nothing is lost', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `load-${index}`)
    for (const name of names) await addSecret(name)
    // Sealed before the rotation, stored after it.
    const late = secretRow('late', 1, await sealSecret('late', 1))
    let running = true
    const writes = new Map<string, number>(names.map((name) => [name, 1]))
    const writer = async (mine: readonly string[]) => {
      for (let turn = 0; running; turn += 1) {
        const name = mine[turn % mine.length] ?? ''
        await nextVersion(name)
        writes.set(name, (writes.get(name) ?? 0) + 1)
        if (turn % 5 === 0) await addSecret(`new ${name} ${turn}`)
        // SQLite answers at once: others get their turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const writers = [0, 1, 2, 3].map((lane) => writer(names.filter((_, at) => at % 4 === lane)))
    for (let round = 0; round < 3; round += 1) {
      const done = await rotate({ page: 5 })
      expect(done.failed).toEqual([])
    }
    running = false
    await Promise.all(writers)
    await fresh.store.db.insertInto('vault_secret').values(late).execute()

    const all = await opened()
    expect([...writes.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(60)
    for (const [name, version] of writes) expect(all).toContain(`${name} ${version}`)
    expect(all).toContain('late 1')
    const last = await rotate({ fresh: false })
    expect(last.rewrapped).toBeGreaterThan(0)
    expect([...(await rowsByKey(fresh.store)).keys()]).toEqual([await keys.currentKeyId()])
  })

  test('a row that is sealed anew in its place meanwhile is left to whoever did', async () => {
    await addSecret('raced')
    const { db } = fresh.store
    const racing: Sealer = {
      ...sealer,
      async rewrap(place, sealed) {
        const by = await sealer.rewrap(place, sealed)
        const row = secretRow('raced', 1, await sealSecret('raced', 1))
        const { wrapped, sealed: text, key_id } = row
        const update = db.updateTable('vault_secret').set({ wrapped, sealed: text, key_id })
        if (place.server === 'secret:raced') await update.where('name', '=', 'raced').execute()
        return by
      },
    }
    await rotate({ sealer: racing })
    expect(await opened()).toContain('raced 1')
  })

  test('a row that does not open stays as it is, and so does its key', async () => {
    await addSecret('broken')
    const { db } = fresh.store
    const broken = db.updateTable('vault_secret').where('name', '=', 'broken')
    await broken.set({ wrapped: 'AAAA' }).execute()
    const at = { table: 'vault_secret', at: ['broken', 'shared', 1] }
    expect(await checkVault({ store: fresh.store, keys }, 1_000)).toMatchObject({ failed: [at] })
    const old = await keys.currentKeyId()
    const done = await rotate({ keep: 0 })
    expect(done.failed).toEqual([at])
    expect(done.forgotten).not.toContain(old)
    expect(done.kept).toContainEqual({ keyId: old, rows: 1 })
    expect(keys.ids()).toContain(old)
    await db.deleteFrom('vault_secret').where('name', '=', 'broken').execute()
    expect((await rotate({ fresh: false, keep: 0 })).forgotten).toContain(old)
    expect(keys.ids()).toEqual([await keys.currentKeyId()])
    await opened()
  })

  test('a row moved into the place of another is found by the check', async () => {
    const { db } = fresh.store
    await addSecret('from')
    await addSecret('to')
    const from = db.selectFrom('vault_secret').selectAll().where('name', '=', 'from')
    const { key_id, wrapped, sealed } = await from.executeTakeFirstOrThrow()
    const set = { key_id, wrapped, sealed }
    await db.updateTable('vault_secret').set(set).where('name', '=', 'to').execute()
    const { failed } = await checkVault({ store: fresh.store, keys }, 1_000)
    expect(failed).toEqual([{ table: 'vault_secret', at: ['to', 'shared', 1] }])
  })
})
