import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Decision, ToolEffect } from '../../kernel/access.ts'
import type { Facts } from '../../kernel/facts.ts'
import type { Subject, SubjectId } from '../../kernel/subject.ts'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../policy.ts'
import { someFacts } from '../testing/facts.ts'
import { accessMatrix } from './access-matrix.ts'

const ADA: Subject = {
  kind: 'user',
  id: 'ada' as SubjectId,
  via: 'operator',
  groups: [],
  actors: [],
}
const BOT: Subject = { ...ADA, kind: 'agent', id: 'bot' as SubjectId }
const EFFECTS = ['read', 'send', 'delete', 'admin'] as const

function target(effect: ToolEffect) {
  return request('call', 's', effect, { effects: [effect] }).target
}

const LIMITS = {
  file: 'limits.yaml',
  text: 'limits: { x: { calls: 5, every: 1h, per: [subject], for: { effects: [pay] } } }',
}

function set(text: string) {
  return loadPolicies([{ file: 'a.cedar', text }, LIMITS])
}

const POLICIES = `
@id("reading") permit (principal, action, resource) when { resource.effects == ["read"] };
@id("sending") permit (principal is User, action, resource)
when { resource.effects.contains("send") && context.args.to == "x" };
@id("all") permit (principal == User::"ada", action, resource) when { resource.effects.contains("delete") };
@id("ask") @liftedBy("approval") @approvers("group:owners")
forbid (principal, action, resource) when { resource.effects.contains("delete") } unless { context.approval.granted };
@id("no-admin") forbid (principal, action, resource) when { resource.effects.contains("admin") };
@id("watch") @mode("observe") forbid (principal, action, resource);
`

test('says who can do what, and which policies say so', () => {
  const rows = accessMatrix(set(POLICIES), [ADA, BOT], EFFECTS.map(target))
  expect(
    rows.map(({ subject, target, access, by }) => [subject.id, target.name, access, ...by]),
  ).toEqual([
    ['ada', 'read', 'permit', 'reading'],
    ['ada', 'send', 'depends', 'sending'],
    ['ada', 'delete', 'ask', 'ask'],
    ['ada', 'admin', 'never', 'no-admin'],
    ['bot', 'read', 'permit', 'reading'],
    ['bot', 'send', 'never'],
    ['bot', 'delete', 'never', 'ask'],
    ['bot', 'admin', 'never', 'no-admin'],
  ])
})

test('what hangs on where values came from depends on it', () => {
  const flows = `@id("all") permit (principal, action, resource);
    @id("named") @liftedBy("approval") @approvers("self") forbid (principal, action, resource)
    when { resource.effects != ["read"] && context.provenance.destination.contains("untrusted") }
    unless { context.approval.granted };`
  const rows = accessMatrix(set(flows), [ADA], [target('read'), target('send')])
  expect(rows.map(({ access, by }) => [access, ...by])).toEqual([
    ['permit', 'all'],
    ['depends', 'all', 'named'],
  ])
})

test('nobody is asked whom not every forbid names, or who cannot help', () => {
  const ask = (who: string) =>
    `@liftedBy("approval") @approvers("user:${who}") forbid (principal, action, resource) unless { context.approval.granted };`
  const open = '@id("open") permit (principal, action, resource);'
  const access = (text: string) => accessMatrix(set(text), [ADA], [target('read')])[0]?.access
  expect(access(`${open} @id("a") ${ask('x')} @id("b") ${ask('x')}`)).toBe('ask')
  expect(access(`${open} @id("a") ${ask('x')} @id("b") ${ask('y')}`)).toBe('never')
  expect(access(`@id("a") ${ask('x')}`)).toBe('never')
  expect(
    access(
      `${open} @id("a") @liftedBy("approval") @approvers("user:x") forbid (principal, action, resource) when { context.approval.granted || true };`,
    ),
  ).toBe('never')
})

