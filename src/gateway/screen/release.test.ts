import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSeal } from '../../kernel/seal.ts'
import { approvalWorld, decisionOf, ran, resultOf } from '../testing/approval-world.ts'
import { LIFT } from '../testing/approvals.ts'
import { fakeScreening, planOf, rule } from '../testing/screening.ts'
import { ask, type FakeServer, policyOf } from '../testing/world.ts'
import { keptResults } from './kept.ts'

const KEY = 'KEY-abc1'

function place(hold = 30, size = 10) {
  let times = 0
  const server: FakeServer = {
    revision: '2025-11-25',
    logic({ request }) {
      if (request.method === 'tools/list')
        return { tools: [{ name: 'pay', inputSchema: { type: 'object' } }] }
      times += 1
      return { content: [{ type: 'text', text: `paid ${times} with ${KEY}${'.'.repeat(size)}` }] }
    },
  }
  const plan = planOf(rule('secret', 'withhold', { lift: LIFT }))
  return approvalWorld({
    servers: { files: server },
    hold,
    policy: {
      ...policyOf(() => true),
      screens: (_, direction) => (direction === 'inbound' ? plan : planOf()),
    },
    screens: { screening: fakeScreening() },
  })
}

const pay = (args = { to: 'ann' }) =>
  ask('2025-11-25', 'files', 'tools/call', { name: 'pay', arguments: args })

describe('a result that is withheld', () => {
  test('waits for people; the same call brings it then, and is not made again', async () => {
    const made = place()
    const first = await made.gateway.handle(pay())
    expect(decisionOf(first)).toMatchObject({
      ...{ code: 'approval_pending', part: 'result', found: ['secret/demo-key'] },
      approval: { url: 'https://bw.example/console/approvals/request-1' },
    })
    expect(JSON.stringify([first, made.records])).not.toContain(KEY)
    // Nobody has answered yet: nothing changes.
    expect(decisionOf(await made.gateway.handle(pay()))).toMatchObject({ code: 'approval_pending' })
    made.desk.approve()
    const second = resultOf(await made.gateway.handle(pay()))
    expect(second['content']).toMatchObject([
      { text: expect.stringContaining(`paid 1 with ${KEY}`) },
    ])
    expect(ran(made)).toEqual([{ to: 'ann' }])
    expect(made.records.filter((entry) => entry.kind === 'event')).toMatchObject([
      {
        event: 'content.released',
        detail: { server: 'files', target: 'pay', found: ['secret/demo-key'] },
      },
    ])
    // It was given out once: what is called now is another call.
    expect(decisionOf(await made.gateway.handle(pay()))).toMatchObject({ code: 'approval_pending' })
    expect(ran(made)).toHaveLength(2)
  })

  test('comes in the same answer when people are quick', async () => {
    const made = place(5_000)
    const answer = made.gateway.handle(pay())
    await expect.poll(() => made.desk.calls.length).toBeGreaterThan(0)
    made.desk.approve()
    expect(JSON.stringify(resultOf(await answer))).toContain(KEY)
    expect(ran(made)).toHaveLength(1)
  })

  test('is gone when people decline', async () => {
    const made = place()
    await made.gateway.handle(pay())
    made.desk.decline()
    expect(decisionOf(await made.gateway.handle(pay()))).toMatchObject({ code: 'result_withheld' })
    expect(ran(made)).toHaveLength(1)
    expect(JSON.stringify(made.records)).not.toContain(KEY)
  })

  test('is for the very call alone: other arguments, and other callers, have nothing of it', async () => {
    const made = place()
    await made.gateway.handle(pay())
    made.desk.approve()
    for (const other of [
      pay({ to: 'bob' }),
      ask(
        '2025-11-25',
        'files',
        'tools/call',
        { name: 'pay', arguments: { to: 'ann' } },
        { who: { holder: 'another' } },
      ),
    ])
      expect(JSON.stringify(await made.gateway.handle(other))).not.toContain(KEY)
  })

  test('shows people the call and what was found, without the value', async () => {
    const made = place()
    await made.gateway.handle(pay())
    const [asked] = made.desk.calls
    expect(asked?.access.arguments).toMatchObject({
      call: { to: 'ann' },
      withheld: {
        findings: [
          {
            ...{ category: 'secret', type: 'demo-key', at: '/content/0/text' },
            passage: 'paid 1 with [demo-key]..........',
          },
        ],
      },
    })
    expect(JSON.stringify(asked)).not.toContain(KEY)
  })

  test('that is too large to be kept is not given to anybody', async () => {
    const made = place(30, 9_000_000)
    expect(decisionOf(await made.gateway.handle(pay()))).toMatchObject({ code: 'result_withheld' })
  })
})

describe('kept results', () => {
  const limits = { each: 2, all: 3, size: 100, sizeOfAll: 1_000 }
  const begin = () => {
    let now = 0
    const kept = keptResults(createSeal(randomBytes(32), 'screening'), () => now, limits)
    const pass = (time: number): void => {
      now += time
    }
    return { kept, pass }
  }

  test('who keeps too many loses his own oldest, and is told so once', () => {
    const { kept } = begin()
    kept.put('other', 'b', 'x', 100)
    for (const key of ['1', '2', '3']) expect(kept.put(key, 'a', key, 100)).toBe(true)
    expect(['1', '1', '2', '3', 'other'].map(kept.find)).toEqual(['gone', undefined, '2', '3', 'x'])
  })

  test('there are never more than there is room for', () => {
    const { kept } = begin()
    for (const owner of ['a', 'b', 'c', 'd']) kept.put(owner, owner, owner, 100)
    expect(['a', 'b', 'c', 'd'].map(kept.find)).toEqual(['gone', 'b', 'c', 'd'])
    expect(kept.put('e', 'e', 'x'.repeat(101), 100)).toBe(false)
  })

  test('what is over is gone, unless it was kept for longer', () => {
    const { kept, pass } = begin()
    kept.put('short', 'a', 'x', 100)
    kept.put('long', 'a', 'y', 100)
    kept.extend('long', 300)
    pass(200)
    expect(['short', 'long'].map(kept.find)).toEqual(['gone', 'y'])
    kept.drop('long')
    expect(kept.find('long')).toBeUndefined()
  })
})
