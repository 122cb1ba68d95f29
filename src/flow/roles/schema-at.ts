import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'

/** What a schema says of the value at one place. */
export interface Said {
  /** Types that it may have; empty where anything may stand there. */
  readonly types: ReadonlySet<string>
  /** Whether its texts are some of a few fixed ones. */
  readonly closed: boolean
  readonly format: string
  readonly description: string
  /** The length that a text may have; infinite where nothing is said. */
  readonly most: number
  /** Whether it is an encoding of something else, as a file. */
  readonly encoded: boolean
}

/** Schemas that one value could meet. */
const MOST = 64
const MOST_STEPS = 32

/** What a schema says of the value at these steps. Never throws; bounded, whatever the schema. */
export function saidAt(root: Json | undefined, steps: readonly string[]): Said {
  let met = variantsOf(root, [root])
  let outer = ''
  for (const step of steps.slice(0, MOST_STEPS)) {
    const items = /^\d+$/.test(step) ? met.flatMap((each) => itemsOf(each, Number(step))) : []
    const members = met.flatMap((each) => memberOf(each, step))
    // Items are what their list is said to be.
    outer = members.length === 0 && items.length > 0 ? descriptionOf(met) || outer : ''
    met = variantsOf(root, [...members, ...items])
  }
  if (steps.length > MOST_STEPS) met = []
  return {
    types: new Set(met.some(isAnything) ? [] : met.flatMap(typesOf)),
    closed: isClosed(met),
    format: textOf(met, 'format'),
    description: descriptionOf(met) || outer,
    most: Math.max(0, ...met.map(mostOf)) || Number.POSITIVE_INFINITY,
    encoded: met.some(
      (each) => each['contentEncoding'] !== undefined || each['contentMediaType'] !== undefined,
    ),
  }
}

/** Schemas with what they refer to and combine. */
function variantsOf(
  root: Json | undefined,
  schemas: readonly (Json | undefined)[],
): readonly JsonObject[] {
  const found = new Set<JsonObject>()
  const waiting = schemas.slice(0, MOST)
  for (let next = 0; next < waiting.length && found.size < MOST; next++) {
    const one = waiting[next]
    if (!isObject(one) || found.has(one)) continue
    found.add(one)
    waiting.push(...combined(one), referred(root, one['$ref']))
  }
  return [...found]
}

function combined(schema: JsonObject): readonly (Json | undefined)[] {
  const lists = ['allOf', 'anyOf', 'oneOf'].map((keyword) => schema[keyword])
  const all = lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, MOST) : []))
  return [...all, schema['then'], schema['else']].filter((each) => each !== undefined)
}

function referred(root: Json | undefined, ref: Json | undefined): Json | undefined {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined
  let at = root
  for (const step of ref.slice(1, 1_024).split('/').slice(1, MOST_STEPS)) {
    at = own(at, unescapeStep(step))
  }
  return at
}

function own(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function memberOf(schema: JsonObject, name: string): readonly Json[] {
  const named = own(schema['properties'], name)
  if (named !== undefined) return [named]
  const others = schema['additionalProperties']
  return isObject(others) ? [others] : []
}

function itemsOf(schema: JsonObject, at: number): readonly Json[] {
  const listed = schema['prefixItems']
  const placed = Array.isArray(listed) ? (listed as readonly Json[])[at] : undefined
  const { items } = schema
  if (placed !== undefined) return [placed]
  return isObject(items) ? [items] : []
}

function isAnything(schema: JsonObject): boolean {
  if (schema['type'] !== undefined || schema['enum'] !== undefined) return false
  if (schema['const'] !== undefined || schema['$ref'] !== undefined) return false
  return combined(schema).length === 0
}

function typesOf(schema: JsonObject): readonly string[] {
  const { type, enum: few } = schema
  const said: readonly Json[] = Array.isArray(type) ? type : type === undefined ? [] : [type]
  const known = said.filter((each) => typeof each === 'string')
  if (known.length > 0) return known
  const values: readonly Json[] = Array.isArray(few) ? few.slice(0, MOST) : []
  const fixed = schema['const'] === undefined ? values : [schema['const']]
  return fixed.map((each) => (each === null ? 'null' : typeof each))
}

/** A text that one of the alternatives leaves open is open. */
function isClosed(met: readonly JsonObject[]): boolean {
  const fixed = (schema: JsonObject): boolean =>
    schema['enum'] !== undefined || schema['const'] !== undefined
  const leaves = met.filter(
    (each) => fixed(each) || typesOf(each).includes('string') || isAnything(each),
  )
  return leaves.length > 0 && leaves.every(fixed)
}

function textOf(met: readonly JsonObject[], keyword: string): string {
  return met.map((each) => each[keyword]).find((each) => typeof each === 'string') ?? ''
}

function descriptionOf(met: readonly JsonObject[]): string {
  return textOf(met, 'description').slice(0, 500)
}

function mostOf({ maxLength }: JsonObject): number {
  return typeof maxLength === 'number' ? maxLength : 0
}
