import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { seenDefinition } from './pin-digest.ts'
import { decide, pinsUnderTest, statuses, told, tool, versions } from './testing/pins-under-test.ts'

const ADD = tool('add')
const NEXT = tool('add', 'the next')

describe.each(ENGINES)('a server that never lists the same, on %s', (engine) => {
  const under = pinsUnderTest(engine)

  test('is kept a few versions of an item, and told of once more', async () => {
    under.policy = 'trust'
    const pins = await under.open({ bounds: { perItem: 3 } })
    await pins.see('office', 'tools', [ADD], true)
    under.events.length = 0
    for (let index = 0; index < 10; index += 1) {
      const one = tool('add', `version ${index}`)
      await pins.see('office', 'tools', [one], true)
      expect(statuses(pins, one)).toEqual(['quarantined'])
    }
    expect(await versions(pins)).toHaveLength(4)
    expect(told(under.events)).toEqual([
      ...Array.from({ length: 3 }, () => 'definition.quarantined office:add changed 1'),
      'definition.quarantined office:add no-room 1',
    ])
    under.now += 60_000
    await pins.see('office', 'tools', [NEXT], true)
    expect(pins.see('office', 'tools', [NEXT], true)).toBeUndefined()
    expect(statuses(pins, ADD, NEXT)).toEqual(['approved', 'quarantined'])
    // Another process does not know that it was told.
    const other = await under.open({ bounds: { perItem: 3 } })
    await other.see('office', 'tools', [NEXT], true)
    expect(await versions(pins)).toHaveLength(4)
    // A decision makes room.
    await decide(pins, tool('add', 'version 1'), 'rejected')
    under.events.length = 0
    await pins.see('office', 'tools', [NEXT], true)
    expect(told(under.events)).toEqual(['definition.quarantined office:add changed 1'])
    expect(await versions(pins)).toHaveLength(5)
  })

  test('is kept a few items in all, of all kinds', async () => {
    const pins = await under.open({ bounds: { perServer: 5 } })
    await pins.see('office', 'tools', [ADD], true)
    const ask = seenDefinition('prompts', 'ask', { name: 'ask' })
    await pins.see('office', 'prompts', [ask], true)
    under.events.length = 0
    for (let index = 0; index < 10; index += 1)
      await pins.see('office', 'tools', [ADD, tool(`tool-${index}`)], true)
    expect([...(await versions(pins)), ...(await versions(pins, 'prompts'))]).toHaveLength(5)
    expect(told(under.events).at(-1)).toBe('definition.quarantined office:tool-3 no-room 1')
    expect(under.events).toHaveLength(4)
    // Nor when something else is noted.
    under.now += 60_000
    await pins.see('office', 'tools', [tool('tool-8'), tool('tool-9')], true)
    expect((await versions(pins)).some(({ listed }) => listed)).toBe(false)
    expect(under.events).toHaveLength(4)
    const more = seenDefinition('prompts', 'more', { name: 'more' })
    expect(pins.see('office', 'prompts', [ask, more], true)).toBeUndefined()
    // Others have room of their own.
    await pins.see('lab', 'tools', [ADD, NEXT], true)
    expect(await pins.list({ server: 'lab' })).toHaveLength(2)
    await decide(pins, ADD, 'approved')
    await pins.see('office', 'prompts', [ask, more], true)
    expect(await versions(pins, 'prompts')).toHaveLength(2)
  })

  test('is kept a few characters', async () => {
    const pins = await under.open({ bounds: { size: 5_000 } })
    const long = (name: string) => tool(name, 'x'.repeat(2_000))
    await pins.see('office', 'tools', ['a', 'b', 'c', 'd'].map(long), true)
    expect((await versions(pins)).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(told(under.events)).toEqual([
      'definition.quarantined office first 2',
      'definition.quarantined office no-room 2',
    ])
    expect(pins.see('office', 'tools', ['a', 'b', 'e'].map(long), true)).toBeUndefined()
    await decide(pins, long('a'), 'rejected')
    await pins.see('office', 'tools', ['a', 'b', 'c', 'd'].map(long), true)
    expect((await versions(pins)).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('changes what is listed at most now and then', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD, tool('sub')], true)
    expect(pins.see('office', 'tools', [ADD], true)).toBeUndefined()
    under.now += 10_000
    await pins.see('office', 'tools', [ADD], true)
    expect((await versions(pins)).map(({ listed }) => listed)).toEqual([true, false])
    expect(pins.see('office', 'tools', [ADD, tool('sub')], true)).toBeUndefined()
    under.now += 10_000
    await pins.see('office', 'tools', [ADD, tool('sub')], true)
    expect((await versions(pins)).map(({ listed }) => listed)).toEqual([true, true])
    // The same item twice in a list changes nothing either.
    under.now += 10_000
    await pins.see('office', 'tools', [ADD, ADD, tool('sub')], true)
    expect(await versions(pins)).toHaveLength(2)
  })

  test('waits for what cannot be judged in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      under.policy = 'trust'
      under.judge = () => new Promise(() => {})
      const pins = await under.open({ witness: async () => {} })
      const seeing = pins.see('office', 'tools', [ADD], true)
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
      await vi.advanceTimersByTimeAsync(5_000)
      vi.useRealTimers()
      await seeing
      expect(statuses(pins, ADD)).toEqual(['quarantined'])
      expect(await versions(pins)).toMatchObject([{ judgement: { verdict: 'review' } }])
    } finally {
      vi.useRealTimers()
    }
  })

  test('does not keep people from deciding while it is judged', async () => {
    const pins = await under.open()
    await pins.see('office', 'tools', [ADD], true)
    let judged = (): void => {}
    under.judge = () =>
      new Promise((resolve) => {
        judged = () => resolve({ findings: [], verdict: 'clean' })
      })
    const seeing = pins.see('office', 'tools', [ADD, tool('sub')], true)
    await decide(pins, ADD, 'approved')
    expect(statuses(pins, ADD)).toEqual(['approved'])
    await sleep(0)
    judged()
    await seeing
    expect(statuses(pins, ADD, tool('sub'))).toEqual(['approved', 'quarantined'])
    expect(await versions(pins)).toHaveLength(2)
    expect(told(under.events)).toEqual([
      'definition.quarantined office:add first 1',
      'definition.approved office:add',
      'definition.quarantined office:sub added 1',
    ])
  })
})
