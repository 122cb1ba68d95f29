import { type ErrorCode, toGatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Override } from '../classify.ts'
import { compileArguments, violationText } from '../validate-arguments.ts'
import type { Flaw } from './filling.ts'
import { ARGUMENT_NAME, type Scalar } from './template.ts'

/** The arguments of a virtual tool, as the operator declares them. */
export interface Declared {
  readonly names: ReadonlySet<string>
  /** Those that may be absent, and have no value then. */
  readonly optional: ReadonlySet<string>
  /** Values of those that are absent. */
  readonly defaults: JsonObject
  readonly inputSchema: JsonObject
  /** A value of the type that an argument has. */
  readonly sample: (name: string) => Scalar
}

/** Reads the declared arguments, each a JSON Schema with, perhaps, `optional: true`. */
export function readDeclared(given: JsonObject): Declared | { readonly flaws: readonly Flaw[] } {
  const properties: Record<string, Json> = {}
  const optional = new Set<string>()
  const defaults: Record<string, Json> = {}
  const flaws: Flaw[] = []
  for (const [name, declared] of Object.entries(given)) {
    if (!isObject(declared) || !ARGUMENT_NAME.test(name)) {
      flaws.push({
        path: ['arguments', name],
        message: 'expected a name and the JSON Schema of an argument',
      })
      continue
    }
    const { optional: maybe = false, ...schema } = declared
    properties[name] = schema
    if (typeof maybe !== 'boolean')
      flaws.push({ path: ['arguments', name, 'optional'], message: 'expected `true` or `false`' })
    const { default: value } = schema
    if (value !== undefined) defaults[name] = value
    else if (maybe === true) optional.add(name)
    flaws.push(...schemaFlaws(name, schema))
  }
  if (flaws.length > 0) return { flaws }
  const names = new Set(Object.keys(properties))
  const required = [...names].filter(
    (name) => !optional.has(name) && !Object.hasOwn(defaults, name),
  )
  const inputSchema = { type: 'object', properties, required, additionalProperties: false }
  return { names, optional, defaults, inputSchema, sample: (name) => sampleOf(properties[name]) }
}

function sampleOf(schema: Json | undefined): Scalar {
  const { type } = isObject(schema) ? schema : {}
  if (type === 'integer' || type === 'number') return 1
  return type === 'boolean' ? true : 'x'
}

/** A schema that cannot be evaluated, or that its own default does not satisfy. */
function schemaFlaws(name: string, schema: JsonObject): readonly Flaw[] {
  const path = ['arguments', name]
  try {
    const validator = compileArguments({ type: 'object', properties: { [name]: schema } })
    const { default: value } = schema
    const [wrong] = value === undefined ? [] : validator.violations({ [name]: value })
    return wrong === undefined
      ? []
      : [
          {
            path: [...path, 'default'],
            message: `the default does not fit: ${violationText(wrong)}`,
          },
        ]
  } catch (thrown) {
    const { code, message } = toGatewayError(thrown)
    if (code !== ('definition_unsupported' satisfies ErrorCode)) throw thrown
    return [{ path, message }]
  }
}

/**
 * What a virtual tool may claim of itself: what the operator states, and what stays true of the
 * original when less can be done with it (2025-11-25, schema, `ToolAnnotations`).
 */
export function annotationsOf(
  original: Json | undefined,
  classes: Override | undefined,
): JsonObject | undefined {
  const claimed = isObject(original) ? original : {}
  const kept = Object.entries(STAYS_TRUE).filter(([hint, value]) => claimed[hint] === value)
  const stated = classes && {
    readOnlyHint: classes.effects.every((effect) => effect === 'read'),
    destructiveHint: classes.effects.includes('delete'),
  }
  const all = { ...Object.fromEntries(kept), ...stated }
  return Object.keys(all).length === 0 ? undefined : all
}

const STAYS_TRUE = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const
