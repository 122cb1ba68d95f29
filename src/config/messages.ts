import type { z } from 'zod'
import { nearest } from './nearest.ts'
import {
  allKeys,
  jsonSchema,
  knownKeys,
  member,
  type SchemaNode,
  schemasAt,
} from './schema-tree.ts'

const SHOWN = 12

/** Words for what is wrong with one value, for zod's `error` option. Never shows the value of a text. */
export function issueMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `missing; expected ${wordsFor(issue.expected)}`
        : `expected ${wordsFor(issue.expected)}, got ${kindOf(issue.input)}`
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input)
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options.map(String), member(issue.input, String(issue['discriminator'])))
        : 'expected another kind of value'
    case 'too_small':
      return `expected at least ${amount(issue.minimum, issue.origin)}`
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}`
    default:
      return 'not understood'
  }
}

/** Words for a key that the schema does not know: the nearest known one, or all of them. */
export function unknownKeyMessage(
  key: string,
  path: readonly PropertyKey[],
  value: unknown,
): string {
  const root = jsonSchema()
  const known = knownKeys(schemasAt(root, path, value))
  const other = choiceWith(key, schemasAt(root, path, undefined))
  if (other !== undefined) return `unknown key; it belongs to \`${other}\``
  const near = nearest(key, known) ?? elsewhere(root, key, path)
  if (near !== undefined) return `unknown key; did you mean \`${near}\`?`
  return known.length === 0
    ? 'unknown key'
    : `unknown key; known here: ${known.map(quote).join(', ')}`
}

/** The choice that would know a key: `transport: stdio`. */
function choiceWith(key: string, nodes: readonly SchemaNode[]): string | undefined {
  const node = nodes.find(({ properties = {} }) => Object.hasOwn(properties, key))
  const choice = Object.entries(node?.properties ?? {}).find(
    ([, child]) => child.const !== undefined,
  )
  return choice && `${choice[0]}: ${choice[1].const}`
}

/** The full path of a key that was written at the wrong level. */
function elsewhere(
  root: SchemaNode,
  key: string,
  path: readonly PropertyKey[],
): string | undefined {
  const found = allKeys(root).find((known) => known.at(-1) === key && known.length > 1)
  if (found === undefined) return undefined
  return found
    .map((part, index) => (part === '<name>' ? String(path[index] ?? part) : part))
    .join('.')
}

function oneOf(options: readonly string[], input: unknown): string {
  const near = typeof input === 'string' ? nearest(input, options) : undefined
  const list = options.slice(0, SHOWN).map(quote).join(', ')
  const expected = options.length === 1 ? `expected ${list}` : `expected one of ${list}`
  return near === undefined ? expected : `${expected}; did you mean \`${near}\`?`
}

function quote(word: string): string {
  return `\`${word}\``
}

function wordsFor(expected: string): string {
  return EXPECTED[expected] ?? expected
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: '`true` or `false`',
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object') return 'a map'
  if (typeof input === 'string') return 'text'
  if (typeof input === 'boolean') return `\`${input}\``
  return Number.isInteger(input) ? 'a number' : 'a number with a fraction'
}

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} characters`
  if (origin === 'array') return `${bound} ${bound === 1 ? 'entry' : 'entries'}`
  return String(bound)
}
