import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AccessRequest, DATA_CLASSES } from '../kernel/access.ts'
import { ARGUMENT_ROLES, type FlowFacts, ORIGINS } from '../kernel/flow.ts'
import { request } from '../kernel/testing/requests.ts'
import { evaluate } from './decide.ts'
import { recordOf } from './language/value.ts'
import { loadPolicies } from './policy.ts'
import { requestEnvironment } from './request-environment.ts'
import { judge, type World, withoutFaults } from './testing/cedar-oracle.ts'
import { flow, someFlow, valueOrigin } from './testing/flow.ts'
import { pointOf } from './testing/load.ts'

const BOUNDED = { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false }

/** Every member of both records, with words that may stand in it. */
const MEMBERS: readonly (readonly [path: string, words: readonly string[]])[] = [
  ...[...ARGUMENT_ROLES, 'links'].map((name) => [`provenance.${name}`, ORIGINS] as const),
  ...['untrusted', 'members'].map((name) => [`provenance.${name}`, ['/to', '']] as const),
  ['provenance.doubtful', ARGUMENT_ROLES],
  ['provenance.carries', DATA_CLASSES],
  ['flow.classes', DATA_CLASSES],
]
const atoms: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('untrusted', 'confidential', 'complete').map((name) => `context.flow.${name}`),
  fc.constantFrom('untrusted', 'members').map((name) => `context.provenance.${name}.isEmpty()`),
  fc
    .constantFrom(...MEMBERS)
    .chain(([path, words]) =>
      fc.tuple(
        fc.constant(`context.${path}`),
        fc.subarray([...words], { minLength: 1 }),
        fc.constantFrom('contains', 'containsAny', 'containsAll', 'within', '==', 'isEmpty'),
      ),
    )
    .map(([path, words, operator]) => {
      const list = `[${words.map((word) => `"${word}"`).join(', ')}]`
      if (operator === 'contains') return `${path}.contains("${words[0]}")`
      if (operator === 'within') return `${list}.containsAll(${path})`
      if (operator === 'isEmpty') return `${path}.isEmpty()`
      return operator === '==' ? `${path} == ${list}` : `${path}.${operator}(${list})`
    }),
)
const conditions: fc.Arbitrary<string> = fc.oneof(
  atoms,
  atoms.map((one) => `!(${one})`),
  fc.tuple(atoms, fc.constantFrom('&&', '||'), atoms).map(([a, by, b]) => `(${a}) ${by} (${b})`),
)

function asked(facts: FlowFacts | undefined): AccessRequest {
  const call = request('call', 's', 't', { effects: ['send'], arguments: { to: 'x@y.example' } })
  return facts === undefined ? call : { ...call, flow: facts }
}

test('what policies see of flows is what Cedar decides by', () => {
  const seen = { held: 0, faulted: 0 }
  const all = fc.array(conditions, { minLength: 1, maxLength: 12 })
  const property = fc.property(someFlow, all, (facts, texts) => {
    const policies = texts.map(
      (text, index) => `@id("${index}") permit (principal, action, resource) when { ${text} };`,
    )
    const set = loadPolicies([{ file: 'p.cedar', text: policies.join('\n') }])
    const environment = requestEnvironment(asked(facts), { guards: [] })
    const world: World = {
      principal: { type: 'User', id: 'ada' },
      action: { type: 'Action', id: 'call' },
      resource: { type: 'Tool', id: 's:t' },
      context: { json: withoutFaults(environment.context).json, value: recordOf(new Map()) },
      entities: [],
    }
    const texted = Object.fromEntries(policies.map((text, index) => [String(index), text]))
    const verdict = judge(world, texted)
    const { permits, failures } = evaluate(set.policies, environment)
    expect(permits.map(({ id }) => id)).toEqual(verdict.reasons)
    expect(failures.map(({ id }) => id)).toEqual(verdict.errors)
    seen.held += permits.length
    seen.faulted += failures.length
  })
  fc.assert(property, { numRuns: 200, ...BOUNDED })
  expect(seen.held).toBeGreaterThan(10)
  expect(seen.faulted).toBeGreaterThan(1)
})

