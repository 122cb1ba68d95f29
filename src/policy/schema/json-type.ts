import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { escapeStep, unescapeStep } from '../../kernel/json-pointer.ts'
import type { Numbers } from '../language/json-value.ts'
import {
  BOOLEAN,
  DECIMAL,
  LONG,
  type MemberType,
  OPAQUE,
  type RecordType,
  STRING,
  type ValueType,
} from './value-type.ts'

/** A part of a JSON Schema that no Cedar type says. */
export interface SchemaWarning {
  /** JSON Pointer (RFC 6901) into the schema. */
  readonly pointer: string
  readonly message: string
}

export interface ArgumentTypes {
  readonly args: RecordType
  readonly decimals: RecordType
  readonly warnings: readonly SchemaWarning[]
}

/** Objects within objects beyond this are opaque. */
const MAX_DEPTH = 8
/** Attributes of one tool beyond this are opaque. */
const MAX_ATTRIBUTES = 1000
const MAX_WORDS = 500
const COMBINED = ['allOf', 'anyOf', 'oneOf'] as const
/** What says more about an object than its properties do, and leaves them as they are. */
const REFINED = ['patternProperties', 'if', 'dependentSchemas', 'propertyNames', 'not'] as const

interface Reading {
  readonly root: JsonObject
  readonly numbers: Numbers
  readonly warnings: SchemaWarning[]
  attributes: number
}

/** Where in the schema, and through which references. */
interface At {
  readonly pointer: string
  readonly depth: number
  readonly through: readonly string[]
}

const ROOT: At = { pointer: '', depth: 0, through: [] }

/**
 * The Cedar types of the arguments that a JSON Schema (2020-12, draft 7) describes: once as in
 * `context.args`, once with every number a decimal as in `context.decimals`. What they cannot say is
 * opaque, with a warning: unions, recursion, combinations, maps. Never fails; linear in the schema
 * and bounded in depth and size.
 */
export function argumentTypes(schema: Json | undefined): ArgumentTypes {
  const args = readArguments(schema, 'exact')
  const decimals = readArguments(schema, 'decimal')
  return { args: args.type, decimals: decimals.type, warnings: args.warnings }
}

function readArguments(
  schema: Json | undefined,
  numbers: Numbers,
): { readonly type: RecordType; readonly warnings: readonly SchemaWarning[] } {
  if (!isObject(schema)) {
    const message = 'there is no schema: nothing is known of the arguments'
    return { type: ANYTHING, warnings: [{ pointer: '', message }] }
  }
  const reading: Reading = { root: schema, numbers, warnings: [], attributes: 0 }
  const combined = COMBINED.filter((keyword) => keyword in schema)
  if (combined.length > 0 || '$ref' in schema) {
    warn(reading, ROOT, 'arguments that only a combination of schemas names are not known')
  }
  const type = recordOf(schema, reading, ROOT)
  const open = type.open || combined.length > 0 || '$ref' in schema
  return { type: { ...type, open }, warnings: reading.warnings }
}

const ANYTHING: RecordType = { kind: 'record', members: new Map(), open: true }

function typeOf(schema: Json | undefined, reading: Reading, at: At): ValueType {
  if (!isObject(schema)) return opaque(reading, at, 'it may be anything')
  const reference = schema['$ref']
  if (reference !== undefined) return referenced(reference, reading, at)
  const nullable = withoutNull(schema)
  if (nullable !== undefined) {
    warn(reading, at, 'it may be null, and a null cannot be read')
    return typeOf(nullable.schema, reading, { ...at, pointer: `${at.pointer}${nullable.step}` })
  }
  const combined = COMBINED.find((keyword) => keyword in schema)
  if (combined !== undefined) return opaque(reading, at, `\`${combined}\` has no Cedar type`)
  return enumerated(schema, reading, at) ?? named(schema, reading, at)
}

/** `anyOf: [X, {type: null}]` and `type: [x, null]`, as generators write what may be absent. */
function withoutNull(
  schema: JsonObject,
): { readonly schema: Json; readonly step: string } | undefined {
  const { type } = schema
  if (Array.isArray(type) && type.includes('null')) {
    const others: readonly Json[] = type.filter((name) => name !== 'null')
    const rest = others.length === 1 ? (others[0] ?? null) : others
    return { schema: { ...schema, type: rest }, step: '' }
  }
  return optionOf(schema, 'anyOf') ?? optionOf(schema, 'oneOf')
}

