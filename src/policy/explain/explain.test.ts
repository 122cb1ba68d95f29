import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies, type PolicySource } from '../policy.ts'
import { facts, sql } from '../testing/facts.ts'
import type { Clause } from './clause.ts'
import { explain } from './explain.ts'
import { explanationText } from './explanation-text.ts'

const GUARDS: PolicySource = {
  file: 'guards.yaml',
  text: 'guards: { reading: { sql: { statements: [select], tables: [crm.customer] } } }',
}

function set(text: string, ...more: readonly PolicySource[]) {
  return loadPolicies([{ file: 'a.cedar', text }, ...more])
}

const MAIL = `
@id("mail-to-colleagues")
@remedy("write to one address at example.com")
permit (principal is User, action == Action::"call", resource == Tool::"mail:send")
when { context.args.to like "*@example.com" && !(context.args.to like "*,*" || context.args has cc) };

@id("no-admin")
@reason("nobody administers")
forbid (principal, action, resource) when { resource.effects.contains("admin") };
`

function send(args: object, effects: readonly ('send' | 'admin')[] = ['send']) {
  return request('call', 'mail', 'send', { arguments: args as never, effects })
}

function summary({ text, outcome, reached, parts }: Clause): unknown {
  const own = `${outcome}${reached ? '' : ' (not reached)'}: ${text}`
  return parts.length === 0 ? own : [own, ...parts.map(summary)]
}

test('every clause says what it came to, and what it read', () => {
  const explanation = explain(set(MAIL), send({ to: 'a@example.com, b@evil.example' }))
  const mail = explanation.policies.find(({ policy }) => policy === 'mail-to-colleagues')
  expect(mail?.scope).toEqual([
    { text: 'principal is User', fits: true },
    { text: 'action == Action::"call"', fits: true },
    { text: 'resource == Tool::"mail:send"', fits: true },
  ])
  expect(mail?.outcome).toBe('does not apply')
  expect(mail?.clauses.map(summary)).toEqual([
    'false: context.args.to like "*@example.com"',
    [
      'false (not reached): !(context.args.to like "*,*" || context.args has cc)',
      [
        'true (not reached): context.args.to like "*,*" || context.args has cc',
        'true (not reached): context.args.to like "*,*"',
        'false (not reached): context.args has cc',
      ],
    ],
  ])
  expect(mail?.clauses[0]?.reads).toEqual([
    { path: 'context.args.to', value: '"a@example.com, b@evil.example"', influence: 'caller' },
  ])
})

describe('in plain words', () => {
  test.each([
    ['a permit', send({ to: 'a@example.com' }), ['permitted by `mail-to-colleagues`']],
    [
      'no permit',
      send({ to: 'a@evil.example', cc: 'b' }),
      [
        'denied by `no-permit`',
        '  `no-permit`: no policy permits `mail:send` with these arguments; `mail-to-colleagues` may with others',
        '  way forward: write to one address at example.com',
        '`mail-to-colleagues` would permit it, but:',
        '  context.args.to like "*@example.com" is false (arguments)',
        '    context.args.to = "a@evil.example"',
        '  context.args has cc is true (arguments)',
        '    context.args.cc = "b"',
        '  way forward: write to one address at example.com',
      ],
    ],
    [
      'a forbid that the caller cannot avoid',
      send({ to: 'a@example.com' }, ['admin']),
      [
        'denied by `no-admin`',
        '  `no-admin`: nobody administers',
        '`no-admin` forbids it, because:',
        '  resource.effects.contains("admin") is true (the operator)',
        '    resource.effects = ["admin"]',
        '  no other arguments change that',
      ],
    ],
    [
      'a fault',
      send({ cc: 'x' }),
      [
        'denied by `policy-error`',
        '  `policy-error`: policies could not be evaluated for this call: `mail-to-colleagues` (the attribute `to` is absent)',
        '`mail-to-colleagues` denies it, because it cannot be evaluated:',
        '  context.args.to like "*@example.com": the attribute `to` is absent (arguments)',
        '    context.args.to is absent',
        '  way forward: write to one address at example.com',
      ],
    ],
    [
      'nothing about it',
      request('get', 'mail', 'draft'),
      [
        'denied by `no-permit`',
        '  `no-permit`: no policy permits `mail:draft`',
        '  way forward: ask the operator to permit this prompt',
        'no permit is about this',
      ],
    ],
  ])('%s', (_, one, lines) => {
    expect(explanationText(explain(set(MAIL), one))).toEqual(lines)
  })

  test('what a guard has against the arguments', () => {
    const policies = set(
      '@id("query") permit (principal, action, resource) when { context.facts.guards["reading"] == "pass" };',
      GUARDS,
    )
    const one = { ...send({}), facts: facts({ sql: [sql({ tables: ['crm.salary'] })] }) }
    const [change] = explain(policies, one).changes
    expect(change).toMatchObject({ policy: 'query', must: 'hold', byCaller: true })
    expect(change?.clauses[0]?.because.join()).toContain('a table that the guard does not allow')
  })

  test('who may lift it', () => {
    const policies = set(`
      @id("all") permit (principal, action, resource);
      @id("ask") @liftedBy("approval") @approvers("group:owners") @reason("it sends")
      forbid (principal, action, resource) when { resource.effects.contains("send") } unless { context.approval.granted };`)
    const explanation = explain(policies, send({}))
    expect(explanation.verdict).toBe('ask')
    expect(explanationText(explanation)).toEqual([
      'denied until a human approves by `ask`',
      '  `ask`: it sends',
      '  1 of `group:owners` may approve it, for 10m',
      '`ask` forbids it, because:',
      '  resource.effects.contains("send") is true (the operator)',
      '    resource.effects = ["send"]',
      '  !context.approval.granted is true (an approval)',
      '    context.approval.granted = false',
      '  no other arguments change that',
    ])
  })
})

