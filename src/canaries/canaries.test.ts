import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CanarySighting } from '../kernel/canary.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import { ENGINES, type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type Canaries, openCanaries } from './canaries.ts'

const ANN = { subject: 'user:ann', client: 'console', grant: 'g' }
const FILE = { principal: undefined, server: undefined, place: '~/.aws/credentials' }
const SLOT = {
  kind: 'api-key',
  principal: 'user:ann',
  server: 'crm',
  place: 'result of crm:get',
} as const
const SEEN: Omit<CanarySighting, 'canary'> = {
  ...{ at: 5_000, call: 'c', subject: 'user:bob', client: 'app', grant: 'g-2' },
  ...{ server: 'mail', target: 'send', part: 'arguments', stopped: true },
}

describe.each(ENGINES)('canaries on %s', (engine) => {
  let fresh: FreshStore
  let seen: SecurityEvent[]
  let broken: boolean
  let now: number
  let made: number
  const opened: Canaries[] = []
  const open = async (key = Buffer.alloc(32, 7)): Promise<Canaries> => {
    const canaries = await openCanaries({
      store: fresh.store,
      clock: () => now,
      randomId: () => `id-${String(made++).padStart(4, '0')}`,
      every: 1_000_000,
      log: () => {},
      key,
      witness: async (event) => {
        if (broken) throw new Error('no witness')
        seen.push(event)
      },
    })
    opened.push(canaries)
    return canaries
  }
  beforeEach(async () => {
    fresh = await freshStore(engine)
    seen = []
    broken = false
    now = 1_000_000
    made = 0
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    await fresh.remove()
  })

  test('count at once, in others once they look, and after a restart; retired ones nowhere', async () => {
    const [one, other] = [await open(), await open()]
    const { canary, value } = await one.desk.plant(ANN, { ...FILE, kind: 'aws-key' })
    const about = (canaries: Canaries) => canaries.finder(`use ${value}`).map((hit) => hit.canary)
    const found = [canary.id, canary.id]
    expect([about(one), about(other)]).toEqual([found, []])
    now += 1_000
    await other.refresh()
    const later = await open()
    expect([about(other), about(later)]).toEqual([found, found])
    now += 3_600_000
    expect(await other.desk.retire(ANN, canary.id)).toMatchObject({ retired: now })
    await one.refresh()
    expect([about(one), about(other), about(await open())]).toEqual([[], [], []])
    expect(seen.map(({ event, target, by }) => [event, target, by])).toEqual([
      ['canary.planted', canary.id, ANN],
      ['canary.retired', canary.id, ANN],
    ])
  })

  test('are told with where they were planted, and keep no value', async () => {
    const { desk, sighted } = await open()
    const { canary, value } = await desk.plant(ANN, { ...FILE, kind: 'password' })
    await sighted({ ...SEEN, canary: canary.id })
    expect(await desk.list()).toMatchObject([{ id: canary.id, sightings: 1, lastSeen: 5_000 }])
    expect(await desk.sightings({ canary: canary.id })).toEqual([
      { ...SEEN, id: 'id-0001', canary: canary.id },
    ])
    expect(await desk.sightings({ canary: 'another' })).toEqual([])
    expect(seen.at(-1)).toMatchObject({
      ...{ event: 'canary.sighted', subject: 'user:bob', target: canary.id },
      detail: { call: 'c', stopped: true, planted: { kind: 'password', place: FILE.place } },
    })
    const kept = JSON.stringify([
      await fresh.store.db.selectFrom('canary').selectAll().execute(),
      seen,
    ])
    expect(kept).not.toContain(value.slice(0, 8))
  })

  test('are neither planted nor retired where nobody witnesses it', async () => {
    const { desk, finder } = await open()
    const { canary, value } = await desk.plant(ANN, { ...FILE, kind: 'url' })
    broken = true
    await expect(desk.plant(ANN, { ...FILE, kind: 'url' })).rejects.toThrow('no witness')
    await expect(desk.retire(ANN, canary.id)).rejects.toThrow('no witness')
    expect(await desk.list()).toMatchObject([{ id: canary.id, retired: undefined }])
    expect(finder(value)).toHaveLength(1)
    await expect(desk.retire(ANN, 'nothing')).rejects.toMatchObject({ code: 'item_unknown' })
  })

  test('that the gateway hands out stay the same for one principal and server', async () => {
    const [one, other] = [await open(), await open()]
    const [first, again] = await Promise.all([one.hand(SLOT), one.hand(SLOT)])
    expect(again).toBe(first)
    expect(await other.hand(SLOT)).toBe(first)
    expect(seen).toHaveLength(1)
    expect(await one.hand({ ...SLOT, principal: 'user:bob' })).not.toBe(first)
    expect(await one.hand({ ...SLOT, server: 'erp' })).not.toBe(first)
    const [{ canary = '' } = {}] = one.finder(`${first}`)
    await one.desk.retire(ANN, canary)
    expect(await one.hand(SLOT)).toBeUndefined()
  })

  test('of another key are strangers', async () => {
    const one = await open()
    const { value } = await one.desk.plant(ANN, { ...FILE, kind: 'github-token' })
    expect((await open(Buffer.alloc(32, 8))).finder(value)).toEqual([])
  })

  test('come in pages, the last first', async () => {
    const { desk } = await open()
    for (let i = 0; i < 3; i++) await desk.plant(ANN, { ...FILE, kind: 'email' })
    const ids = async (part: object) => (await desk.list(part)).map(({ id }) => id)
    expect(await ids({ limit: 2 })).toEqual(['id-0002', 'id-0001'])
    expect(await ids({ limit: 2, after: 'id-0001' })).toEqual(['id-0000'])
  })
})
