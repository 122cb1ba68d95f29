import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { compileSchema } from './schema/compile.ts'
import { evaluate, type Violation } from './schema/run.ts'
import { unsupported } from './schema/source.ts'

/** A compiled check of arguments or results. Bounded in work and memory, whoever wrote the schema. */
export interface Validator {
  /** What it holds in memory, in subschemas and pattern states. */
  readonly weight: number
  /** What is wrong, at most eight violations; empty when nothing is. */
  violations(value: JsonObject): readonly Violation[]
}

/**
 * Compiles a tool's `inputSchema` (2025-11-25, server/tools; JSON Schema 2020-12, or draft-07 where
 * `$schema` says so).
 *
 * @throws GatewayError `definition_unsupported` when there is none, or it cannot be evaluated
 *   exactly and safely.
 */
export function compileArguments(inputSchema: Json | undefined): Validator {
  if (!isObject(inputSchema)) throw unsupported('has no input schema')
  const { check, weight } = compileSchema(inputSchema)
  return { weight, violations: (args) => evaluate(check, args) }
}

/** A violation in one sentence: `/path must be a string`. */
export function violationText({ pointer, message }: Violation): string {
  return `${pointer === '' ? 'it' : `\`${pointer}\``} ${message}`
}
