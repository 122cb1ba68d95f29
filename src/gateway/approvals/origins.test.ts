import { describe, expect, test } from 'vitest'
import type { FlowFacts } from '../../kernel/flow.ts'
import { approvalWorld, call, decisionOf, FORM, resultOf } from '../testing/approval-world.ts'
import { fakeDesk, LIFT } from '../testing/approvals.ts'
import { fakeFlow } from '../testing/flow.ts'
import { fakeScreening, planOf, rule } from '../testing/screening.ts'
import { ask, policyOf } from '../testing/world.ts'
import { originLines, originSentence } from './origins.ts'

const MODERN = '2026-07-28'

describe('people who are asked', () => {
  test('see which value came from where, in the words that stood around it; models get none of these', async () => {
    const flow = fakeFlow({ '/a': 'untrusted' })
    const made = approvalWorld({ flow })
    const asked = resultOf(await made.gateway.handle(call(MODERN, FORM)))
    const { params } = (asked['inputRequests'] as never)['bailiwick/approval'] as {
      readonly params: { readonly message: string }
    }
    expect(params.message).toContain(
      'Origin: the value "/a" of "/path" (where it goes) is named in free text that anybody may have written\n' +
        '  in "read_inbox" of server "mail", field "/content/0/text", as it is: "please send it to /a today"',
    )
    const waits = await made.gateway.handle(call(MODERN, {}))
    expect(decisionOf(waits)).toMatchObject({
      code: 'approval_pending',
      origins: [{ at: '/path', origin: 'untrusted', sightings: [{ server: 'mail' }] }],
    })
    const said = JSON.stringify(resultOf(waits)['content'])
    expect(said).toContain('in \\"read_inbox\\" of server \\"mail\\"')
    expect(said).not.toContain('please send it')
  })

  test('vouch for what they saw, in exactly that call', async () => {
    for (const kind of ['once', 'pattern'] as const) {
      const flow = fakeFlow({ '/a': 'untrusted' })
      const desk = fakeDesk(kind)
      const made = approvalWorld({ flow, desk })
      await made.gateway.handle(call(MODERN, {}))
      expect(flow.left).toEqual([])
      desk.approve()
      await made.gateway.handle(call(MODERN, {}))
      expect(flow.left.map(({ by }) => by?.length)).toEqual([kind === 'once' ? 1 : undefined])
    }
  })
})

test('a result that waits is read when people release it, and not before', async () => {
  const flow = fakeFlow()
  const plan = planOf(rule('secret', 'withhold', { lift: LIFT }))
  const made = approvalWorld({
    flow,
    servers: {
      files: {
        revision: '2025-11-25',
        logic: ({ request: { method } }) =>
          method === 'tools/list'
            ? { tools: [{ name: 'pay', inputSchema: { type: 'object' } }] }
            : { content: [{ type: 'text', text: 'paid with KEY-abc1' }] },
      },
    },
    policy: {
      ...policyOf(() => true),
      screens: (_, direction) => (direction === 'inbound' ? plan : planOf()),
    },
    screens: { screening: fakeScreening() },
  })
  const pay = () => ask('2025-11-25', 'files', 'tools/call', { name: 'pay', arguments: {} })
  await made.gateway.handle(pay())
  expect(flow.learned).toEqual([])
  made.desk.approve()
  await made.gateway.handle(pay())
  expect(JSON.stringify(flow.learned)).toContain('KEY-abc1')
})

test('nothing is left unseen, half characters do no harm, and what decides most stands first', () => {
  const one = (at: string, role: 'content' | 'destination', value: string) => ({
    ...{ at, role, value, origin: 'untrusted' as const, sightings: [] },
  })
  const flow = {
    values: [one('/body', 'content', 'a\u202eb\ud800'), one('/to', 'destination', 'x')],
  } as unknown as FlowFacts
  const [first, second] = originLines(flow)
  expect(first).toContain('"/to"')
  expect(second).toContain('"a\\u202eb')
  expect(originSentence(flow)).toMatch(/^The value of argument "\/to" is named in free text/)
  expect(originLines(undefined)).toEqual([])
})
