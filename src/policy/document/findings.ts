import type { z } from 'zod'
import type { PolicyProblem } from '../problem.ts'
import { unknownKey } from './messages.ts'
import type { Yaml } from './read-yaml.ts'

/** Something wrong, and the path to it. */
export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What a schema has against a document. */
export function findingsOf(schema: z.ZodType, error: z.ZodError): readonly Finding[] {
  return error.issues.flatMap((issue) => findingsIn(schema, issue))
}

/** Findings with their places in a YAML text. */
export function problemsOf(yaml: Yaml, findings: readonly Finding[]): readonly PolicyProblem[] {
  return findings.map(({ path, message }) => {
    const where = path.map(String).join('.')
    return { ...yaml.placeOf(path), message: where === '' ? message : `\`${where}\`: ${message}` }
  })
}

function findingsIn(schema: z.ZodType, issue: z.core.$ZodIssue): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: unknownKey(key, keysAt(schema, issue.path)),
    }))
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path: issue.path, message }))
  }
  return [issue]
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const inner =
    'unwrap' in schema && typeof schema.unwrap === 'function' ? schema.unwrap() : undefined
  if (inner !== undefined && !('element' in schema)) return keysAt(inner as z.ZodType, path)
  const [step, ...rest] = path
  if ('shape' in schema && schema.shape instanceof Object) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>
    if (step === undefined) return Object.keys(shape)
    const next = shape[String(step)]
    return next === undefined ? [] : keysAt(next, rest)
  }
  if ('element' in schema) return keysAt(schema.element as z.ZodType, rest)
  return 'valueType' in schema ? keysAt(schema.valueType as z.ZodType, rest) : []
}