test('of many alternatives, only the one that held is named', () => {
  const policies = set(`@id("f") forbid (principal, action, resource)
    when { context.args.to like "*,*" || context.args.to like "*;*" || context.args.to like "* *" };`)
  const [change] = explain(policies, send({ to: 'a;b c' })).changes
  expect(change?.clauses.map(({ clause }) => clause.text)).toEqual(['context.args.to like "*;*"'])
})

test('what is permitted but for a forbid needs no other permit', () => {
  const policies = set(`@id("one") permit (principal, action, resource);
    @id("two") permit (principal, action, resource) when { context.args has x };
    @id("f") forbid (principal, action, resource) when { context.args has to };`)
  expect(explain(policies, send({ to: 'a' })).changes.map(({ policy }) => policy)).toEqual(['f'])
})

test('values neither break a line nor reorder it, and are short', () => {
  const text = explanationText(
    explain(set(MAIL), send({ to: `a\n\u{202e}b\u{1b}[31m${'x'.repeat(5000)}` })),
  )
  expect(text.join('')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  expect(Math.max(...text.map((line) => line.length))).toBeLessThan(400)
})

test('a request that cannot be put to policies is explained, too', () => {
  const explanation = explain(set(MAIL), request('call', 'a:b', 'c'))
  expect(explanation).toMatchObject({ verdict: 'deny', policies: [], changes: [] })
})

const conditions = fc.array(
  fc.constantFrom(
    'context.args.a == 1',
    'context.args has b',
    'context.args has b && context.args.b like "x*"',
    '!(context.args has a) || context.args.a < 3',
    'if context.args has c then context.args.c else context.args.a == 2',
    'resource.effects.contains("send")',
    'principal is Agent',
  ),
  { maxLength: 3 },
)
const policies = fc
  .array(fc.record({ effect: fc.constantFrom('permit', 'forbid'), conditions }), { maxLength: 5 })
  .map((all) =>
    all
      .map(
        (one, index) =>
          `@id("p${index}") ${one.effect} (principal, action, resource)${one.conditions.map((condition) => `\nwhen { ${condition} }`).join('')};`,
      )
      .join('\n'),
  )
const args = fc.record(
  { a: fc.constantFrom(1, 2, 'x'), b: fc.constantFrom('x', 'y', null), c: fc.boolean() },
  { requiredKeys: [] },
)

test('an explanation agrees with the decision', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(policies, args, (text, some) => {
      const all = set(text)
      const one = send(some)
      const decision = decisionPoint(all).decide(one)
      const explanation = explain(all, one)
      expect(explanation.decision).toEqual(decision)
      seen.add(explanation.verdict)
      for (const policy of explanation.policies) {
        const reached = policy.clauses.filter((clause) => clause.reached)
        const last = reached.at(-1)?.outcome ?? 'true'
        const outcome = { true: 'applies', false: 'does not apply', fault: 'faults' }[last]
        expect(policy.outcome).toBe(outcome)
      }
      // Whatever denies, something is said about it, unless no policy is about the call at all.
      const about = explanation.policies.some((policy) => policy.effect === 'permit')
      if (decision.effect === 'deny' && about) expect(explanation.changes).not.toEqual([])
      for (const change of explanation.changes) {
        const policy = explanation.policies.find((other) => other.policy === change.policy)
        if (policy?.clauses.length !== 0) expect(change.clauses).not.toEqual([])
      }
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
    }),
    { numRuns: 300, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false },
  )
  expect(seen).toEqual(new Set(['permit', 'deny']))
})

test('a screen says what it found, where, and what would change that', () => {
  const screens = `screens:
  keys: { secret: withhold, approvers: [self] }
  told: { secret: { action: allow, alert: true } }
  later: { mode: observe, secret: block }
  inner: { direction: inbound, secret: block }`
  const both = set('@id("all") permit (principal, action, resource);', {
    file: 's.yaml',
    text: screens,
  })
  const found = { category: 'secret', type: 'jwt', at: '/body', certainty: 'proved' } as const
  const asked = request('call', 'mail', 'send', { facts: facts({ content: [found] }) })
  const explanation = explain(both, asked)
  expect(explanation.verdict).toBe('ask')
  const seen = explanation.screens.map(({ screen, mode, determines, findings }) => [
    ...[screen, mode, determines],
    ...findings.map(({ at, action }) => `${at} ${action}`),
  ])
  expect(seen).toEqual([
    ['screen:keys', 'enforce', true, '/body withhold'],
    ['screen:later', 'observe', false, '/body block'],
    ['screen:told', 'enforce', false, '/body allow'],
  ])
  expect(explanationText(explanation)).toEqual([
    'denied until a human approves by `screen:keys`',
    '  `screen:keys`: the arguments hold a secret (`jwt`)',
    '  way forward: leave the secret out, and let the server use credentials of its own',
    '  1 of `self` may approve it, for 10m',
    '`screen:keys` forbids it, because:',
    '  secret `jwt` in `/body`: withhold',
    '  way forward: leave the secret out, and let the server use credentials of its own',
  ])
  expect(explain(both, request('call', 'mail', 'send')).screens).toEqual([])
})
