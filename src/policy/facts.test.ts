import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import type { Facts } from '../kernel/facts.ts'
import { request } from '../kernel/testing/requests.ts'
import { evaluate } from './decide.ts'
import { readDefinitions } from './document/definitions.ts'
import { explainGuard } from './guards/explain-guard.ts'
import type { Guard } from './guards/guard.ts'
import { recordOf } from './language/value.ts'
import { loadPolicies } from './policy.ts'
import { requestEnvironment } from './request-environment.ts'
import { judge, type World, withoutFaults } from './testing/cedar-oracle.ts'
import { amount, facts, path, shell, someFacts, sql, url } from './testing/facts.ts'
import { pointOf } from './testing/load.ts'
import { SHAPES, type Shape } from './vocabulary.ts'

const BOUNDED = { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false }
const GUARDS = `
guards:
  files: { path: { within: [/srv], deny: ["**/.env"] }, arguments: [a, /b/c] }
  web: { url: { hosts: ["*.example.com"] } }
  query: { sql: { statements: [select], limitMax: 100, multiple: true } }
  run: { shell: { programs: [git], redirects: true, operators: ["|"] } }
  mail: { recipients: { domains: [x.example, y.example], maxCount: 2 } }
  pay: { amount: { max: "5", min: "-5", total: "6" } }
  ids: { identifier: { types: [uuid] } }
  pics: { media: { types: ["image/*"], maxBytes: 9 } }
  search: { pattern: {} }
limits: { day: { calls: 1, every: 1d, per: [], for: {} } }
`
const DOCUMENT = { file: 'd.yaml', text: GUARDS }
const FIND = { places: {}, realRoot: (folder: string) => folder }

/** Conditions over every attribute of facts and rates, most of them of the right type. */
const atoms: fc.Arbitrary<string> = fc
  .constantFrom(
    ...paths(SHAPES.context, 'context').filter((one) => !/args|decimals|flow|provenance/.test(one)),
  )
  .chain((of) =>
    fc.constantFrom(
      ...words(of).flatMap((word) => [
        `${of}.contains("${word}")`,
        `${of} == ["${word}"]`,
        `${of} == "${word}"`,
        `${of}.containsAll(["${word}"])`,
      ]),
      `${of}.isEmpty()`,
      `${of} < 2`,
      `${of} == 1`,
      `${of} == [443]`,
      `${of}`,
      `${of}.lessThanOrEqual(decimal("2.5"))`,
    ),
  )

const conditions: fc.Arbitrary<string> = fc.oneof(
  atoms,
  atoms.map((one) => `!(${one})`),
  fc.tuple(atoms, fc.constantFrom('&&', '||'), atoms).map(([a, by, b]) => `(${a}) ${by} (${b})`),
)

function paths(shape: Shape, path: string): readonly string[] {
  if (typeof shape === 'string' || Array.isArray(shape)) return [path]
  return Object.entries(shape).flatMap(([name, inner]) =>
    name === '*'
      ? (path.endsWith('rate')
          ? ['day']
          : ['files', 'web', 'query', 'run', 'mail', 'pay', 'ids', 'pics', 'search']
        ).flatMap((one) => paths(inner, `${path}["${one}"]`))
      : paths(inner, `${path}.${name}`),
  )
}

function words(of: string): readonly string[] {
  if (of.includes('guards')) return ['pass', 'fail', 'none']
  if (/kinds|unparsable/.test(of)) return ['path', 'sql']
  if (of.endsWith('weekday')) return ['sunday', 'monday']
  if (of.endsWith('subject.via')) return ['login', 'operator']
  if (of.endsWith('credential.kind')) return ['none', 'static']
  if (of.endsWith('authorization.trust')) return ['registered', 'dynamic']
  return of.endsWith('classes')
    ? ['read', 'delete']
    : ['/srv/a', 'example.com', 'https', 't', 'select', 'EUR', 'public']
}

const rates = fc.constantFrom<AccessRequest['rate']>({}, { day: { left: 1.9, most: 20 } })

