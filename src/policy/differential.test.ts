import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from './decide.ts'
import { compile } from './language/compile.ts'
import { compileRule } from './language/compile-policy.ts'
import type { Environment } from './language/environment.ts'
import { Fault } from './language/fault.ts'
import { readPolicy } from './language/read-policy.ts'
import { slices } from './language/slices.ts'
import type { Value } from './language/value.ts'
import type { Policy } from './load-policy.ts'
import {
  environmentOf,
  judge,
  policyJson,
  policyText,
  type Verdict,
  type World,
  worlds,
} from './testing/cedar-oracle.ts'
import { expressions, policies } from './testing/cedar-policies.ts'
import { CONSTRUCTIBLE, type Constructor, toCedarJson } from './testing/cedar-values.ts'

const BOUNDED = { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false }

/** `permit … when { <expression> == Expected::"<index>".v }`, through Cedar's printer and parser. */
function equalityPolicy(expression: unknown, index: number): string {
  const expected = { Value: { __entity: { type: 'Expected', id: String(index) } } }
  const right = { '.': { left: expected, attr: 'v' } }
  return policyText({
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: 'All' },
    resource: { op: 'All' },
    conditions: [{ kind: 'when', body: { '==': { left: expression, right } } }],
  })
}

/** The left side of the equality, read back from Cedar and evaluated by us; no value is a fault. */
function ourValue(text: string, environment: Environment): Value | undefined {
  const [condition] = readPolicy(policyJson(text)).conditions
  if (condition?.kind !== 'binary') throw new Error('unreachable')
  try {
    return compile(condition.left)(environment)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

test('every expression has the value that Cedar gives it, or faults where Cedar does', () => {
  const seen = { values: 0, faults: 0 }
  const property = fc.property(
    worlds,
    fc.array(expressions(3), { minLength: 1, maxLength: 12 }),
    (world, all) => {
      const texts = all.map(equalityPolicy)
      const environment = environmentOf(world)
      const values = texts.map((text) => ourValue(text, environment))
      const verdict = judge(
        world,
        Object.fromEntries(texts.map((text, index) => [String(index), text])),
        values.map((value) => (value === undefined ? false : toCedarJson(value))),
      )
      const ids = [...values.keys()].map(String)
      expect(verdict.errors).toEqual(ids.filter((id) => values[Number(id)] === undefined).sort())
      expect(verdict.reasons).toEqual(ids.filter((id) => values[Number(id)] !== undefined).sort())
      seen.values += verdict.reasons.length
      seen.faults += verdict.errors.length
    },
  )
  fc.assert(property, { numRuns: 2000, ...BOUNDED })
  // A comparison of nothing with nothing proves nothing.
  expect(seen.values).toBeGreaterThan(10)
  expect(seen.faults).toBeGreaterThan(10)
})

/** Our answer before a fault denies: Cedar skips the policy that errs. */
function ourVerdict(world: World, texts: Readonly<Record<string, string>>): Verdict {
  const compiled = Object.entries(texts).map(([id, text]) => {
    const rule = readPolicy(policyJson(text))
    return { id, rule, compiled: compileRule(rule, new Set()) } as unknown as Policy
  })
  const environment = environmentOf(world)
  const { permits, forbids, failures } = evaluate(slices(compiled)(environment), environment)
  return {
    decision: forbids.length === 0 && permits.length > 0 ? 'allow' : 'deny',
    reasons: (forbids.length > 0 ? forbids : permits).map(({ id }) => id),
    errors: failures.map(({ id }) => id),
  }
}

test('every policy set is decided as Cedar decides it: decision, determining policies, errors', () => {
  const seen = { allow: 0, reasons: 0, errors: 0 }
  const property = fc.property(
    worlds,
    fc.array(policies(2).map(policyText), { minLength: 1, maxLength: 8 }),
    (world, all) => {
      const texts = Object.fromEntries(all.map((text, index) => [String(index), text]))
      const verdict = judge(world, texts)
      expect(ourVerdict(world, texts)).toEqual(verdict)
      seen.allow += verdict.decision === 'allow' ? 1 : 0
      seen.reasons += verdict.reasons.length
      seen.errors += verdict.errors.length
    },
  )
  fc.assert(property, { numRuns: 2000, ...BOUNDED })
  expect(seen.allow).toBeGreaterThan(10)
  expect(seen.reasons).toBeGreaterThan(10)
  expect(seen.errors).toBeGreaterThan(10)
})

const NOWHERE: World = {
  principal: { type: 'User', id: '1' },
  action: { type: 'Action', id: 'call' },
  resource: { type: 'Tool', id: '1' },
  context: {
    json: {},
    value: { kind: 'record', has: () => false, member: () => undefined, names: () => [] },
  },
  entities: [],
}

/** Texts that are almost right: one that is, with a piece of another in some place. */
function nearly(samples: readonly string[]): fc.Arbitrary<string> {
  const letters = fc.constantFrom(...new Set(samples.join('')), '0', '9', ' ', '\n', '٣', 'g')
  return fc
    .tuple(fc.constantFrom(...samples), fc.nat(40), fc.nat(3), fc.array(letters, { maxLength: 3 }))
    .map(([text, at, cut, put]) => text.slice(0, at) + put.join('') + text.slice(at + cut))
}

test.each(Object.keys(CONSTRUCTIBLE) as Constructor[])(
  '`%s` takes the texts that Cedar takes, and means the same by them',
  (name) => {
    const seen = { values: 0, faults: 0 }
    const property = fc.property(
      fc.array(nearly(CONSTRUCTIBLE[name]), { minLength: 1, maxLength: 20 }),
      (samples) => {
        const texts = samples.map((text, index) =>
          equalityPolicy({ [name]: [{ Value: text }] }, index),
        )
        const values = texts.map((text) => ourValue(text, environmentOf(NOWHERE)))
        const { errors, reasons } = judge(
          NOWHERE,
          Object.fromEntries(texts.map((text, index) => [String(index), text])),
          values.map((value) => (value === undefined ? false : toCedarJson(value))),
        )
        expect(errors).toEqual(
          [...values.keys()]
            .filter((at) => values[at] === undefined)
            .map(String)
            .sort(),
        )
        seen.values += reasons.length
        seen.faults += errors.length
        expect(reasons.length).toBe(values.length - errors.length)
      },
    )
    fc.assert(property, { numRuns: 300, ...BOUNDED })
    expect(seen.values).toBeGreaterThan(10)
    expect(seen.faults).toBeGreaterThan(10)
  },
)
