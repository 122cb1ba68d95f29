import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../store/store.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { seenDefinition } from './pin-digest.ts'
import {
  ANN,
  decide,
  pinsUnderTest,
  statuses,
  told,
  tool,
  versions,
} from './testing/pins-under-test.ts'

const [ADD, SUB] = [tool('add'), tool('sub')]
const ADD_2 = tool('add', 'adds numbers, and mails them')
const ADD_3 = tool('add', 'adds numbers, and keeps them')

describe.each(ENGINES)('decisions on definitions, on %s', (engine) => {
  const under = pinsUnderTest(engine)

  test('count at once, in other processes once they look, and after a restart', async () => {
    const pins = await under.open()
    const store = await openStore(under.fresh().options)
    const other = await under.open({ store })
    const heard: string[] = []
    const end = other.onChange((server, kind) => heard.push(`${server} ${kind}`))
    await pins.see('office', 'tools', [ADD, SUB], true)
    await other.refresh()
    expect(heard).toEqual([])
    const made = await decide(pins, ADD, 'approved')
    expect(made).toMatchObject({ status: 'approved', by: 'user:ann', reason: 'looked at it' })
    expect(made).toMatchObject({ version: 2, decided: under.now, definition: ADD.definition })
    await decide(pins, SUB, 'rejected')
    expect(statuses(pins, ADD, SUB)).toEqual(['approved', 'rejected'])
    expect(statuses(other, ADD, SUB)).toEqual(['quarantined', 'quarantined'])
    await other.refresh()
    expect(statuses(other, ADD, SUB)).toEqual(['approved', 'rejected'])
    expect(heard).toEqual(['office tools'])
    end()
    await decide(pins, ADD, 'rejected')
    await other.refresh()
    expect(heard).toHaveLength(1)
    expect(statuses(await under.open(), ADD, SUB)).toEqual(['rejected', 'rejected'])
    await other.close()
    await store.close()
  })

  test('are heard of without being asked', async () => {
    const pins = await under.open()
    const other = await under.open({ every: 5 })
    await pins.see('office', 'tools', [ADD], true)
    const heard = new Promise((resolve) => other.onChange(resolve))
    await decide(pins, ADD, 'approved')
    await heard
    expect(statuses(other, ADD)).toEqual(['approved'])
  })

  test('are on what the caller saw, and on what there is', async () => {
    const pins = await under.open()
    const other = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    const about = { server: 'office', kind: 'tools', name: 'add', digest: ADD.digest } as const
    const late = pins.decide(ANN, { ...about, version: 0 }, 'approved', '')
    await expect(late).rejects.toMatchObject({ code: 'version_conflict' })
    const unknown = pins.decide(ANN, { ...about, name: 'sub', version: 1 }, 'approved', '')
    await expect(unknown).rejects.toMatchObject({ code: 'item_unknown' })
    const both = await Promise.allSettled([
      pins.decide(ANN, { ...about, version: 1 }, 'approved', ''),
      other.decide(ANN, { ...about, version: 1 }, 'rejected', ''),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [{ status } = {}] = await versions(pins)
    expect(status).toBe(both[0]?.status === 'fulfilled' ? 'approved' : 'rejected')
    await Promise.all([pins.refresh(), other.refresh()])
    expect(statuses(pins, ADD)).toEqual([status])
    expect(statuses(other, ADD)).toEqual([status])
  })

  test('are witnessed before they count, and not made when nobody can', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    under.events.length = 0
    under.broken = new Error('no witness')
    await expect(decide(pins, ADD, 'approved')).rejects.toThrow('no witness')
    expect(statuses(pins, ADD)).toEqual(['quarantined'])
    expect(await versions(pins)).toMatchObject([{ status: 'quarantined', version: 1 }])
    under.broken = undefined
    await decide(pins, ADD, 'approved')
    await decide(pins, ADD, 'rejected')
    expect(told(under.events)).toEqual([
      'definition.approved office:add',
      'definition.rejected office:add',
    ])
    expect(under.events[0]).toMatchObject({
      by: ANN,
      detail: { kind: 'tools', digest: ADD.digest, before: 'quarantined', reason: 'looked at it' },
    })
  })

  test('leave one approved version of an item, and none of what waited and went', async () => {
    const pins = await under.open()
    for (const one of [ADD, ADD_2, ADD_3]) await pins.see('office', 'tools', [one, SUB], true)
    await decide(pins, ADD_3, 'approved')
    await decide(pins, SUB, 'approved')
    expect(statuses(pins, ADD, ADD_2, ADD_3)).toEqual(['superseded', 'superseded', 'approved'])
    // Back to an older version: what the server lists now is replaced, and does not wait.
    await decide(pins, ADD, 'approved')
    expect(statuses(pins, ADD, ADD_2, ADD_3, SUB)).toEqual([
      ...['approved', 'superseded', 'superseded', 'approved'],
    ])
    expect(pins.see('office', 'tools', [ADD_3, SUB], true)).toBeUndefined()
    expect(statuses(pins, ADD_3)).toEqual(['superseded'])
    // What waits and is still listed goes on waiting.
    const newest = tool('add', 'newest')
    await pins.see('office', 'tools', [newest, SUB], true)
    await decide(pins, ADD_2, 'approved')
    expect(statuses(pins, ADD, ADD_2, newest)).toEqual(['superseded', 'approved', 'quarantined'])
    const approved = await under
      .store()
      .db.selectFrom('definition_pin')
      .select('name')
      .where('status', '=', 'approved')
      .execute()
    expect(approved.map(({ name }) => name).sort()).toEqual(['add', 'sub'])
  })

  test('against a version leave the others as they are', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    await decide(pins, ADD, 'approved')
    for (const one of [ADD_2, ADD_3]) await pins.see('office', 'tools', [one], true)
    await decide(pins, ADD_3, 'rejected')
    expect(statuses(pins, ADD, ADD_2, ADD_3)).toEqual(['approved', 'quarantined', 'rejected'])
  })

  test('of two processes at once leave one approved version', async () => {
    const store = await openStore(under.fresh().options)
    const [pins, other] = [await under.open(), await under.open({ store })]
    for (const one of [ADD, ADD_2]) await pins.see('office', 'tools', [one], true)
    const both = await Promise.allSettled([
      decide(pins, ADD, 'approved'),
      decide(other, ADD_2, 'approved'),
    ])
    expect(both.map(({ status }) => status)).toContain('fulfilled')
    const rows = await versions(pins)
    expect(rows.filter(({ status }) => status === 'approved')).toHaveLength(1)
    await Promise.all([pins.refresh(), other.refresh()])
    expect(statuses(pins, ADD, ADD_2)).toEqual(statuses(other, ADD, ADD_2))
    await other.close()
    await store.close()
  })

  test('are prepared by lists and differences', async () => {
    under.policy = 'trust'
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD, SUB], true)
    await pins.see('office', 'prompts', [seenDefinition('prompts', 'ask', { name: 'ask' })], true)
    under.now += 60_000
    const plus = { ...(ADD.definition as object), name: 'plus' }
    const renamed = seenDefinition('tools', 'plus', plus)
    const sub = tool('sub', 'subtracts')
    await pins.see('office', 'tools', [renamed, sub], true)
    const names = async (filter: Parameters<typeof pins.list>[0]) =>
      (await pins.list(filter)).map(({ kind, name, status }) => `${kind} ${name} ${status}`)
    expect(await names({})).toEqual([
      'prompts ask approved',
      'tools add approved',
      'tools plus quarantined',
      'tools sub quarantined',
      'tools sub approved',
    ])
    expect(await names({ kind: 'tools', status: 'quarantined' })).toHaveLength(2)
    expect(await names({ server: 'other' })).toEqual([])
    const changed = await pins.diff('office', 'tools', 'sub', sub.digest)
    expect(changed).toMatchObject({ from: { digest: SUB.digest }, to: { digest: sub.digest } })
    expect(changed?.changes.map(({ at }) => at)).toEqual(['/description'])
    const former = await pins.diff('office', 'tools', 'plus', renamed.digest)
    expect(former).toMatchObject({ from: { name: 'add' }, changes: [{ meaning: 'renamed' }] })
    expect(await pins.diff('office', 'tools', 'add', ADD.digest)).toMatchObject({ from: undefined })
    expect(await pins.diff('office', 'tools', 'no', ADD.digest)).toBeUndefined()
    await decide(pins, sub, 'approved')
    expect(await names({ server: 'office', kind: 'tools' })).toHaveLength(3)
    expect(await names({ history: true, kind: 'tools' })).toHaveLength(4)
    expect(await pins.diff('office', 'tools', 'sub', sub.digest)).toMatchObject({
      from: { digest: SUB.digest, status: 'superseded' },
    })
  })

  test('of a database that was restored count again', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD, SUB], true)
    const { db } = under.store()
    const [rows, lists] = [
      await db.selectFrom('definition_pin').selectAll().execute(),
      await db.selectFrom('definition_list').selectAll().execute(),
    ]
    await decide(pins, ADD, 'approved')
    expect(statuses(pins, ADD)).toEqual(['approved'])
    await db.deleteFrom('definition_pin').execute()
    await db.deleteFrom('definition_list').execute()
    await db.insertInto('definition_pin').values(rows).execute()
    await db.insertInto('definition_list').values(lists).execute()
    await pins.refresh()
    expect(statuses(pins, ADD)).toEqual(['quarantined'])
    await db.deleteFrom('definition_pin').execute()
    await db.deleteFrom('definition_list').execute()
    await pins.refresh()
    expect(pins.see('office', 'tools', [ADD], true)).toBeInstanceOf(Promise)
  })

  test('count even when the database is gone right after them', async () => {
    const store = await openStore(under.fresh().options)
    const lines: string[] = []
    const pins = await under.open({ store, log: (line) => lines.push(line) })
    await pins.see('office', 'tools', [ADD], true)
    let closed: Promise<void> | undefined
    pins.onChange(() => {
      closed ??= store.close()
    })
    expect(await decide(pins, ADD, 'rejected')).toMatchObject({ status: 'rejected', version: 2 })
    await closed
    expect(lines).toEqual(['pins of definitions cannot be read again'])
    expect(statuses(pins, ADD)).toEqual(['rejected'])
  })

  test('that cannot be read are told of once, and the last ones still count', async () => {
    const lines: string[] = []
    const store = await openStore(under.fresh().options)
    const first = await under.open()
    await first.see('office', 'tools', [ADD], true)
    await decide(first, ADD, 'approved')
    let said = (_: unknown): void => {}
    const lost = new Promise((resolve) => {
      said = resolve
    })
    const log = (line: string): void => {
      lines.push(line)
      said(line)
    }
    const pins = await under.open({ store, every: 5, log })
    await store.close()
    await lost
    // More looks fail.
    await sleep(50)
    await expect(pins.refresh()).rejects.toThrow()
    expect(lines).toEqual(['pins of definitions cannot be read: the last ones still count'])
    expect(statuses(pins, ADD)).toEqual(['approved'])
    await expect(pins.see('office', 'tools', [ADD, SUB], true)).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    expect(statuses(pins, ADD, SUB)).toEqual(['approved', 'quarantined'])
  })
})
