import { describe, expect, test } from 'vitest'
import { loadPolicies, type PolicySet } from '../policy.ts'
import { survivingMutations } from './mutations.ts'
import { prepareTests, runReady, uncovered } from './run-tests.ts'

const SCREENS = `screens:
  out:
    direction: outbound
    except: { effectsOnly: [read] }
    secret: { action: withhold, alert: true }
    approvers: [self]
  in: { direction: inbound, injection: { action: redact, stop: true }, marking: meta }
`
const SET = loadPolicies([
  { file: 'p.cedar', text: '@id("all") permit (principal, action, resource);' },
  { file: 'd.yaml', text: SCREENS },
])

const GIVEN = 'defaults: { server: mail, tool: send, effects: [send] }'

async function run(tests: readonly string[], set: PolicySet = SET) {
  const text = `name: t\n${GIVEN}\ntests:\n${tests.map((one) => `  - { ${one} }\n`).join('')}`
  const ready = await prepareTests(set, { file: 't.test.yaml', text }, {})
  const results = runReady(set, ready.tests)
  const mutations = () =>
    survivingMutations(set, ready.tests).survivors.map(({ policy, kind, text: what = '' }) =>
      `${policy} ${kind} ${what}`.trim(),
    )
  return {
    problems: ready.problems.map(({ message }) => message),
    differences: results.flatMap((one) => one.differences),
    uncovered: uncovered(set, [{ results }]),
    mutations,
  }
}

const KEY = 'facts: { content: [{ category: secret }] }'
const STEERS = 'result: [{ category: injection }]'

const COMPLETE = [
  `name: a, ${KEY}, expect: ask, by: ["screen:out"], content: withhold, alert: true, asks: { approvers: [self] }`,
  `name: b, facts: { content: [{ category: secret, certainty: hint }] }, expect: permit, by: [all]`,
  `name: c, effects: [read], ${KEY}, expect: permit, by: [all]`,
  `name: d, ${STEERS}, expect: redact, by: ["screen:in"], stop: true, alert: false, marking: meta`,
  `name: e, result: [{ category: injection, certainty: hint }], expect: allow, by: []`,
  `name: f, result: [{ category: secret }], expect: allow`,
  `name: g, facts: { content: [{ category: injection }] }, expect: permit, content: allow`,
]

describe('a test of a screen', () => {
  test('says what is decided about arguments, and what happens to a result', async () => {
    const { problems, differences, uncovered } = await run(COMPLETE)
    expect({ problems, differences, uncovered }).toEqual({
      ...{ problems: [], differences: [], uncovered: [] },
    })
  })

  test.each([
    [`${KEY}, expect: permit`, ['expected `permit`, and it is `ask`']],
    [`${KEY}, expect: ask, by: [all]`, ['not decided by `all`', 'decided by `screen:out`, which']],
    [`${KEY}, expect: ask, content: block`, ['expected `content` to be `block`, and it is']],
    [`${KEY}, expect: ask, alert: false`, ['expected `alert` to be `false`, and it is `true`']],
    [`${KEY}, expect: ask, asks: { quorum: 2 }`, ['expected `quorum` to be `2`']],
    [`${STEERS}, expect: allow`, ['expected `allow`, and it is `redact`']],
    [`${STEERS}, expect: redact, stop: false`, ['expected `stop` to be `false`, and it is `true`']],
    [`${STEERS}, expect: redact, marking: text`, ['expected `marking` to be `text`']],
  ])('fails: %s', async (written, messages) => {
    const { differences } = await run([`name: x, ${written}`])
    expect(differences).toHaveLength(messages.length)
    for (const [index, message] of messages.entries()) expect(differences[index]).toContain(message)
  })

  test.each([
    [`${STEERS}, expect: permit`, 'a result is not decided about'],
    ['expect: redact', '`redact` is for a test that states a `result`'],
    [`${STEERS}, expect: redact, content: redact`, '`expect` says it of a result'],
    ['expect: permit, marking: meta', 'is for a test that states a `result`'],
    [`${STEERS}, expect: redact, asks: { quorum: 1 }`, '`asks` needs `expect: ask`'],
    ['expect: deny, by: ["screen:uot"]', 'there is no policy `screen:uot`'],
    ['result: [{ category: sekret }], expect: allow', 'expected one of `secret`'],
  ])('is refused: %s', async (written, message) => {
    const { problems } = await run([`name: x, ${written}`])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })
})

test('a screen that no test is about is not covered', async () => {
  expect((await run([`name: a, ${KEY}, expect: ask`])).uncovered).toEqual(['all', 'screen:in'])
})

describe('mutations', () => {
  test('tests that say everything notice all', async () => {
    expect((await run(COMPLETE)).mutations()).toEqual([])
  })

  test('what tests leave open is named', async () => {
    const few = COMPLETE.filter((_, index) => index === 0 || index === 3).map((one) =>
      one.replace(/, (alert: true|asks: .*|stop: true|marking: meta)/g, ''),
    )
    expect((await run(few)).mutations()).toEqual([
      'screen:in changed injection: stop',
      'screen:in condition dropped injection: certainty likely',
      'screen:in condition dropped direction inbound',
      'screen:in changed marking meta',
      'screen:out changed secret: alert',
      'screen:out condition dropped secret: certainty likely',
      'screen:out condition dropped except',
      'screen:out condition dropped direction outbound',
    ])
  })

  test('what only observes is left alone', async () => {
    const observed = loadPolicies([{ file: 'd.yaml', text: SCREENS, mode: 'observe' }])
    const { mutations, uncovered } = await run(['name: a, expect: deny'], observed)
    expect({ survivors: mutations(), uncovered }).toEqual({ survivors: [], uncovered: [] })
  })
})
