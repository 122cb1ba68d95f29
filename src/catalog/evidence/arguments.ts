import { isObject, type Json } from '../../kernel/json.ts'
import { wordsOf } from './words.ts'

/** One argument of a tool, at any depth, as its schema declares it. */
export interface Argument {
  /** As written. */
  readonly name: string
  readonly words: readonly string[]
  /** Its words joined: `webhook_url` for `webhookURL`. */
  readonly plain: string
  /** Types that it may have; empty where the schema does not say. */
  readonly types: ReadonlySet<string>
  readonly format: string
  /** Whether it is one of a few fixed values. */
  readonly closed: boolean
  /** What its schema says of it, in lower case. */
  readonly description: string
}

const MAX_ARGUMENTS = 500
const MAX_DEPTH = 6
const MAX_DESCRIPTION = 2_000
const INNER = ['items', 'anyOf', 'oneOf', 'allOf', 'prefixItems'] as const
const MAPS = ['$defs', 'definitions'] as const

/**
 * All arguments that a schema names, nested ones too, the first few hundred. A reference is not
 * followed: definitions are read where they stand.
 */
export function argumentsOf(inputSchema: Json | undefined): readonly Argument[] {
  const found: Argument[] = []
  visit(inputSchema, 0, found)
  return found
}

function visit(schema: Json | undefined, depth: number, found: Argument[]): void {
  if (!isObject(schema) || depth > MAX_DEPTH || found.length >= MAX_ARGUMENTS) return
  for (const [name, inner] of membersOf(schema['properties'])) {
    if (found.length >= MAX_ARGUMENTS) return
    found.push(argument(name, inner))
    visit(inner, depth + 1, found)
  }
  const inner = [
    ...INNER.flatMap((keyword) => schema[keyword]),
    ...MAPS.flatMap((keyword) => membersOf(schema[keyword]).map(([, each]) => each)),
  ]
  for (const each of inner) visit(each, depth + 1, found)
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json | undefined])[] {
  return isObject(value) ? Object.entries(value) : []
}

function argument(name: string, schema: Json | undefined): Argument {
  const words = wordsOf(name)
  const declared = isObject(schema) ? schema : {}
  const { description, format } = declared
  return {
    name,
    words,
    plain: words.join('_'),
    types: typesOf(declared),
    format: typeof format === 'string' ? format : '',
    closed: declared['enum'] !== undefined || declared['const'] !== undefined,
    description:
      typeof description === 'string' ? description.slice(0, MAX_DESCRIPTION).toLowerCase() : '',
  }
}

/** Types at the top of a schema, and those of its alternatives. */
function typesOf(schema: { readonly [key: string]: Json | undefined }): ReadonlySet<string> {
  const { type, anyOf, oneOf } = schema
  const own: readonly Json[] = Array.isArray(type) ? type : type === undefined ? [] : [type]
  const others = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  const inner = others.flatMap((each: Json) => (isObject(each) ? [...typesOf(each)] : []))
  return new Set([...own.filter((each) => typeof each === 'string'), ...inner])
}
