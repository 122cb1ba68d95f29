import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SecurityEvent } from '../kernel/event.ts'
import { sha256 } from '../kernel/hash.ts'
import { openStore } from '../store/store.ts'
import { ENGINES, type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { NO_ROLLOUT, openRollouts, type Rollouts } from './rollout.ts'

const ANN = { subject: 'user:ann', client: 'console', grant: 'g' }
const BOB = { subject: 'user:bob', client: 'console', grant: 'h' }
const about = (comment: string) => ({ hash: sha256(comment), comment })
const following = (base: number, comment: string) => ({ ...about(comment), base })

describe.each(ENGINES)('versions of policies on %s', (engine) => {
  let fresh: FreshStore
  let seen: SecurityEvent[]
  let broken: boolean
  let now: number
  const open = (store: FreshStore['store']): Rollouts =>
    openRollouts({
      store,
      clock: () => now,
      witness: async (event) => {
        if (broken) throw new Error('no witness')
        seen.push(event)
      },
    })
  beforeEach(async () => {
    fresh = await freshStore(engine)
    seen = []
    broken = false
    now = 1_000
  })
  afterEach(() => fresh.remove())

  test('are numbered, kept as they were, and listed newest first', async () => {
    const rollouts = open(fresh.store)
    expect(await rollouts.versions({ limit: 10 })).toEqual([])
    const files = { 'mail.cedar': 'permit', 'ü.yaml': 'limits: {}\n' }
    await rollouts.save(ANN, files, following(0, 'first'))
    now = 2_000
    await rollouts.save(BOB, {}, following(1, 'second'))
    const first = { version: 1, author: 'user:ann', created: 1_000, ...about('first') }
    const second = { version: 2, author: 'user:bob', created: 2_000, ...about('second') }
    expect(await rollouts.versions({ limit: 10 })).toEqual([second, first])
    expect(await rollouts.versions({ limit: 10, before: 2 })).toEqual([first])
    expect(await rollouts.version(1)).toEqual({ ...first, files })
    expect(await rollouts.version(3)).toBeUndefined()
    expect(await rollouts.version(Number.MAX_SAFE_INTEGER)).toBeUndefined()
    expect(await rollouts.current()).toEqual(NO_ROLLOUT)
    expect(seen[0]).toEqual({
      event: 'policy.saved',
      outcome: 'done',
      target: '1',
      detail: { hash: sha256('first'), files: ['mail.cedar', 'ü.yaml'] },
      by: ANN,
    })
  })

  test('one is put in force after another, and going back is one more step', async () => {
    const rollouts = open(fresh.store)
    await rollouts.save(ANN, {}, following(0, 'first'))
    await rollouts.save(ANN, {}, following(1, 'second'))
    const put = (version: number, seq: number) =>
      rollouts.activate(BOB, { version, mode: seq === 0 ? 'observe' : 'enforce' }, seq, 'p')
    for (const [seq, version] of [2, 1, 0].entries()) await put(version, seq)
    expect(await rollouts.current()).toMatchObject({ seq: 3, version: 0, by: 'user:bob' })
    const history = await rollouts.history({ limit: 2 })
    expect(history.map(({ version }) => version)).toEqual([0, 1])
    const [oldest] = await rollouts.history({ limit: 9, before: 2 })
    expect(oldest).toMatchObject({ seq: 1, version: 2, mode: 'observe' })
    expect(seen.at(-1)).toEqual({
      event: 'policy.activated',
      outcome: 'done',
      target: '0',
      detail: {
        mode: 'enforce',
        hash: null,
        policies: 'p',
        before: { version: 1, mode: 'enforce' },
      },
      by: BOB,
    })
  })

  test('what is not there cannot be put in force, nor by who saw another one in force', async () => {
    const rollouts = open(fresh.store)
    await rollouts.save(ANN, {}, following(0, 'first'))
    const put = (version: number, seq: number) =>
      rollouts.activate(ANN, { version, mode: 'enforce' }, seq, 'p')
    await expect(put(2, 0)).rejects.toMatchObject({ code: 'item_unknown' })
    await put(1, 0)
    await expect(put(0, 0)).rejects.toMatchObject({ code: 'version_conflict' })
    await expect(put(0, 2)).rejects.toMatchObject({ code: 'version_conflict' })
    expect(await rollouts.current()).toMatchObject({ seq: 1, version: 1 })
    expect(seen.map(({ event }) => event)).toEqual(['policy.saved', 'policy.activated'])
  })

  test('nothing happens that cannot be witnessed', async () => {
    const rollouts = open(fresh.store)
    await rollouts.save(ANN, {}, following(0, 'first'))
    broken = true
    await expect(rollouts.save(ANN, {}, following(1, 'second'))).rejects.toThrow('no witness')
    const put = rollouts.activate(ANN, { version: 1, mode: 'enforce' }, 0, 'p')
    await expect(put).rejects.toThrow('no witness')
    expect(await rollouts.versions({ limit: 9 })).toHaveLength(1)
    expect(await rollouts.current()).toEqual(NO_ROLLOUT)
  })

  test('of many who put one in force at once, by two connections, one does; the record says so', async () => {
    const other = await openStore(fresh.options)
    try {
      const both = [open(fresh.store), open(other)]
      await both[0]?.save(ANN, {}, following(0, 'first'))
      const all = Array.from({ length: 8 }, (_, index) =>
        both[index % 2]?.activate(ANN, { version: 1, mode: 'observe' }, 0, 'p'),
      )
      const settled = await Promise.allSettled(all)
      const won = settled.filter(({ status }) => status === 'fulfilled')
      expect(won).toHaveLength(1)
      for (const one of settled)
        if (one.status === 'rejected') expect(one.reason.code).toBe('version_conflict')
      expect(await both[1]?.history({ limit: 9 })).toHaveLength(1)
      const outcomes = seen.filter(({ event }) => event === 'policy.activated')
      const count = (outcome: string) => outcomes.filter((one) => one.outcome === outcome).length
      expect(count('done') - count('refused')).toBe(1)
    } finally {
      await other.close()
    }
  })

  test('of many who save at once after the same version, one does', async () => {
    const rollouts = open(fresh.store)
    const settled = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => rollouts.save(ANN, {}, following(0, `${index}`))),
    )
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await rollouts.versions({ limit: 99 })).toHaveLength(1)
    await expect(rollouts.save(ANN, {}, following(5, 'x'))).rejects.toThrow('somebody else saved')
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason.code).toBe('version_conflict')
  })
})
