import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Facts, NO_FACTS } from '../../kernel/facts.ts'
import { loadPolicies, type PolicySource } from '../policy.ts'
import { definitionsOf, tool } from '../testing/definitions.ts'
import { survivingMutations } from './mutations.ts'
import { readPolicyTests } from './read-tests.ts'
import { prepareTests, runPolicyTests, uncovered } from './run-tests.ts'
import { policyTestJsonSchema, testFileSchema } from './test-schema.ts'

const POLICIES = `
@id("mail-to-colleagues")
permit (principal, action == Action::"call", resource == Tool::"mail:send")
when { context.args.to like "*@example.com" };
@id("not-many") @reason("r")
forbid (principal, action, resource)
when { context.facts.recipients.count > 1 };
@id("ask-admin") @liftedBy("approval") @approvers("group:owners")
forbid (principal is User, action, resource)
when { resource.effects.contains("admin") } unless { context.approval.granted };
@id("reading") permit (principal, action == Action::"read", resource);
@id("draft") permit (principal is Agent, action == Action::"get", resource == Prompt::"mail:draft");
@id("watch") @mode("observe") forbid (principal, action, resource);
`
const SET = loadPolicies([{ file: 'a.cedar', text: POLICIES }])

const TESTS = `name: mail
defaults: { subject: user:ada, server: mail, tool: send, effects: [send] }
tests:
  - name: a colleague may be written to
    arguments: { to: bob@example.com }
    expect: permit
    by: [mail-to-colleagues]
  - name: nobody else
    arguments: { to: bob@evil.example }
    expect: deny
    by: [no-permit]
  - name: two are too many
    arguments: { to: bob@example.com }
    facts: { recipients: [{ address: a@Example.com }, { address: b@example.com }] }
    expect: deny
    by: [not-many]
  - name: administration needs a human
    effects: [admin]
    arguments: { to: bob@example.com }
    expect: ask
  - name: agents may draft
    subject: agent:bot
    prompt: draft
    expect: permit
    by: [draft]
`

function source(text: string): PolicySource {
  return { file: 'mail.test.yaml', text }
}

test('tests pass where policies do what is expected', async () => {
  const report = await runPolicyTests(SET, source(TESTS))
  expect(report.problems).toEqual([])
  expect(report.results.map(({ name, differences }) => [name, ...differences])).toEqual([
    ['a colleague may be written to'],
    ['nobody else'],
    ['two are too many'],
    ['administration needs a human'],
    ['agents may draft'],
  ])
  expect(report.uncovered).toEqual(['reading'])
  expect(report.results[0]?.place).toEqual({ file: 'mail.test.yaml', line: 4, column: 5 })
})

test('a test that fails says what is different, and why', async () => {
  const wrong = TESTS.replace(
    'expect: deny\n    by: [no-permit]',
    'expect: permit\n    by: [mail-to-colleagues]',
  )
  const { results } = await runPolicyTests(SET, source(wrong))
  const failed = results.filter(({ passed }) => !passed)
  expect(failed).toHaveLength(1)
  expect(failed[0]).toMatchObject({
    name: 'nobody else',
    actual: { verdict: 'deny', by: ['no-permit'] },
    differences: [
      'expected `permit`, and it is `deny`',
      'not decided by `mail-to-colleagues`',
      'decided by `no-permit`, which the test does not name',
    ],
    explanation: { verdict: 'deny', changes: [{ policy: 'mail-to-colleagues' }] },
  })
})

test('an approved call is decided as one, and who is asked can be told', async () => {
  const lifted = '@liftedBy("approval") @approvers("group:owners self") @assurance("passkey")'
  const set = loadPolicies([
    { file: 'a.cedar', text: POLICIES.replace(/@liftedBy.*/, `${lifted} @pattern("1h")`) },
  ])
  const admin = 'effects: [admin], arguments: { to: bob@example.com }'
  const tests = (...more: readonly string[]) =>
    source(
      `name: x\ndefaults: { subject: user:ada, server: mail, tool: send }\ntests:\n${more
        .map((one, at) => `  - { name: t${at}, ${admin}, ${one} }\n`)
        .join('')}`,
    )
  const report = await runPolicyTests(
    set,
    tests(
      'approved: true, expect: permit, by: [mail-to-colleagues]',
      'approved: false, expect: ask',
      'expect: ask, asks: { approvers: [self, group:owners], quorum: 1, assurance: passkey, pattern: 60m, maxAge: 10m }',
      'expect: ask, asks: { approvers: [group:owners], quorum: each, assurance: session, pattern: none }',
      'approved: true, expect: ask, asks: { assurance: passkey }',
    ),
  )
  expect(report.results.map(({ differences }) => differences)).toEqual([
    [],
    [],
    [],
    [
      'expected `approvers` to be `group:owners`, and it is `group:owners self`',
      'expected `quorum` to be `each`, and it is `1`',
      'expected `assurance` to be `session`, and it is `passkey`',
      'expected `pattern` to be `none`, and it is `1h`',
    ],
    ['expected `ask`, and it is `permit`'],
  ])
  // What the explanation of an approved call says of it is what decided it.
  expect(report.results[4]?.explanation).toMatchObject({
    verdict: 'permit',
    policies: expect.arrayContaining([
      expect.objectContaining({ policy: 'ask-admin', outcome: 'does not apply' }),
    ]),
  })
  for (const [wrong, message] of [
    ['expect: deny, asks: { quorum: 1 }', '`asks` needs `expect: ask`'],
    ['expect: ask, asks: { pattern: soon }', 'expected a duration such as `10m`, or `none`'],
    ['expect: ask, approved: granted', ''],
  ] as const) {
    const { problems, results } = await runPolicyTests(set, tests(wrong))
    expect(results).toEqual([])
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message) }),
    ])
  }
})

