import fc from 'fast-check'
import { expect, test } from 'vitest'
import { policyJson, policyText } from '../testing/cedar-oracle.ts'
import { expressions, policies } from '../testing/cedar-policies.ts'
import { compile } from './compile.ts'
import type { Environment } from './environment.ts'
import { printExpression, printRule } from './print.ts'
import { readPolicy } from './read-policy.ts'
import { entity, recordOf } from './value.ts'

const BOUNDED = { interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false }

function read(condition: string) {
  return readPolicy(policyJson(`permit (principal, action, resource) when { ${condition} };`))
}

test('what is printed, Cedar reads back as the same policy', () => {
  let conditions = 0
  const property = fc.property(policies(4), (json) => {
    const rule = readPolicy(policyJson(policyText(json)))
    expect(readPolicy(policyJson(printRule(rule)))).toEqual(rule)
    conditions += rule.conditions.length
  })
  fc.assert(property, { numRuns: 1500, ...BOUNDED })
  expect(conditions).toBeGreaterThan(100)
})

test('what is printed of any expression, Cedar reads back as the same expression', () => {
  const property = fc.property(expressions(3), (json) => {
    const rule = readPolicy(
      policyJson(
        policyText({
          effect: 'permit',
          principal: { op: 'All' },
          action: { op: 'All' },
          resource: { op: 'All' },
          conditions: [{ kind: 'when', body: json }],
        }),
      ),
    )
    expect(readPolicy(policyJson(printRule(rule)))).toEqual(rule)
  })
  fc.assert(property, { numRuns: 2000, ...BOUNDED })
})

test.each([
  'context.args.to like "*@example.com" && !(context.args has cc)',
  'context.args["x-y"] == "a\\"b\\n\\u{202e}"',
  'context.args["if"] == 1 || context.args has "then"',
  '(if principal is User then 1 else 2) == 1',
  'resource is Tool in Server::"a"',
  'resource.effects.containsAny(["write", "delete"])',
  'context.args.path like "\\*\\\\*"',
  '-(1) == -1 && 1 - -1 == 2 && 1 - (2 - 3) == 2',
  '(1 < 2) == true',
  '!(!true)',
  'ip("10.0.0.0/8").isInRange(ip("0:0:0:0:0:0:0:1"))',
  'decimal("1.5").lessThan(context.decimals.n)',
  '{"a": 1}.a == 1 && [1, context.args.x].contains(2)',
  'principal in [User::"a", User::"b"]',
  'context.args has a.b',
])('prints as it was written: %s', (condition) => {
  const [only] = read(condition).conditions
  expect(only && printExpression(only)).toBe(condition)
})

test('a date beyond four digits of the year keeps its value', () => {
  const literal = { kind: 'literal', value: { kind: 'datetime', ms: -62_167_219_200_001 } } as const
  const [condition] = read(`${printExpression(literal)} == context.x`).conditions
  if (condition?.kind !== 'binary') throw new Error('unreachable')
  const nowhere: Environment = {
    principal: entity('', ''),
    action: entity('', ''),
    resource: entity('', ''),
    context: recordOf(new Map()),
    lookup: () => undefined,
  }
  expect(compile(condition.left)(nowhere)).toEqual(literal.value)
})