test('what policies see of facts is what Cedar decides by', () => {
  const seen = { held: 0, faulted: 0, withFaults: 0 }
  const { guards } = readDefinitions([DOCUMENT], FIND)
  const all = fc.array(conditions, { minLength: 1, maxLength: 12 })
  const property = fc.property(someFacts, rates, all, (some, rate, texts) => {
    const policies = texts.map(
      (text, index) => `@id("${index}") permit (principal, action, resource) when { ${text} };`,
    )
    const set = loadPolicies([{ file: 'p.cedar', text: policies.join('\n') }, DOCUMENT], FIND)
    const asked = { ...request('call', 's', 't', { facts: some }), rate }
    const environment = requestEnvironment(asked, {
      guards: guards.map(({ item }) => item),
      approval: 'none',
    })
    const { json, faults } = withoutFaults(environment.context)
    const world: World = {
      principal: { type: 'User', id: 'ada' },
      action: { type: 'Action', id: 'call' },
      resource: { type: 'Tool', id: 's:t' },
      context: { json, value: recordOf(new Map()) },
      entities: [],
    }
    const verdict = judge(
      world,
      Object.fromEntries(policies.map((text, index) => [String(index), text])),
    )
    const { permits, failures } = evaluate(set.policies, environment)
    expect(permits.map(({ id }) => id)).toEqual(verdict.reasons)
    expect(failures.map(({ id }) => id)).toEqual(verdict.errors)
    seen.held += permits.length
    seen.faulted += failures.length
    seen.withFaults += faults > 0 ? 1 : 0
  })
  fc.assert(property, { numRuns: 150, ...BOUNDED })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
})

test('what some arguments, facts and rates permit is listed', () => {
  const seen = { permitted: 0, hidden: 0 }
  const policy = fc.tuple(
    fc.constantFrom('permit', 'permit', 'forbid'),
    fc.constantFrom('', '', '@mode("observe")'),
    fc.oneof(
      conditions,
      fc.constantFrom('resource.trust == "trusted"', 'context.approval.granted', 'context.args.x'),
    ),
  )
  const all = fc.array(policy, { minLength: 1, maxLength: 4 })
  const property = fc.property(someFacts, rates, all, (some, rate, policies) => {
    const texts = policies.map(
      ([effect, mode, condition], index) =>
        `@id("${index}") ${mode} ${effect} (principal, action, resource) when { ${condition} };`,
    )
    const point = pointOf(texts.join('\n'), GUARDS)
    const asked = { ...request('call', 's', 't', { facts: some, arguments: { x: true } }), rate }
    const visible = point.visible(asked)
    seen.hidden += visible ? 0 : 1
    if (point.decide(asked).effect === 'deny') return
    seen.permitted += 1
    expect(visible).toBe(true)
  })
  fc.assert(property, { numRuns: 500, ...BOUNDED })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
})

test('a guard that fails for some facts fails for more of them, and passes nothing that is unread', () => {
  const { guards } = readDefinitions([DOCUMENT], FIND)
  const seen = { pass: 0, fail: 0, none: 0 }
  const check = (guard: Guard, left: Facts, right: Facts): void => {
    const parts = [left, right].map((one) => explainGuard(guard, one).outcome)
    const both = joined(left, right)
    const { outcome, reasons } = explainGuard(guard, both)
    const unread = both.unparsable.filter(({ kind }) => kind === guard.kind)
    if (parts.includes('fail')) expect(outcome).toBe('fail')
    if (outcome === 'none') expect(parts).toEqual(['none', 'none'])
    if (unread.length > 0 && guard.arguments === undefined) expect(outcome).toBe('fail')
    expect(reasons.length > 0).toBe(outcome === 'fail')
    seen[outcome] += 1
  }
  const property = fc.property(someFacts, someFacts, (left, right) => {
    for (const { item } of guards) check(item, left, right)
  })
  fc.assert(property, { numRuns: 300, ...BOUNDED })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
})

function joined(left: Facts, right: Facts): Facts {
  const entries = Object.entries(left).map(([name, list]) => [
    name,
    [...list, ...(right[name as keyof Facts] ?? [])],
  ])
  return Object.fromEntries(entries) as Facts
}

