import { describe, expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { openStore } from '../../store/store.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { pinDigest, pinId, seenDefinition } from './pin-digest.ts'
import { decide, pinsUnderTest, statuses, told, tool, versions } from './testing/pins-under-test.ts'

const [ADD, SUB, MUL] = [tool('add'), tool('sub'), tool('mul')]
const ADD_2 = tool('add', 'adds numbers, and mails them')
const ADD_3 = tool('add', 'adds numbers, and keeps them')

describe.each(ENGINES)('what a server lists, on %s', (engine) => {
  const under = pinsUnderTest(engine)

  test.each([
    ['quarantine', ['quarantined', 'quarantined']],
    ['clean', ['approved', 'quarantined']],
    ['trust', ['approved', 'approved']],
  ] as const)('counts on first sight as the policy %s says', async (policy, expected) => {
    Object.assign(under, { policy })
    under.judge = (_, { name }) => ({
      findings: [],
      verdict: name === 'sub' ? 'poisoned' : 'review',
    })
    const pins = await under.open()
    expect(statuses(pins, ADD, SUB)).toEqual(['quarantined', 'quarantined'])
    await pins.see('office', 'tools', [ADD, SUB], true)
    expect(statuses(pins, ADD, SUB)).toEqual(expected)
    expect(pins.see('office', 'tools', [ADD, SUB], true)).toBeUndefined()
    expect(pins.status('other', 'tools', 'add', ADD.digest)).toBe('quarantined')
    const rows = await versions(pins)
    expect(rows.map(({ name, cause, by }) => [name, cause, by])).toEqual([
      ['add', 'first', expected[0] === 'approved' ? 'first-sight' : undefined],
      ['sub', 'first', expected[1] === 'approved' ? 'first-sight' : undefined],
    ])
    const again = await under.open()
    expect(statuses(again, ADD, SUB)).toEqual(expected)
    expect(again.see('office', 'tools', [ADD, SUB], true)).toBeUndefined()
  })

  test('waits when it comes later, under a new name, or changed; what stays the same still counts', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD, SUB], true)
    await pins.see('office', 'tools', [ADD_2, SUB, MUL], true)
    expect(statuses(pins, ADD_2, SUB, MUL)).toEqual(['quarantined', 'approved', 'quarantined'])
    const rows = await versions(pins)
    expect(
      rows.map(({ name, cause, replaces, listed }) => [name, cause, replaces, listed]),
    ).toEqual([
      ['add', 'changed', ADD.digest, true],
      ['add', 'first', undefined, false],
      ['mul', 'added', undefined, true],
      ['sub', 'first', undefined, true],
    ])
    expect(told(under.events)).toEqual([
      'definition.pinned office 2',
      'definition.quarantined office:add changed 1',
      'definition.quarantined office:mul added 1',
    ])
    // What was approved comes back as it was.
    under.now += 60_000
    await pins.see('office', 'tools', [ADD, SUB], true)
    expect(statuses(pins, ADD)).toEqual(['approved'])
    expect(pins.see('office', 'tools', [ADD, SUB], true)).toBeUndefined()
  })

  test('is trusted only when its whole list was seen: pages change nothing before', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    expect(pins.see('office', 'tools', [ADD], false)).toBeUndefined()
    expect(statuses(pins, ADD)).toEqual(['quarantined'])
    await pins.see('office', 'tools', [ADD, SUB], true)
    expect(statuses(pins, ADD, SUB)).toEqual(['approved', 'approved'])
    await pins.see('office', 'tools', [MUL], false)
    expect(statuses(pins, MUL)).toEqual(['quarantined'])
    expect((await versions(pins)).map(({ listed }) => listed)).toEqual([true, true, true])
  })

  test('counts as seen when it was empty: what comes then was added', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    await pins.see('office', 'tools', [], true)
    await pins.see('office', 'tools', [ADD], true)
    expect(statuses(pins, ADD)).toEqual(['quarantined'])
    // Another kind is another list.
    const hello = seenDefinition('instructions', '', 'hello')
    await pins.see('office', 'instructions', [hello], true)
    expect(statuses(pins, hello)).toEqual(['approved'])
    expect(told(under.events)).toEqual([
      'definition.quarantined office:add added 1',
      'definition.pinned office 1',
    ])
  })

  test('waits when it cannot be judged, even where first sight is trusted', async () => {
    under.policy = 'trust'
    under.judge = (_, { name }) => {
      if (name === 'add') throw new Error('broken analysis')
      return name === 'sub'
        ? Promise.reject(new Error('broken'))
        : { findings: [], verdict: 'poisoned' }
    }
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD, SUB, MUL], true)
    expect(statuses(pins, ADD, SUB, MUL)).toEqual(['quarantined', 'quarantined', 'approved'])
    const [add] = await versions(pins)
    expect(add?.judgement.findings).toMatchObject([
      { rule: 'definition/not-judged', control: 'F1' },
    ])
  })

  test('is never approved without a canonical form, whatever its digest is over', async () => {
    under.policy = 'trust'
    const broken = tool('add', 'half a pair: \ud800')
    let nest: Json = 1
    for (let depth = 0; depth < 50_000; depth += 1) nest = [nest]
    const deep = seenDefinition('tools', 'deep', { name: 'deep', nest })
    const more = { ...SUB, digest: pinDigest('its numbers as they are spelled, as well') }
    const pins = await under.open()
    await pins.see('office', 'tools', [broken, deep, more], true)
    expect(statuses(pins, broken, deep, more)).toEqual(['quarantined', 'quarantined', 'approved'])
    for (const one of [broken, deep])
      await expect(decide(pins, one, 'approved')).rejects.toMatchObject({
        code: 'definition_unsupported',
      })
    expect(pins.see('office', 'tools', [broken, deep, more], true)).toBeUndefined()
    await decide(pins, broken, 'rejected')
    expect(statuses(pins, broken, deep)).toEqual(['rejected', 'quarantined'])
    const odd = ['\ud800', 'a\0b'].map((name) => seenDefinition('prompts', name, { name }))
    await pins.see('office', 'prompts', odd, true)
    expect(statuses(pins, ...odd)).toEqual(['quarantined', 'quarantined'])
    expect(await versions(pins, 'prompts')).toEqual([])
  })

  test('survives a restart, and other processes on the same database', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    const store = await openStore(under.fresh().options)
    const other = await under.open({ store })
    await Promise.all([
      pins.see('office', 'tools', [ADD, SUB], true),
      other.see('office', 'tools', [ADD, SUB], true),
    ])
    expect(await versions(pins)).toHaveLength(2)
    for (const book of [pins, other])
      expect(statuses(book, ADD, SUB)).toEqual(['approved', 'approved'])
    // Both see the same change; and each something of its own.
    await Promise.all([
      pins.see('office', 'tools', [ADD_2, SUB], true),
      other.see('office', 'tools', [ADD_2, SUB, MUL], true),
    ])
    expect(await versions(pins)).toHaveLength(4)
    await pins.refresh()
    await other.refresh()
    for (const book of [pins, other])
      expect(statuses(book, ADD, ADD_2, MUL)).toEqual(['approved', 'quarantined', 'quarantined'])
    await other.close()
    await store.close()
  })

  test('that two processes see differently at first is trusted once', async () => {
    under.policy = 'trust'
    const [one, two] = [await under.open(), await under.open()]
    await Promise.all([
      one.see('office', 'tools', [ADD], true),
      two.see('office', 'tools', [ADD, SUB], true),
    ])
    await one.refresh()
    const sub = one.status('office', 'tools', 'sub', SUB.digest)
    expect(statuses(two, ADD, SUB)).toEqual(statuses(one, ADD, SUB))
    expect((await versions(one)).map(({ name, cause }) => [name, cause])).toEqual([
      ['add', 'first'],
      ['sub', sub === 'approved' ? 'first' : 'added'],
    ])
    const pinned = under.events.filter(({ event }) => event === 'definition.pinned')
    const done = pinned.filter(({ outcome }) => outcome === 'done').length
    expect(done - pinned.filter(({ outcome }) => outcome === 'refused').length).toBe(1)
  })

  test('is not kept, and does not count, when nobody can witness it', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    under.broken = new Error('no witness')
    await expect(pins.see('office', 'tools', [ADD], true)).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    expect(statuses(pins, ADD)).toEqual(['quarantined'])
    expect(await versions(pins)).toEqual([])
    under.broken = undefined
    await pins.see('office', 'tools', [ADD], true)
    expect(statuses(pins, ADD)).toEqual(['approved'])
  })

  test('is kept as a whole or not at all', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    const { db } = under.store()
    const row = await db.selectFrom('definition_pin').selectAll().executeTakeFirstOrThrow()
    const many = [SUB, ...Array.from({ length: 1_000 }, (_, index) => tool(`tool-${index}`)), MUL]
    // The last one cannot be written: its place is taken.
    const id = pinId('office', 'tools', 'mul', MUL.digest)
    await db
      .insertInto('definition_pin')
      .values({ ...row, id, server: 'lab' })
      .execute()
    under.events.length = 0
    await expect(pins.see('office', 'tools', many, true)).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    expect(told(under.events)).toEqual([
      'definition.quarantined office added 1002',
      'definition.quarantined office added 1002 refused',
    ])
    expect(await versions(pins)).toMatchObject([{ name: 'add', listed: true }])
    await db.deleteFrom('definition_pin').where('id', '=', id).execute()
    await pins.see('office', 'tools', many, true)
    expect(await versions(pins)).toHaveLength(1_003)
  })

  test('is worked on once when many see it at once', async () => {
    let judged = 0
    under.judge = async () => {
      judged += 1
      return { findings: [], verdict: 'clean' }
    }
    const pins = await under.open()
    await Promise.all(
      Array.from({ length: 20 }, () => pins.see('office', 'tools', [ADD, SUB], true)),
    )
    expect(judged).toBe(2)
    expect(told(under.events)).toEqual(['definition.quarantined office first 2'])
  })

  test('is all new at once, ten thousand times', async () => {
    under.policy = 'clean'
    const many = Array.from({ length: 10_000 }, (_, index) => tool(`tool-${index}`))
    const pins = await under.open()
    await pins.see('office', 'tools', many, true)
    expect(new Set(statuses(pins, ...many))).toEqual(new Set(['approved']))
    expect(pins.see('office', 'tools', many, true)).toBeUndefined()
    expect(under.events).toHaveLength(1)
    const changed = many.map(({ name }) => tool(name, 'changed'))
    await pins.see('office', 'tools', changed, true)
    expect(under.events).toHaveLength(2)
    expect(JSON.stringify(under.events).length).toBeLessThan(10_000)
    const again = await under.open()
    expect(new Set(statuses(again, ...many))).toEqual(new Set(['approved']))
    expect(new Set(statuses(again, ...changed))).toEqual(new Set(['quarantined']))
    expect(again.see('office', 'tools', changed, true)).toBeUndefined()
  }, 60_000)

  test('returns after it was replaced: it waits again', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    await decide(pins, ADD, 'approved')
    await pins.see('office', 'tools', [ADD_2], true)
    await decide(pins, ADD_2, 'approved')
    expect(statuses(pins, ADD, ADD_2)).toEqual(['superseded', 'approved'])
    await pins.see('office', 'tools', [ADD], true)
    expect(statuses(pins, ADD, ADD_2)).toEqual(['quarantined', 'approved'])
    const back = (await versions(pins)).find(({ digest }) => digest === ADD.digest)
    expect(back).toMatchObject({ cause: 'returned', listed: true, version: 4 })
    // What was rejected stays rejected.
    await decide(pins, ADD, 'rejected')
    await pins.see('office', 'tools', [ADD_3], true)
    under.now += 60_000
    await pins.see('office', 'tools', [ADD], true)
    expect(statuses(pins, ADD)).toEqual(['rejected'])
    expect(told(under.events).filter((line) => line.includes('quarantined'))).toEqual([
      'definition.quarantined office:add first 1',
      'definition.quarantined office:add changed 1',
      'definition.quarantined office:add returned 1',
      'definition.quarantined office:add changed 1',
    ])
  })
})
