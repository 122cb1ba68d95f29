import { isObject, type Json } from '../../kernel/json.ts'
import { identity, isMultiple } from './equality.ts'
import { type Check, fail, type Run, spend } from './run.ts'
import {
  countOf,
  type Keyword,
  listOf,
  malformed,
  numberOf,
  type Source,
  stringsOf,
  textOf,
} from './source.ts'

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  string: (value) => typeof value === 'string',
  array: (value) => Array.isArray(value),
  object: isObject,
}

/** `type` (2020-12, validation, section 6.1.1). */
export const type: Keyword = ({ schema }) => {
  const given = schema['type']
  if (given === undefined) return undefined
  const names = stringsOf(typeof given === 'string' ? [given] : given, 'type')
  const tests = names.map((name) => {
    const test = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
    if (!test) throw malformed('type')
    return test
  })
  const message = `must be ${names.map(article).join(' or ')}`
  const [only, ...others] = tests
  if (only && others.length === 0) return (value, run) => only(value) || fail(run, message)
  return (value, run) => tests.some((test) => test(value)) || fail(run, message)
}

function article(name: string): string {
  if (name === 'null') return name
  return /^[aeio]/.test(name) ? `an ${name}` : `a ${name}`
}

/** `enum` and `const` (sections 6.1.2, 6.1.3). */
export const oneOfValues: readonly Keyword[] = ['enum', 'const'].map((keyword) => (source) => {
  if (source.schema[keyword] === undefined) return undefined
  const allowed = keyword === 'const' ? [source.schema[keyword]] : (listOf(source, keyword) ?? [])
  const scalars = new Set<Json>(allowed.filter((value) => !isCompound(value)))
  const compounds = new Set(allowed.filter(isCompound).map((value) => identity(value, unbounded())))
  const shown = JSON.stringify(allowed).slice(1, -1)
  const message =
    shown.length > 200 ? 'must be one of the values in the schema' : `must be one of ${shown}`
  return (value, run) => {
    const found = isCompound(value)
      ? compounds.size > 0 && compounds.has(identity(value, run))
      : scalars.has(value)
    return found || fail(run, message)
  }
})

function isCompound(value: Json): boolean {
  return typeof value === 'object' && value !== null
}

/** The schema itself is bounded, so reading it needs no budget. */
function unbounded(): Run {
  return { budget: Number.POSITIVE_INFINITY, depth: 0, path: [], muted: 0, violations: [] }
}

type Holds = (value: number, limit: number) => boolean

function numeric(keyword: string, words: string, holds: Holds): Keyword {
  return (source) => {
    const limit = numberOf(source, keyword)
    if (limit === undefined) return undefined
    if (keyword === 'multipleOf' && limit <= 0) throw malformed(keyword)
    const message = `must be ${words} ${limit}`
    return (value, run) => typeof value !== 'number' || holds(value, limit) || fail(run, message)
  }
}

/** Keywords for numbers (section 6.2). */
export const numbers: readonly Keyword[] = [
  numeric('minimum', 'at least', (value, limit) => value >= limit),
  numeric('maximum', 'at most', (value, limit) => value <= limit),
  numeric('exclusiveMinimum', 'more than', (value, limit) => value > limit),
  numeric('exclusiveMaximum', 'less than', (value, limit) => value < limit),
  numeric('multipleOf', 'a multiple of', isMultiple),
]

/** `minLength` and `maxLength` count code points (sections 6.3.1, 6.3.2). */
const minLength: Keyword = (source) => {
  const least = countOf(source, 'minLength')
  if (least === undefined) return undefined
  const message = `must be at least ${least} characters long`
  return (value, run) =>
    typeof value !== 'string' ||
    value.length >= least * 2 ||
    (value.length >= least && codePoints(value, run) >= least) ||
    fail(run, message)
}

const maxLength: Keyword = (source) => {
  const most = countOf(source, 'maxLength')
  if (most === undefined) return undefined
  const message = `must be at most ${most} characters long`
  return (value, run) =>
    typeof value !== 'string' ||
    value.length <= most ||
    (value.length <= most * 2 && codePoints(value, run) <= most) ||
    fail(run, message)
}

function codePoints(text: string, run: Run): number {
  spend(run, text.length >> 2)
  let count = 0
  for (let i = 0; i < text.length; i += 1) {
    count += 1
    if ((text.codePointAt(i) ?? 0) > 0xffff) i += 1
  }
  return count
}

/** `pattern` (section 6.3.3), in linear time. */
const pattern: Keyword = (source: Source): Check | undefined => {
  const expression = textOf(source, 'pattern')
  if (expression === undefined) return undefined
  const test = source.pattern(expression)
  const message =
    expression.length > 100 ? 'must match its pattern' : `must match the pattern \`${expression}\``
  return (value, run) => typeof value !== 'string' || test(value, run) || fail(run, message)
}

/** Keywords for strings. `format` is an annotation, as 2020-12 has it (section 7.2.1). */
export const strings: readonly Keyword[] = [minLength, maxLength, pattern]