/** The only other option beside null. */
function optionOf(
  schema: JsonObject,
  keyword: 'anyOf' | 'oneOf',
): { readonly schema: Json; readonly step: string } | undefined {
  const options = schema[keyword]
  if (!Array.isArray(options) || options.length !== 2) return undefined
  const isNull = (option: Json): boolean => isObject(option) && option['type'] === 'null'
  const index = options.findIndex((option) => !isNull(option))
  if (index < 0 || !options.some(isNull)) return undefined
  return { schema: options[index] ?? null, step: `/${keyword}/${index}` }
}

function referenced(reference: Json, reading: Reading, at: At): ValueType {
  const [, key, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(reference)) ?? []
  if (key === undefined || name === undefined) {
    return opaque(reading, at, 'its `$ref` leads elsewhere')
  }
  if (at.through.includes(name)) return opaque(reading, at, 'it is recursive')
  const definitions = reading.root[key]
  const decoded = unescapeStep(name)
  const target = isObject(definitions) ? own(definitions, decoded) : undefined
  if (target === undefined) return opaque(reading, at, 'its `$ref` leads nowhere')
  return typeOf(target, reading, { ...at, through: [...at.through, name] })
}

function enumerated(schema: JsonObject, reading: Reading, at: At): ValueType | undefined {
  const values = 'const' in schema ? [schema['const']] : schema['enum']
  if (!Array.isArray(values)) return undefined
  const words = values.filter((value) => typeof value === 'string')
  if (values.length > 0 && words.length === values.length) {
    return words.length > MAX_WORDS ? STRING : { kind: 'string', words }
  }
  if (values.every((value) => Number.isSafeInteger(value))) return integer(reading)
  if (values.every((value) => typeof value === 'boolean')) return BOOLEAN
  return opaque(reading, at, 'its values are of several types')
}

function named(schema: JsonObject, reading: Reading, at: At): ValueType {
  switch (schema['type']) {
    case 'string':
      return STRING
    case 'boolean':
      return BOOLEAN
    case 'integer':
      return integer(reading)
    case 'number':
      if (reading.numbers === 'decimal') return DECIMAL
      return opaque(reading, at, 'it may be whole or not: compare it in `context.decimals`')
    case 'array':
      return listOf(schema, reading, at)
    case 'object':
      return objectOf(schema, reading, at)
    default:
      return opaque(reading, at, 'it may be of several types')
  }
}

function integer({ numbers }: Reading): ValueType {
  return numbers === 'decimal' ? DECIMAL : LONG
}

function listOf(schema: JsonObject, reading: Reading, at: At): ValueType {
  if ('prefixItems' in schema || !isObject(schema['items'])) {
    return opaque(reading, at, 'what it holds may be of several types')
  }
  if (at.depth >= MAX_DEPTH) return opaque(reading, at, 'it is nested too deeply')
  const pointer = `${at.pointer}/items`
  const element = typeOf(schema['items'], reading, { ...at, pointer, depth: at.depth + 1 })
  return { kind: 'set', element }
}

function objectOf(schema: JsonObject, reading: Reading, at: At): ValueType {
  if (at.depth >= MAX_DEPTH) return opaque(reading, at, 'it is nested too deeply')
  if (!isObject(schema['properties'])) {
    return opaque(reading, at, 'it is a map: its names are not known')
  }
  return recordOf(schema, reading, at)
}

function recordOf(schema: JsonObject, reading: Reading, at: At): RecordType {
  const properties = schema['properties']
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const names = isObject(properties) ? Object.keys(properties) : []
  const members = new Map<string, MemberType>()
  for (const name of names) {
    const inside = {
      ...at,
      pointer: `${at.pointer}/properties/${escapeStep(name)}`,
      depth: at.depth + 1,
    }
    reading.attributes += 1
    if (!name.isWellFormed() || reading.attributes > MAX_ATTRIBUTES) {
      warn(reading, inside, 'it is left out: there are too many, or its name is not Unicode')
      return { kind: 'record', members, open: true }
    }
    const type = typeOf(isObject(properties) ? own(properties, name) : undefined, reading, inside)
    members.set(name, { type, required: required.has(name) })
  }
  const extra = schema['additionalProperties']
  if (isObject(extra)) warn(reading, at, '`additionalProperties` have no Cedar type')
  for (const keyword of REFINED.filter((one) => one in schema)) {
    warn(reading, at, `\`${keyword}\` is not part of the type`)
  }
  return { kind: 'record', members, open: extra !== false || 'patternProperties' in schema }
}

function own(holder: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined
}

function opaque(reading: Reading, at: At, why: string): ValueType {
  warn(reading, at, why)
  return OPAQUE
}

function warn(reading: Reading, { pointer }: At, message: string): void {
  if (reading.warnings.length < MAX_ATTRIBUTES) reading.warnings.push({ pointer, message })
}
