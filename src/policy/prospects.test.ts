import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import type { JsonObject } from '../kernel/json.ts'
import { request } from '../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from './policy.ts'
import { facts } from './testing/facts.ts'
import { pointOf } from './testing/load.ts'

const SEND = request('call', 'outbox', 'send')
const ALL = 'principal, action, resource'
const UNAPPROVED = 'unless { context.approval.granted }'

function permit(id: string, condition = 'true'): string {
  return `@id("${id}") permit (${ALL}) when { ${condition} };`
}

function ask(id: string, approvers: string, condition = 'true'): string {
  return `@id("${id}") @liftedBy("approval") @approvers("${approvers}")
forbid (${ALL}) when { ${condition} } ${UNAPPROVED};`
}

describe('what waits for a human is listed', () => {
  test.each([
    ['always', [permit('p'), ask('f', 'group:a')]],
    ['for some arguments', [permit('p'), ask('f', 'group:a', 'context.args.x == 1')]],
    [
      'and permitted only once approved',
      [permit('p', 'context.approval.granted'), ask('f', 'self')],
    ],
    [
      'where only some arguments ask, and none pass by themselves',
      [permit('p', 'context.approval.granted'), ask('f', 'self', 'context.args.x == 1')],
    ],
    ['of several with a name in common', [permit('p'), ask('f', 'self group:a'), ask('g', 'self')]],
    [
      'beside a forbid that may not hold',
      [permit('p'), ask('f', 'self'), `@id("g") forbid (${ALL}) when { context.args.x == 1 };`],
    ],
    [
      'beside one of somebody else that may not hold',
      [permit('p'), ask('f', 'self'), ask('g', 'group:a', 'context.args.x == 1')],
    ],
  ])('%s', (_, policies) => {
    expect(pointOf(policies.join('\n')).visible(SEND)).toBe(true)
  })

  test.each([
    ['nothing permits it then', [ask('f', 'self')]],
    ['nothing asks', [permit('p', 'context.approval.granted')]],
    ['a forbid stands beside it', [permit('p'), ask('f', 'self'), `@id("g") forbid (${ALL});`]],
    [
      'a forbid waits behind it',
      [
        permit('p'),
        ask('f', 'self'),
        `@id("g") forbid (${ALL}) when { context.approval.granted };`,
      ],
    ],
    ['nobody is named by all', [permit('p'), ask('f', 'self'), ask('g', 'group:a')]],
    [
      'the only one to ask has nobody in common with one that always holds',
      [
        permit('p', 'context.approval.granted'),
        `@id("n") forbid (${ALL}) ${UNAPPROVED};`,
        ask('f', 'self', 'context.args.x == 1'),
      ],
    ],
    ['a policy always faults', [permit('p'), ask('f', 'self'), permit('o', '1 + "a" == 2')]],
    [
      'a policy faults once it is approved',
      [
        permit('p'),
        ask('f', 'self'),
        `@id("o") forbid (${ALL}) when { context.approval.granted && 1 + "a" == 2 };`,
      ],
    ],
  ])('not when %s', (_, policies) => {
    expect(pointOf(policies.join('\n')).visible(SEND)).toBe(false)
  })
})

/** Conditions that may hold, fail or fault, by arguments, facts, approval, or none of them. */
const CONDITIONS = [
  'true',
  'false',
  'context.args.x == 1',
  'context.args has x && context.args.x == 2',
  'context.args has y',
  'context.approval.granted',
  'context.approval.granted || context.args has y',
  '!context.approval.granted && context.args has x',
  'context.facts.kinds.contains("path")',
  'resource.effects.contains("read")',
  'context.args has x && context.args.x < 2 && !context.approval.granted',
  'context.args.y.z',
]
const LIFTS = [
  '',
  '@approvers("self")',
  '@approvers("group:a self")',
  '@approvers("group:a group:b")',
  '@approvers("group:a self") @quorum("each")',
  '@approvers("group:b") @quorum("2")',
]