test('facts are read from the arguments, unless the test states them', async () => {
  const asked: unknown[] = []
  const two = { at: '/to', origin: 'declared', flags: [], address: 'a@x', domain: 'x' } as const
  const analyse = ({ arguments: args }: { arguments: unknown }): Facts => {
    asked.push(args)
    return { ...NO_FACTS, recipients: [two, two] }
  }
  const { results } = await runPolicyTests(SET, source(TESTS), { analyse })
  expect(results[0]?.actual.by).toEqual(['not-many'])
  // The third test states its own.
  expect(asked).toHaveLength(4)
  const waiting = await runPolicyTests(SET, source(TESTS), { analyse: async (one) => analyse(one) })
  expect(waiting.results[0]?.actual.by).toEqual(['not-many'])
})

test('with definitions, a tool is what it is', async () => {
  const definitions = definitionsOf(tool('mail:send', {}, { effects: ['admin'] }))
  const text = `name: x
defaults: { server: mail }
tests:
  - { name: a, tool: send, arguments: { to: x@example.com }, expect: ask }
  - { name: b, tool: send, effects: [send], arguments: { to: x@example.com }, expect: permit }`
  expect(
    (await runPolicyTests(SET, source(text), { definitions })).results.map(({ passed }) => passed),
  ).toEqual([true, true])
  const unknown = text.replace('tool: send, effects', 'tool: sned, effects')
  const { problems } = await runPolicyTests(SET, source(unknown), { definitions })
  expect(problems).toEqual([
    {
      file: 'mail.test.yaml',
      line: 5,
      column: 16,
      message: '`tests.1.tool`: there is no tool `mail:sned`',
    },
  ])
})

describe('refuses, with its place', () => {
  test.each([
    [
      'an unknown key',
      'name: x\ntests: [{ name: a, server: s, tool: t, expct: deny, expect: deny }]',
      '2:40 `tests.0.expct`: unknown key (did you mean `expect`?)',
    ],
    [
      'an unknown key in the defaults',
      'name: x\ndefaults: { sever: s }\ntests: [{ name: a, server: s, tool: t, expect: deny }]',
      '2:13 `defaults.sever`: unknown key (did you mean `server`?)',
    ],
    [
      'an unknown verdict',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, expect: alow }',
      '3:36 `tests.0.expect`: expected one of `permit`, `deny`, `ask`',
    ],
    [
      'no verdict',
      'name: x\ntests:\n  - { name: a, server: s, tool: t }',
      '3:5 `tests.0.expect`: expected one of `permit`, `deny`, `ask`',
    ],
    [
      'an unknown effect',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, effects: [raed], expect: deny }',
      '3:46 `tests.0.effects.0`: expected one of',
    ],
    [
      'no server',
      'name: x\ntests:\n  - { name: a, tool: t, expect: deny }',
      '3:5 `tests.0`: says no `server`',
    ],
    [
      'two targets',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, prompt: p, expect: deny }',
      '3:5 `tests.0`: needs one of',
    ],
    [
      'an action that does not fit',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, action: read, expect: deny }',
      '3:36 `tests.0.action`: `read` is never done to a tool',
    ],
    [
      'a name twice',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, expect: deny }\n  - { name: a, server: s, tool: t, expect: deny }',
      '4:7 `tests.1.name`: another test has this name',
    ],
    [
      'a fact that is none',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, facts: { urls: [{ href: x }] }, expect: deny }',
      '3:54 `tests.0.facts.urls.0.href`: expected a URL',
    ],
    ['a key twice', 'name: x\nname: y\ntests: []', '2:1 a key stands twice'],
    ['no tests', 'name: x\ntests: []', '2:1 `tests`: expected at least 1 entry'],
    ['an empty file', '', '1:1 `name`: missing'],
    [
      'a policy that does not exist',
      'name: x\ntests:\n  - { name: a, server: s, tool: t, expect: deny, by: [not-mny] }',
      '3:5 there is no policy `not-mny` (did you mean `not-many`?)',
    ],
  ])('%s', async (_, text, expected) => {
    const { problems, results } = await runPolicyTests(SET, source(text))
    expect(results).toEqual([])
    const lines = problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
    expect(lines.join('\n')).toContain(expected)
  })
})

