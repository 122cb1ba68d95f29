import { expect, test } from 'vitest'
import { environmentOf, judge, policyJson, type World } from '../testing/cedar-oracle.ts'
import { EDGES, toCedarJson } from '../testing/cedar-values.ts'
import { compile } from './compile.ts'
import { Fault } from './fault.ts'
import { BINARY, UNARY } from './operators.ts'
import { readPolicy } from './read-policy.ts'
import { recordOf, type Value } from './value.ts'

const ALL = EDGES.flat()
const WORLD: World = {
  principal: { type: 'User', id: '1' },
  action: { type: 'Action', id: 'call' },
  resource: { type: 'Tool', id: '1' },
  context: {
    json: Object.fromEntries(ALL.map(({ json }, index) => [`v${index}`, json])),
    value: recordOf(new Map(ALL.map(({ value }, index) => [`v${index}`, value]))),
  },
  entities: [
    {
      uid: { type: 'User', id: '1' },
      parents: [{ type: 'User', id: 'a"b' }],
      attributes: { json: {}, value: recordOf(new Map()) },
      tags: { json: { a: 1 }, value: recordOf(new Map([['a', 1]])) },
    },
  ],
}
const ENVIRONMENT = environmentOf(WORLD)
const INFIX: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'in'])
const FUNCTIONS: ReadonlySet<string> = new Set(['ip', 'decimal', 'datetime', 'duration'])

/** Compares every expression with Cedar: its value, or that it faults. */
function compare(expressions: readonly string[]): { values: number; faults: number } {
  const texts = expressions.map(
    (text, index) =>
      `permit(principal, action, resource) when { (${text}) == Expected::"${index}".v };`,
  )
  const values = texts.map(ourValue)
  const { reasons, errors } = judge(
    WORLD,
    Object.fromEntries(texts.map((text, index) => [String(index), text])),
    values.map((value) => (value === undefined ? false : toCedarJson(value))),
  )
  const [holds, faults] = [new Set(reasons), new Set(errors)]
  const wrong = expressions.filter((_, index) => {
    const expected = values[index] === undefined ? faults : holds
    return !expected.has(String(index))
  })
  expect(wrong).toEqual([])
  return { values: reasons.length, faults: errors.length }
}

function ourValue(text: string): Value | undefined {
  const [condition] = readPolicy(policyJson(text)).conditions
  if (condition?.kind !== 'binary') throw new Error('unreachable')
  try {
    return compile(condition.left)(ENVIRONMENT)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/** `context.v<index>` for every edge, by kind. */
const NAMES = EDGES.map((kind) => kind.map((twin) => `context.v${ALL.indexOf(twin)}`))

/** All pairs of one kind or with a text, and a third of the others, which nearly all fault alike. */
const TEXT = 1
const PAIRS = NAMES.flatMap((lefts, kind) =>
  lefts.flatMap((left, row) =>
    NAMES.flatMap((rights, other) =>
      rights
        .filter(
          (_, column) =>
            kind === other || other === TEXT || (row + column + kind + other) % 3 === 0,
        )
        .map((right) => [left, right] as const),
    ),
  ),
)

function unaryText(operator: string, operand: string): string {
  if (operator === '!') return `!${operand}`
  if (operator === 'neg') return `-${operand}`
  return FUNCTIONS.has(operator) ? `${operator}(${operand})` : `${operand}.${operator}()`
}

function binaryText(operator: string, left: string, right: string): string {
  if (INFIX.has(operator)) return `${left} ${operator} ${right}`
  return `${left}.${operator}(${right})`
}

const FORMS: readonly (readonly [string, (left: string, right: string) => string])[] = [
  ...[...BINARY.keys()].map(
    (operator) =>
      [operator, (left: string, right: string) => binaryText(operator, left, right)] as const,
  ),
  ['&&', (left, right) => `${left} && ${right}`],
  ['||', (left, right) => `${left} || ${right}`],
  ['if', (left, right) => `if ${left} then ${right} else 7`],
  ['is in', (left, right) => `${left} is User in ${right}`],
]

test.each([...UNARY.keys()])(
  '`%s` of every kind of value is what Cedar makes of it',
  (operator) => {
    const { faults } = compare(NAMES.flat().map((name) => unaryText(operator, name)))
    expect(faults).toBeGreaterThan(0)
  },
)

test.each(FORMS)('`%s` of every two kinds of value is what Cedar makes of them', (_, form) => {
  const { values } = compare(PAIRS.map(([left, right]) => form(left, right)))
  expect(values).toBeGreaterThan(0)
})

/** All words over an alphabet, up to a length. */
function words(alphabet: readonly string[], length: number): readonly string[] {
  if (length === 0) return ['']
  const shorter = words(alphabet, length - 1)
  return ['', ...alphabet.flatMap((letter) => shorter.map((word) => letter + word))]
}

test('`like` matches what Cedar matches, for every short pattern and text', () => {
  const texts = words(['a', 'b'], 4)
  for (const pattern of words(['a', 'b', '*'], 4)) {
    compare(texts.map((text) => `"${text}" like "${pattern}"`))
  }
  compare([String.raw`"a*b" like "a\*b"`, String.raw`"aab" like "a\*b"`, '"😀" like "*"'])
})
