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
  if (issue.code === 'invalid_union') {
    return likeliest(issue.errors).flatMap((inner) =>
      findingsIn(schema, { ...inner, path: [...issue.path, ...inner.path] }),
    )
  }
  return [issue]
}

/** What the branch says that the value was probably meant for: one that takes what it is at all. */
function likeliest(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] {
  const fits = (branch: readonly z.core.$ZodIssue[]): boolean =>
    branch.every(
      ({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'),
    )
  return branches.find(fits) ?? branches[0] ?? []
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path
  if (schema.def.type === 'union' && 'options' in schema) {
    const options = schema.options as readonly z.ZodType[]
    return [...new Set(options.flatMap((option) => keysAt(option, path)))]
  }
  if ('shape' in schema && schema.shape instanceof Object) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>
    if (step === undefined) return Object.keys(shape)
    const next = shape[String(step)]
    return next === undefined ? [] : keysAt(next, rest)
  }
  const inner = innerOf(schema)
  if (inner !== undefined) return keysAt(inner, path)
  const item = itemOf(schema)
  return item === undefined || step === undefined ? [] : keysAt(item, rest)
}

/** Of what is optional or has a default: what it is. */
function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if ('element' in schema || !('unwrap' in schema)) return undefined
  return typeof schema.unwrap === 'function' ? (schema.unwrap() as z.ZodType) : undefined
}

/** What a list or a record holds. */
function itemOf(schema: z.ZodType): z.ZodType | undefined {
  if ('element' in schema) return schema.element as z.ZodType
  return 'valueType' in schema ? (schema.valueType as z.ZodType) : undefined
}
