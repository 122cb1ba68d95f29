import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../decide.ts'
import type { Policy } from '../load-policy.ts'
import { prospectsOf } from '../prospects.ts'
import {
  environmentOf,
  policyJson,
  policyText,
  type World,
  worlds,
} from '../testing/cedar-oracle.ts'
import { policies } from '../testing/cedar-policies.ts'
import { recordTwins, twins } from '../testing/cedar-values.ts'
import { compileRule } from './compile-policy.ts'
import type { Environment } from './environment.ts'
import { readPolicy } from './read-policy.ts'

/** Members of `context` that play the arguments here. */
const UNKNOWN = new Set(['a', 'rec', 'n', 'flag'])
const BOUNDED = { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false }

function compiled(texts: readonly string[]): readonly Policy[] {
  return texts.map((text, index) => {
    const rule = readPolicy(policyJson(text))
    return { id: String(index), rule, compiled: compileRule(rule, UNKNOWN) } as unknown as Policy
  })
}

function permits(all: readonly Policy[], environment: Environment): boolean {
  const { permits, forbids, failures } = evaluate(all, environment)
  return permits.length > 0 && forbids.length === 0 && failures.length === 0
}

/** No human has a say here. */
function mayBePermitted(all: readonly Policy[], environment: Environment): boolean {
  return prospectsOf(all, environment, () => environment).permit
}

/** The same world with other values in the unknown members. */
function withOther(world: World, other: World['context']): World {
  const known = world.context.value
  const names = [
    ...known.names().filter((name) => !UNKNOWN.has(name)),
    ...other.value.names().filter((name) => UNKNOWN.has(name)),
  ]
  const pick = (name: string) => (UNKNOWN.has(name) ? other : world.context)
  return {
    ...world,
    context: {
      json: Object.fromEntries(names.map((name) => [name, pick(name).json[name] ?? false])),
      value: {
        kind: 'record',
        has: (name) => names.includes(name),
        member: (name) => (names.includes(name) ? pick(name).value.member(name) : undefined),
        names: () => names,
      },
    },
  }
}

const sets = fc.array(policies(3).map(policyText), { minLength: 1, maxLength: 4 })

test('what some arguments permit is visible, seen from any other arguments', () => {
  let permitted = 0
  const property = fc.property(worlds, recordTwins(twins(1)), sets, (world, other, texts) => {
    const all = compiled(texts)
    if (!permits(all, environmentOf(world))) return
    permitted += 1
    expect(mayBePermitted(all, environmentOf(withOther(world, other)))).toBe(true)
  })
  fc.assert(property, { numRuns: 2000, ...BOUNDED })
  expect(permitted).toBeGreaterThan(10)
})

test('every end that a policy comes to is among those that were foreseen', () => {
  const seen = { held: 0, faulted: 0, certain: 0 }
  const property = fc.property(
    worlds,
    recordTwins(twins(1)),
    policies(3).map(policyText),
    (world, other, text) => {
      const [policy] = compiled([text])
      if (policy === undefined) return
      const { permits, forbids, failures } = evaluate([policy], environmentOf(world))
      const ends = policy.compiled.mayApply(environmentOf(withOther(world, other)))
      const held = permits.length + forbids.length > 0
      if (failures.length > 0) expect(ends.fault).toBe(true)
      else expect(held ? ends.true : ends.false).toBe(true)
      seen.held += held ? 1 : 0
      seen.faulted += failures.length
      seen.certain += Number(ends.true) + Number(ends.false) + Number(ends.fault) === 1 ? 1 : 0
    },
  )
  fc.assert(property, { numRuns: 2000, ...BOUNDED })
  expect(seen.held).toBeGreaterThan(10)
  expect(seen.faulted).toBeGreaterThan(10)
  expect(seen.certain).toBeGreaterThan(10)
})

test('policies that read no arguments are visible exactly when they permit', () => {
  const seen = { visible: 0, hidden: 0 }
  const silent = fc
    .array(policies(2).map(policyText), { minLength: 1, maxLength: 4 })
    .map((texts) => texts.filter((text) => !/\bcontext\b/.test(text)))
  const property = fc.property(worlds, silent, (world, texts) => {
    const all = compiled(texts)
    const visible = mayBePermitted(all, environmentOf(world))
    expect(visible).toBe(permits(all, environmentOf(world)))
    seen[visible ? 'visible' : 'hidden'] += 1
  })
  fc.assert(property, { numRuns: 1500, ...BOUNDED })
  expect(seen.visible).toBeGreaterThan(10)
  expect(seen.hidden).toBeGreaterThan(10)
})