test('what nothing permits before it is approved is asked about, whoever asks for some arguments only', () => {
  const approved =
    '@id("ok") permit (principal, action, resource) when { context.approval.granted };'
  const asks = `@id("a") @liftedBy("approval") @approvers("self") forbid (principal, action, resource) when { context.args has x } unless { context.approval.granted };`
  expect(accessMatrix(set(`${approved} ${asks}`), [ADA], [target('read')])[0]).toMatchObject({
    access: 'ask',
    by: ['a'],
  })
  expect(accessMatrix(set(approved), [ADA], [target('read')])[0]).toMatchObject({
    access: 'never',
    by: [],
  })
})

test('a policy that always faults denies for everybody', () => {
  const rows = accessMatrix(
    set(
      '@id("open") permit (principal, action, resource); @id("f") permit (principal, action, resource) when { resource.uri == "x" };',
    ),
    [ADA],
    [target('read')],
  )
  expect(rows).toMatchObject([{ access: 'never', by: ['f'] }])
  expect(accessMatrix(set(''), [ADA], [{ ...target('read'), server: 'a:b' }])).toMatchObject([
    { access: 'never', by: [] },
  ])
})

const conditions = fc.constantFrom(
  'context.args.a == 1',
  'context.args has b && context.args.b == "x"',
  '!(context.args has a)',
  'resource.effects.contains("send")',
  'resource.effects.contains("send") || context.args has b',
  'principal is Agent',
  'context.facts.paths.count > 0',
  'context.facts.sql.limit < 50',
  'context.rate has x',
  'context.time > 5',
  'context.approval.granted',
  'context.args.a == 1 || true',
  'true',
)
const policies = fc
  .array(
    fc.record({
      effect: fc.constantFrom('permit', 'permit', 'forbid', 'ask'),
      conditions: fc.array(conditions, { maxLength: 2 }),
      observe: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((all) =>
    all
      .map(({ effect, conditions: some, observe }, index) => {
        const lifted = effect === 'ask' ? '@liftedBy("approval") @approvers("user:o")' : ''
        const when = some.map((one) => ` when { ${one} }`).join('')
        const unless = effect === 'ask' ? ' unless { context.approval.granted }' : ''
        const mode = observe && index % 3 === 2 ? '@mode("observe")' : ''
        return `@id("p${index}") ${lifted} ${mode} ${effect === 'permit' ? 'permit' : 'forbid'} (principal, action, resource)${when}${unless};`
      })
      .join('\n'),
  )
const args = fc.record(
  { a: fc.constantFrom(1, 2, null), b: fc.constantFrom('x', 'y', 3) },
  { requiredKeys: [] },
)

const COMES_TO = {
  permit: ['permit', 'unread'],
  ask: ['ask', 'deny', 'unread'],
  depends: ['permit', 'ask', 'deny', 'unread'],
  never: ['deny', 'unread'],
} as const

function comesTo(decision: Decision, facts: Facts): string {
  if (decision.effect === 'permit') return 'permit'
  if (decision.lift !== undefined) return 'ask'
  return facts.unparsable.length > 0 ? 'unread' : 'deny'
}

test('what the matrix is certain of, no arguments contradict', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(
      policies,
      fc.constantFrom(...EFFECTS),
      fc.array(fc.tuple(args, someFacts), { minLength: 3, maxLength: 6 }),
      (text, effect, calls) => {
        const all = set(text)
        const [row] = accessMatrix(all, [ADA], [target(effect)], { time: 10 })
        const point = decisionPoint(all)
        const base = { ...request('call', 's', effect, { effects: [effect] }), time: 10 }
        const access = row?.access ?? 'never'
        seen.set(access, (seen.get(access) ?? 0) + 1)
        for (const [some, facts] of calls) {
          const decision = point.decide({ ...base, arguments: some, facts })
          expect(COMES_TO[access]).toContain(comesTo(decision, facts))
        }
        expect(access !== 'never').toBe(point.visible(base))
      },
    ),
    { numRuns: 400, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false },
  )
  for (const access of ['permit', 'ask', 'depends', 'never']) {
    expect(seen.get(access)).toBeGreaterThan(5)
  }
})