describe('what policies see of facts', () => {
  const sees = (condition: string, some: Partial<Facts>) =>
    pointOf(`@id("p") permit (principal, action, resource) when { ${condition} };`).decide(
      request('call', 's', 't', { facts: facts(some) }),
    )
  const { limit: _, ...unlimited } = sql()

  test.each<[string, Partial<Facts>]>([
    ['context.facts.kinds == ["path", "url"]', { paths: [path('/a')], urls: [url('h')] }],
    ['context.facts.kinds.isEmpty() && context.facts.paths.lexical.isEmpty()', {}],
    ['context.facts.paths.resolved', { paths: [path('/a')] }],
    ['!context.facts.paths.resolved', { paths: [path('/a'), path(undefined)] }],
    ['!context.facts.paths.resolved && !context.facts.paths.allExist', {}],
    ['context.facts.paths.allExist', { paths: [path('/a', { exists: true })] }],
    ['!context.facts.paths.allExist', { paths: [path('/a', { exists: true }), path('/b')] }],
    ['context.facts.urls.ports == [443, 22]', { urls: [url('h'), url('h', { port: 22 })] }],
    ['context.facts.sql.count == 3', { sql: [sql(), sql({ count: 2 })] }],
    [
      'context.facts.sql.limited && context.facts.sql.limit == 20',
      { sql: [sql(), sql({ limit: 20 })] },
    ],
    ['!context.facts.sql.limited && !(context.facts.sql has limit)', { sql: [sql(), unlimited] }],
    ['!context.facts.sql.limited && !(context.facts.sql has limit)', {}],
    [
      'context.facts.shell.redirects == ["/x", "unknown"]',
      {
        shell: [
          {
            ...shell(['a']),
            redirects: [
              { operator: '>', target: '/x' },
              { operator: '<', target: null },
            ],
          },
        ],
      },
    ],
    [
      'context.facts.amounts.currencies == ["EUR", "unknown"]',
      { amounts: [amount('1', 'EUR'), amount('1')] },
    ],
    [
      'context.facts.amounts.largest == decimal("9.5") && context.facts.amounts.total == decimal("13.75")',
      { amounts: [amount('-9.500000'), amount('4.25')] },
    ],
    ['!(context.facts.amounts has largest) && context.facts.amounts.total == decimal("0.0")', {}],
  ])('%s', (condition, some) => {
    expect(sees(condition, some).effect).toBe('permit')
  })

  test.each<[string, Partial<Facts>]>([
    // The rest of the amounts would look like all of them.
    [
      'context.facts.amounts.largest.lessThan(decimal("2.0"))',
      { amounts: [amount('1'), amount('9'.repeat(30))] },
    ],
    [
      'context.facts.amounts.total.lessThan(decimal("2.0"))',
      { amounts: [amount('1'), amount('0.00001')] },
    ],
    [
      'context.facts.amounts.total.lessThan(decimal("2.0"))',
      { amounts: [amount('922337203685477'), amount('922337203685477')] },
    ],
    ['context.facts.sql.limit > 0', { sql: [sql({ limit: 2 ** 60 })] }],
    ['context.facts.paths.real.contains("/a")', { paths: [path('/a'), path('/\ud800')] }],
  ])('what Cedar cannot hold denies: %s', (condition, some) => {
    expect(sees(condition, some)).toMatchObject({ effect: 'deny', errors: ['p'] })
    expect(sees('context.facts.amounts has largest || true', some).effect).toBe('permit')
  })

  test('what is left of a limit is rounded down, and absent where it does not apply', () => {
    const point = pointOf(
      `@id("p") permit (principal, action, resource) when { context.rate has "day" && context.rate["day"].left == 1 && context.rate.day.most == 20 };`,
      'limits: { day: { calls: 20, every: 1d, per: [], for: {} } }',
    )
    const asked = request('call', 's', 't')
    expect(point.decide({ ...asked, rate: { day: { left: 1.99, most: 20 } } }).effect).toBe(
      'permit',
    )
    expect(point.decide(asked)).toMatchObject({ effect: 'deny', errors: [] })
  })
})

describe('what arguments hold', () => {
  const content = [
    { category: 'secret', type: 'jwt', at: '/a', certainty: 'likely' },
    { category: 'secret', type: 'jwt', at: '/b', certainty: 'proved' },
    { category: 'secret', type: 'odd', at: '/c', certainty: 'hint' },
    { category: 'canary', type: 'aws-key', at: '/a', certainty: 'proved' },
  ] as const
  const holds = (condition: string, some: Partial<Facts>) =>
    pointOf(
      `@id("p") permit (principal, action, resource) when { context.facts.${condition} };`,
    ).decide(request('call', 's', 't', { facts: facts(some) })).effect === 'permit'

  test.each([
    'secrets.count == 2',
    'secrets.types == ["jwt"]',
    'secrets.at == ["/a", "/b"]',
    'canaries.types.contains("aws-key")',
    'personal.count == 0',
    'injection.types.isEmpty()',
    'hidden.at.isEmpty()',
  ])('%s', (condition) => {
    expect(holds(condition, { content })).toBe(true)
  })

  test('is nothing in records from before it was looked for', () => {
    expect(holds('secrets.count == 0', {})).toBe(true)
    expect(holds('secrets.types.isEmpty()', {})).toBe(true)
  })
})
