import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Check } from './run.ts'

/** A subschema that is, or will be, compiled: recursion in a schema becomes a loop of slots. */
export interface Slot {
  check: Check
}

/** What a keyword needs to compile itself. */
export interface Source {
  readonly schema: JsonObject
  readonly draft: '7' | '2020-12'
  /** The slot of a subschema. @throws GatewayError `definition_unsupported`. */
  readonly slot: (subschema: Json | undefined) => Slot
  /** The slot of what a `$ref` names. @throws GatewayError `definition_unsupported`. */
  readonly refer: (reference: string) => Slot
  /** A test for a regular expression. @throws GatewayError `definition_unsupported`. */
  readonly pattern: (expression: string) => PatternTest
}

/** Whether a pattern occurs in a text; spends from the run's budget, in linear time. */
export type PatternTest = (text: string, run: Parameters<Check>[1]) => boolean

/** Compiles one keyword; undefined where the schema does not use it. */
export type Keyword = (source: Source) => Check | undefined

/** Refuses a definition, in public words. */
export function unsupported(what: string, cause?: unknown): GatewayError {
  return new GatewayError('definition_unsupported', `the definition ${what}`, { cause })
}

/** The value of a keyword that must be a number. */
export function numberOf({ schema }: Source, keyword: string): number | undefined {
  const value = schema[keyword]
  if (value === undefined || typeof value === 'number') return value
  throw malformed(keyword)
}

/** The value of a keyword that must be a non-negative integer. */
export function countOf(source: Source, keyword: string): number | undefined {
  const value = numberOf(source, keyword)
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return value
  throw malformed(keyword)
}

/** The value of a keyword that must be a string. */
export function textOf({ schema }: Source, keyword: string): string | undefined {
  const value = schema[keyword]
  if (value === undefined || typeof value === 'string') return value
  throw malformed(keyword)
}

/** The value of a keyword that must be an array. */
export function listOf({ schema }: Source, keyword: string): readonly Json[] | undefined {
  const value = schema[keyword]
  if (value === undefined || Array.isArray(value)) return value
  throw malformed(keyword)
}

/** The members of a keyword that must be an object. */
export function membersOf(
  { schema }: Source,
  keyword: string,
): readonly (readonly [string, Json])[] {
  const value = schema[keyword]
  if (value === undefined) return []
  if (!isObject(value)) throw malformed(keyword)
  return Object.keys(value).map((key) => [key, value[key] ?? null])
}

/** A list that must hold strings alone. */
export function stringsOf(list: Json | undefined, keyword: string): readonly string[] {
  if (!Array.isArray(list)) throw malformed(keyword)
  return list.map((item: Json) => {
    if (typeof item !== 'string') throw malformed(keyword)
    return item
  })
}

export function malformed(keyword: string): GatewayError {
  return unsupported(`is not valid JSON Schema at \`${keyword}\``)
}
