import type { SqlDialect } from '../../kernel/facts.ts'
import { parseDialect } from './read.ts'
import { isNode, list, member, type Tree } from './trees.ts'

/** What is left of a text when its literals are masked. */
export interface Shape {
  /** Equal for texts that differ in literals, white space and comments only. */
  readonly outline: string
  /** The literals, as text. */
  readonly literals: readonly string[]
}

/** Longer texts have no shape. A literal may be long: it costs little. In characters. */
const MOST_LENGTH = 1_048_576

/** Where something stands in the text. */
const POSITION = /(?:^span|location|stmt_len|list_start|list_end)$/
const LITERAL = '?'

/** Reads the shape of a text; undefined if it cannot be parsed. Needs the grammars loaded. */
export function shapeOf(text: string, dialect: SqlDialect): Shape | undefined {
  const parsed = parseDialect(text, dialect, MOST_LENGTH)
  if (parsed.kind !== 'read') return undefined
  const literals: string[] = []
  const mask = MASKS[dialect]
  const outline = JSON.stringify(parsed.readings, (key, value: Tree) => {
    if (POSITION.test(key)) return undefined
    return mask(key, value, literals)
  })
  return { outline, literals }
}

/** Replaces a literal, and keeps what it said. */
type Mask = (key: string, value: Tree, literals: string[]) => Tree

const MASKS: Readonly<Record<SqlDialect, Mask>> = {
  postgresql: (key, value, literals) => {
    if (key !== 'A_Const') return value
    const text = member(member(value, 'sval'), 'sval')
    literals.push(String(text ?? member(member(value, 'ival'), 'ival') ?? ''))
    return LITERAL
  },
  mysql: (key, value, literals) => {
    const negated = member(value, 'UnaryOp')
    // A number that is negative is two nodes.
    if (member(negated, 'op') === 'Minus' && isNumber(member(negated, 'expr')))
      return member(negated, 'expr')
    if (key !== 'Value') return value
    const literal = member(value, 'value')
    if (member(literal, 'Placeholder') !== undefined) return value
    const number = list(member(literal, 'Number'))[0]
    literals.push(String(member(literal, 'SingleQuotedString') ?? number ?? ''))
    return LITERAL
  },
  sqlite: (_key, value, literals) => {
    if (!isNode(value)) return value
    const negated = value['type'] === 'UnaryExpr' && member(value['expr'], 'type')
    if (value['op'] === 'Negative' && negated === 'NumericLiteral') return LITERAL
    if (!SQLITE_LITERALS.has(String(value['type']))) return value
    literals.push(String(value['value'] ?? ''))
    return LITERAL
  },
}

const SQLITE_LITERALS = new Set(['NumericLiteral', 'StringLiteral', 'NullLiteral'])

function isNumber(expression: Tree): boolean {
  return member(member(member(expression, 'Value'), 'value'), 'Number') !== undefined
}