test('a tool that some flow permits, or that a person may permit, is listed whatever was read before', () => {
  const seen = { permitted: 0, asks: 0, hidden: 0 }
  const policy = fc.tuple(
    fc.constantFrom(
      'permit',
      'permit',
      'forbid',
      '@liftedBy("approval") @approvers("self") forbid',
    ),
    fc.oneof(conditions, fc.constantFrom('resource.trust == "trusted"')),
  )
  const all = fc.array(policy, { minLength: 1, maxLength: 4 })
  const property = fc.property(someFlow, someFlow, all, (facts, before, policies) => {
    const texts = policies.map(([effect, condition], index) => {
      const unless = effect.startsWith('@') ? ' unless { context.approval.granted }' : ''
      return `@id("${index}") ${effect} (principal, action, resource) when { ${condition} }${unless};`
    })
    const point = pointOf(texts.join('\n'))
    const visible = point.visible(asked(before))
    const decision = point.decide(asked(facts))
    if (!visible) seen.hidden += 1
    if (decision.effect === 'deny' && decision.lift === undefined) return
    seen[decision.effect === 'permit' ? 'permitted' : 'asks'] += 1
    expect(visible).toBe(true)
  })
  fc.assert(property, { numRuns: 600, ...BOUNDED })
  expect(seen.permitted).toBeGreaterThan(10)
  expect(seen.asks).toBeGreaterThan(3)
  expect(seen.hidden).toBeGreaterThan(10)
})

describe('what policies see', () => {
  const sees = (condition: string, facts: FlowFacts | undefined) =>
    pointOf(`@id("p") permit (principal, action, resource) when { context.${condition} };`).decide(
      asked(facts),
    )
  const NAMED = flow({
    readConfidential: true,
    classes: ['confidential', 'personal'],
    complete: false,
    carries: ['personal'],
    values: [
      valueOrigin(),
      valueOrigin({ at: '/cc/0', origin: 'members' }),
      valueOrigin({ at: '/body', role: 'content', origin: 'listed', link: true }),
    ],
  })

  test.each([
    'flow.untrusted',
    'flow.confidential',
    'flow.complete == false',
    'flow.classes == ["confidential", "personal"]',
    'provenance.destination == ["untrusted", "members"]',
    'provenance.content == ["listed"]',
    'provenance.links == ["listed"]',
    'provenance.selector.isEmpty()',
    'provenance.untrusted == ["/to"]',
    'provenance.members == ["/cc/0"]',
    'provenance.carries == ["personal"]',
  ])('%s', (condition) => {
    expect(sees(condition, NAMED).effect).toBe('permit')
  })

  test.each([
    'flow.untrusted == false',
    'flow.confidential == false',
    'flow.complete',
    'flow.classes.isEmpty()',
    ...[...ARGUMENT_ROLES, 'links', 'untrusted', 'members', 'carries'].map(
      (name) => `provenance.${name}.isEmpty()`,
    ),
  ])('nothing, where nobody looked: %s', (condition) => {
    expect(sees(condition, undefined).effect).toBe('permit')
  })

  test('a place that no policy can read denies where it is read', () => {
    const odd = flow({ values: [valueOrigin({ at: '/\ud800' })] })
    expect(sees('provenance.untrusted.isEmpty() == false', odd)).toMatchObject({ errors: ['p'] })
    expect(sees('provenance.destination == ["untrusted"]', odd).effect).toBe('permit')
  })
})

test.each([
  ['context.provenance.destinations.isEmpty()', 'destination'],
  ['context.provenance.carries.contains("credential")', 'credentials'],
  ['context.provenance.destination.contains("untrustd")', 'untrusted'],
  ['context.provenance.links.containsAny(["member"])', 'members'],
  ['context.flow.untrust', 'untrusted'],
  ['context.flow.classes.contains("personel")', 'personal'],
  ['context.provenanc.carries.isEmpty()', 'provenance'],
  ['resource.trust == "member"', 'members'],
])('a word that there is not is refused with the nearest one: %s', (condition, near) => {
  const text = `@id("p") forbid (principal, action, resource) when { ${condition} };`
  expect(() => loadPolicies([{ file: 'p.cedar', text }])).toThrow(`did you mean \`${near}\`?`)
})

test('the three trusts of what a target returns are told apart', () => {
  const point = pointOf(
    '@id("p") permit (principal, action, resource) when { resource.trust == "members" };',
  )
  const { target, ...call } = asked(undefined)
  const of = (trust: 'trusted' | 'members' | 'untrusted') => {
    const classification = { ...target.classification, trust }
    return point.decide({ ...call, target: { ...target, classification } }).effect
  }
  expect([of('trusted'), of('members'), of('untrusted')]).toEqual(['deny', 'permit', 'deny'])
})
