import type { Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import { setOf } from '../language/value.ts'
import { contextPath } from '../schema/context-type.ts'

/** An expression with one word less, and where it stood. */
interface Shortened {
  readonly word: string
  readonly without: Expression
}

/** Members of `context` whose values are words of few: each that a policy names, it names on purpose. */
const WORDED: ReadonlySet<string> = new Set(['flow', 'provenance'])

/** Each way to leave one word out of a list of several that flows are held against. */
export function* withoutWord(expression: Expression): Generator<Shortened> {
  const { kind } = expression
  if (kind === 'and' || kind === 'or') {
    yield* inMember(expression, 'left')
    yield* inMember(expression, 'right')
  } else if (kind === 'unary') yield* inMember(expression, 'operand')
  else if (kind === 'binary') {
    yield* inList(expression, 'left', 'right')
    yield* inList(expression, 'right', 'left')
  }
}

type Holder = Extract<Expression, { readonly kind: 'and' | 'or' | 'unary' }>

function* inMember<One extends Holder>(
  holder: One,
  member: 'left' | 'right' | 'operand',
): Generator<Shortened> {
  const part = (holder as unknown as Readonly<Record<string, Expression>>)[member]
  if (part === undefined) return
  for (const { word, without } of withoutWord(part))
    yield { word, without: { ...holder, [member]: without } }
}

type Binary = Extract<Expression, { readonly kind: 'binary' }>

function* inList(
  expression: Binary,
  list: 'left' | 'right',
  other: 'left' | 'right',
): Generator<Shortened> {
  const words = wordsOf(expression[list])
  const [first] = contextPath(expression[other]) ?? []
  if (words.length < 2 || first === undefined || !WORDED.has(first)) return
  for (const word of words) {
    const value = setOf(words.filter((one) => one !== word))
    const without: Expression = { ...expression, [list]: { kind: 'literal', value } }
    yield { word: `"${word}" in ${printExpression(expression)}`, without }
  }
}

function wordsOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'literal') return []
  const { value } = expression
  if (typeof value !== 'object' || value.kind !== 'set') return []
  return [...value.plain].filter((word) => typeof word === 'string')
}