/** Every policy of such a condition, each loaded once. */
const SET = loadPolicies([
  {
    file: 'p.cedar',
    text: CONDITIONS.flatMap((condition, at) => [
      `@id("permit-${at}") permit (${ALL}) when { ${condition} };`,
      `@id("observe-${at}") @mode("observe") forbid (${ALL}) when { ${condition} };`,
      `@id("forbid-${at}") forbid (${ALL}) when { ${condition} };`,
      ...LIFTS.slice(1).flatMap((lift, index) => [
        `@id("lift-${at}-${index}") @liftedBy("approval") ${lift} forbid (${ALL}) when { ${condition} } ${UNAPPROVED};`,
        `@id("also-${at}-${index}") @liftedBy("approval") ${lift} forbid (${ALL}) when { ${condition} || context.approval.granted };`,
      ]),
    ]).join('\n'),
  },
])

const ARGUMENTS: readonly JsonObject[] = [
  {},
  { x: 1 },
  { x: 2 },
  { x: 'a' },
  { y: { z: true } },
  { x: 1, y: { z: false } },
  { x: 2, y: 0 },
]
const PATH = {
  at: '/x',
  origin: 'found',
  flags: [],
  text: '/',
  style: 'posix',
  lexical: '/',
} as const
const CALLS: readonly AccessRequest[] = ARGUMENTS.flatMap((args) =>
  [facts({}), facts({ paths: [PATH] })].map((found) =>
    request('call', 'outbox', 'send', { arguments: args, facts: found }),
  ),
)

test('a tool is never hidden when some call of it could be permitted or lifted', () => {
  const seen = { permitted: 0, asked: 0, onlyAsked: 0, hidden: 0 }
  const some = fc.subarray([...SET.policies], { minLength: 1, maxLength: 5 })
  const property = fc.property(some, (policies) => {
    const point = decisionPoint({ ...SET, policies })
    const decisions = CALLS.map((call) => point.decide(call))
    const permitted = decisions.some(({ effect }) => effect === 'permit')
    const asked = decisions.some((one) => one.effect === 'deny' && one.lift !== undefined)
    const visible = point.visible(SEND)
    if (permitted || asked) expect(visible).toBe(true)
    seen.permitted += permitted ? 1 : 0
    seen.asked += asked ? 1 : 0
    seen.onlyAsked += asked && !permitted ? 1 : 0
    seen.hidden += visible ? 0 : 1
  })
  fc.assert(property, { numRuns: 20_000, interruptAfterTimeLimit: 12_000 })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50)
})

test('what reads nothing of the call is listed exactly when it is permitted or can be lifted', () => {
  const plain = SET.policies.filter(({ id }) => /^[a-z]+-(0|1|5|9)(-|$)/.test(id))
  const seen = { visible: 0, hidden: 0 }
  const property = fc.property(fc.subarray(plain, { minLength: 1, maxLength: 4 }), (policies) => {
    const point = decisionPoint({ ...SET, policies })
    const decision = point.decide(SEND)
    const may = decision.effect === 'permit' || decision.lift !== undefined
    expect(point.visible(SEND)).toBe(may)
    seen[may ? 'visible' : 'hidden'] += 1
  })
  fc.assert(property, { numRuns: 10_000, interruptAfterTimeLimit: 12_000 })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50)
})

test('an approved call is listed as it would be decided: by then nobody is asked', () => {
  const approval = { id: 'a', kind: 'once', digest: SET.hash, by: ['zoe'] } as const
  const property = fc.property(
    fc.subarray([...SET.policies], { minLength: 1, maxLength: 4 }),
    (policies) => {
      const point = decisionPoint({ ...SET, policies })
      for (const call of CALLS) {
        const decision = point.decide({ ...call, approval })
        expect(decision).not.toHaveProperty('lift')
        if (decision.effect === 'permit') expect(point.visible({ ...SEND, approval })).toBe(true)
      }
    },
  )
  fc.assert(property, { numRuns: 3_000, interruptAfterTimeLimit: 12_000 })
})