test('facts may be written short', () => {
  const text = `name: x
tests:
  - name: a
    server: s
    tool: t
    facts:
      paths: [{ lexical: /srv/a }]
      urls: [{ href: "https://Example.com/x" }]
      recipients: [{ address: Bob@Example.com }]
      sql: [{ tables: [a] }]
    expect: deny`
  expect(readPolicyTests(source(text)).tests[0]?.facts).toEqual({
    ...NO_FACTS,
    content: [],
    paths: [
      { at: '', origin: 'declared', flags: [], text: '/srv/a', style: 'posix', lexical: '/srv/a' },
    ],
    urls: [
      {
        at: '',
        origin: 'declared',
        flags: [],
        href: 'https://Example.com/x',
        scheme: 'https',
        host: 'example.com',
        port: 443,
        path: '/x',
        addresses: [],
        ranges: [],
      },
    ],
    recipients: [
      { at: '', origin: 'declared', flags: [], address: 'Bob@Example.com', domain: 'example.com' },
    ],
    sql: [
      {
        at: '',
        origin: 'declared',
        flags: [],
        dialects: ['postgresql'],
        count: 1,
        statements: [],
        classes: [],
        tables: ['a'],
        columns: [],
        functions: [],
      },
    ],
  })
})

describe('mutations', () => {
  async function survivors(policies: string, tests: string, most?: number) {
    const set = loadPolicies([{ file: 'a.cedar', text: policies }])
    const { tests: ready, problems } = await prepareTests(set, source(tests), {})
    expect(problems).toEqual([])
    return survivingMutations(set, ready, most)
  }

  test('names what no test would notice', async () => {
    const { tried, survivors: found, truncated } = await survivors(POLICIES, TESTS)
    expect(truncated).toBe(false)
    expect(tried).toBe(15)
    expect(found.map(({ policy, kind, text }) => [policy, kind, text ?? ''])).toEqual([
      ['reading', 'removed', ''],
      ['reading', 'turned around', ''],
    ])
  })

  test('a set whose tests are complete has none; without tests everything survives', async () => {
    const policies = `@id("a") permit (principal, action, resource) when { context.args has x || context.args has y } unless { context.args has z || context.args has w };`
    const cases = [
      ['{ x: 1 }', 'permit'],
      ['{ y: 1 }', 'permit'],
      ['{}', 'deny'],
      ['{ x: 1, z: 1 }', 'deny'],
      ['{ x: 1, w: 1 }', 'deny'],
    ]
    const tests = `name: x\ndefaults: { server: s, tool: t }\ntests:\n${cases
      .map(
        ([args, verdict], index) =>
          `  - { name: t${index}, arguments: ${args}, expect: ${verdict} }\n`,
      )
      .join('')}`
    expect(await survivors(policies, tests)).toEqual({ tried: 8, survivors: [], truncated: false })
    const without = tests.replace('  - { name: t4, arguments: { x: 1, w: 1 }, expect: deny }\n', '')
    expect((await survivors(policies, without)).survivors).toMatchObject([
      { kind: 'alternative dropped', text: 'context.args has w' },
    ])
    expect(
      survivingMutations(loadPolicies([{ file: 'a.cedar', text: policies }]), []).survivors,
    ).toHaveLength(8)
  })

  test('are bounded', async () => {
    expect(await survivors(POLICIES, TESTS, 3)).toMatchObject({ tried: 3, truncated: true })
  })
})

test('coverage counts over all files', async () => {
  const more = `name: y\ntests: [{ name: a, server: s, resource: "file:///x", expect: permit }]`
  const reports = [
    await runPolicyTests(SET, source(TESTS)),
    await runPolicyTests(SET, source(more)),
  ]
  expect(uncovered(SET, reports)).toEqual([])
  expect(uncovered(SET, [])).toEqual([
    'ask-admin',
    'draft',
    'mail-to-colleagues',
    'not-many',
    'reading',
  ])
})

test('editors get a schema that knows every key', () => {
  const schema = policyTestJsonSchema() as {
    properties: { tests: { items: { properties: object; additionalProperties: boolean } } }
  }
  const { items } = schema.properties.tests
  expect(Object.keys(items.properties)).toEqual(
    Object.keys(testFileSchema.shape.tests.element.shape),
  )
  expect(items.additionalProperties).toBe(false)
})

const REFERENCE = join(import.meta.dirname, '../../../docs/reference')

test('the reference describes every key, and its examples are valid', () => {
  const page = readFileSync(join(REFERENCE, 'policy-tests.md'), 'utf8')
  const keys = Object.keys(testFileSchema.shape.tests.element.shape)
  expect(keys.filter((key) => !page.includes(`| \`${key}\``))).toEqual([])
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => String(text))
  expect(examples.length).toBeGreaterThan(0)
  expect(examples.flatMap((text) => readPolicyTests(source(text)).problems)).toEqual([])
})
