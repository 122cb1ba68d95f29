import type { SqlDialect } from '../../kernel/facts.ts'
import { lex } from './lex.ts'
import { shapeOf } from './shape.ts'

/** What can be put into a statement. */
export type SqlValue = string | number | boolean | null

/** What a template can say: a name in `${…}`. */
const PLACEHOLDER = /\$\{([^{}]*)\}/g
const NAME = /^[A-Za-z_]\w*$/
/** Signs that may stand right beside a literal without becoming part of it, or it of them. */
const BEFORE = /[\s(,=<>+*/%|&~^[;-]$/
const AFTER = /^[\s),;=<>+*/%|&~^:\]-]/

/**
 * Writes a value as a literal of the dialect: PostgreSQL whatever `standard_conforming_strings` is,
 * MySQL in its default mode, SQLite. The statement gets the value exactly.
 *
 * @throws {Error} for what no literal can hold: NUL, half a surrogate pair, numbers that are not finite.
 */
export function quoteLiteral(value: SqlValue, dialect: SqlDialect): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value, dialect)
  if (typeof value === 'number') return quoteNumber(value, dialect)
  // SQLite has no truth values; its words for them may be columns.
  if (dialect === 'sqlite') return value ? '1' : '0'
  return value ? 'TRUE' : 'FALSE'
}

function quoteText(value: string, dialect: SqlDialect): string {
  if (value.includes('\0')) throw new Error('a value contains NUL')
  if (!value.isWellFormed()) throw new Error('a value is no text')
  const doubled = value.replaceAll("'", "''")
  if (dialect === 'sqlite' || !value.includes('\\')) return `'${doubled}'`
  const escaped = doubled.replaceAll('\\', '\\\\')
  return dialect === 'postgresql' ? `E'${escaped}'` : `'${escaped}'`
}

function quoteNumber(value: number, dialect: SqlDialect): string {
  if (!Number.isFinite(value)) throw new Error('a value is not a finite number')
  // In PostgreSQL a cast, or a power, would come before the sign.
  return value < 0 && dialect === 'postgresql' ? `(${value})` : String(value)
}

/**
 * Whether a text has the structure of a template: the same statements, which differ in literals only
 * where the template has placeholders or literals. False for what cannot be parsed. Needs the
 * grammars loaded.
 */
export function sameShape(template: string, rendered: string, dialect: SqlDialect): boolean {
  const shape = shapeOf(rendered, dialect)
  if (shape === undefined) return false
  return ["'x'", '1'].some((literal) => {
    const neutral = template.replace(PLACEHOLDER, literal)
    return shapeOf(neutral, dialect)?.outline === shape.outline
  })
}

/**
 * Fills the placeholders `${name}` of a template with literals. A placeholder must stand where a
 * literal may: the tree of the template says so, and the tree of what comes out is compared with it,
 * so that no value can change what the statement does. Needs the grammars loaded.
 *
 * @throws {Error} for a placeholder that stands elsewhere or has no value, and for values that no
 * literal can hold.
 */
export function renderSql(
  template: string,
  values: Readonly<Record<string, SqlValue>>,
  dialect: SqlDialect,
): string {
  checkPlaces(template, dialect)
  const marks: string[] = []
  const marked = fill(template, (name) => {
    const mark = markFor(given(name, values), marks.length)
    marks.push(mark)
    return quoteLiteral(typeof given(name, values) === 'number' ? Number(mark) : mark, dialect)
  })
  const shape = shapeOf(marked, dialect)
  if (shape === undefined) throw new Error('the template is not SQL that can be read')
  for (const mark of marks)
    if (shape.literals.filter((literal) => literal === mark).length !== 1)
      throw new Error('a placeholder does not stand where a literal may stand')
  const rendered = fill(template, (name) => quoteLiteral(given(name, values), dialect))
  if (shapeOf(rendered, dialect)?.outline !== shape.outline)
    throw new Error('a value would change what the statement does')
  return rendered
}

/** A literal of the value's kind that can be found again. */
function markFor(value: SqlValue, index: number): string {
  return typeof value === 'number' ? String(731_000_000 + index) : `placeholder${index}`
}

function fill(template: string, literal: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_all, name: string, at: number) => {
    // Two signs would start a comment.
    const apart = template[at - 1] === '-' ? ' ' : ''
    return `${apart}${literal(name)}`
  })
}

function given(name: string, values: Readonly<Record<string, SqlValue>>): SqlValue {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) throw new Error(`the placeholder \`${name}\` has no value`)
  return value
}

/** Checks that placeholders stand in code, and apart from words and quotes. */
function checkPlaces(template: string, dialect: SqlDialect): void {
  const { spans, closed } = lex(template, dialect)
  if (!closed) throw new Error('the template has a quote or comment that does not end')
  const places = [...template.matchAll(PLACEHOLDER)]
  for (const place of places) {
    const [text, name = ''] = place
    if (!NAME.test(name)) throw new Error(`\`${name}\` is no name of a placeholder`)
    const end = place.index + text.length
    const span = spans.find((each) => each.start < end && each.end > place.index)
    if (span !== undefined) throw new Error(`the placeholder \`${name}\` stands in a ${span.kind}`)
    const before = template.slice(0, place.index)
    const after = template.slice(end)
    if ((before !== '' && !BEFORE.test(before)) || (after !== '' && !AFTER.test(after)))
      throw new Error(`the placeholder \`${name}\` does not stand alone`)
  }
  if (template.replace(PLACEHOLDER, '').includes('${'))
    throw new Error('the template has a placeholder that does not end')
}
