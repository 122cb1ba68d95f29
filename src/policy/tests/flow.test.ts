import { describe, expect, test } from 'vitest'
import { loadPolicies } from '../policy.ts'
import { survivingMutations } from './mutations.ts'
import { readPolicyTests } from './read-tests.ts'
import { prepareTests, runPolicyTests } from './run-tests.ts'

const SET = loadPolicies([
  {
    file: 'a.cedar',
    text: `
@id("all") permit (principal, action, resource);
@id("named") @reason("r") @liftedBy("approval") @approvers("self")
forbid (principal, action, resource)
when { context.provenance.destination.containsAny(["untrusted", "members"]) }
unless { context.approval.granted };
@id("bare") @reason("r") forbid (principal, action, resource)
when { context.flow.untrusted && !["subject", "trusted"].containsAll(context.provenance.selector) };
`,
  },
])

function file(...tests: readonly string[]): { file: string; text: string } {
  const defaults =
    'defaults: { server: mail, tool: send, effects: [send], arguments: { to: x@y.example, id: [7] } }'
  return {
    file: 'flow.test.yaml',
    text: `name: flows\n${defaults}\ntests:\n${tests.map((one) => `  - ${one}\n`).join('')}`,
  }
}

const TESTS = [
  '{ name: nothing read, expect: permit, by: [all] }',
  '{ name: named, flow: { values: [{ at: /to, role: destination, origin: untrusted }] }, expect: ask, by: [named] }',
  '{ name: named by members, flow: { values: [{ at: /to, role: destination, origin: members }] }, expect: ask, by: [named] }',
  '{ name: approved, approved: true, flow: { values: [{ at: /to, role: destination, origin: members }] }, expect: permit }',
  '{ name: an object, flow: { untrusted: true, values: [{ at: /id/0, role: selector, origin: listed }] }, expect: deny, by: [bare] }',
  '{ name: an own object, flow: { untrusted: true, values: [{ at: /id/0, role: selector, origin: subject }] }, expect: permit }',
  '{ name: a known object, flow: { untrusted: true, values: [{ at: /id/0, role: selector, origin: trusted }] }, expect: permit }',
  '{ name: an object and nothing else read, flow: { values: [{ at: /id/0, role: selector, origin: listed }] }, expect: permit }',
]

test('a test says what was read before, and where values came from', async () => {
  const { results, problems } = await runPolicyTests(SET, file(...TESTS))
  expect(problems).toEqual([])
  expect(results.filter(({ passed }) => !passed)).toEqual([])
  expect(results).toHaveLength(TESTS.length)
})

test('what it leaves out follows from the rest', () => {
  const { tests } = readPolicyTests(
    file(
      '{ name: a, flow: { classes: [secret, personal], values: [{ at: /id/0, role: selector, origin: untrusted, link: true, sightings: [{ server: files, target: read }] }] }, expect: deny }',
      '{ name: b, flow: { untrusted: false, confidential: true, complete: false, carries: [secret], values: [{ at: /to, role: destination, origin: untrusted, value: y }] }, expect: deny }',
      '{ name: c, expect: permit }',
    ),
  )
  const [a, b, c] = tests.map(({ request }) => request.flow)
  expect(a).toEqual({
    ...{ context: 'test', readUntrusted: true, readConfidential: false, complete: true },
    ...{ classes: ['personal', 'secret'], carries: [] },
    values: [
      {
        ...{ at: '/id/0', role: 'selector', origin: 'untrusted', value: '7', link: true },
        sightings: [
          {
            ...{ call: 'test', server: 'files', target: 'read' },
            ...{ field: '', quote: '', likeness: 'same' },
          },
        ],
      },
    ],
  })
  expect(b).toMatchObject({
    ...{ readUntrusted: false, readConfidential: true, complete: false, carries: ['secret'] },
    values: [{ value: 'y' }],
  })
  expect(c).toBeUndefined()
})

test.each([
  ['flow: { values: [{ at: /too, role: destination, origin: untrusted }] }', 'nothing there'],
  ['flow: { values: [{ at: /id/1, role: selector, origin: untrusted }] }', 'nothing there'],
  ['flow: { values: [{ at: /to, role: recipient, origin: untrusted }] }', 'destination'],
  ['flow: { values: [{ at: /to, role: destination, origin: mixed }] }', 'untrusted'],
  ['flow: { classes: [private] }', 'personal'],
  ['flow: { tainted: true }', 'tainted'],
])('what makes no sense is a problem: %s', (given, message) => {
  const { problems } = readPolicyTests(file(`{ name: a, ${given}, expect: permit }`))
  expect(problems.map((one) => one.message).join()).toContain(message)
  expect(problems[0]?.line).toBe(4)
})

describe('mutations', () => {
  const surviving = async (...tests: readonly string[]) => {
    const { tests: ready } = await prepareTests(SET, file(...tests), {})
    return survivingMutations(SET, ready).survivors.map(({ policy, text }) => [policy, text])
  }

  test('leave out each word that a flow is held against, and none survives where each is tested', async () => {
    expect(await surviving(...TESTS)).toEqual([])
  })

  test.each([
    ['members', 'named', (one: string) => !one.includes('members')],
    ['subject', 'bare', (one: string) => !one.includes('subject')],
    ['trusted', 'bare', (one: string) => !one.includes('origin: trusted')],
  ] as const)('one survives where %s is not tested', async (word, policy, kept) => {
    const survivors = await surviving(...TESTS.filter(kept))
    expect(survivors).toContainEqual([policy, expect.stringContaining(`"${word}" in `)])
  })
})
