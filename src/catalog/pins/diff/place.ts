import type { PinKind } from '../../../kernel/pins.ts'

/** What a place in a definition is to those who read it. */
export interface Place {
  /** `item`: what is at the top; `schema`: a keyword of a schema; `argument`: a parameter itself. */
  readonly part:
    | 'item'
    | 'schema'
    | 'argument'
    | 'annotations'
    | 'icons'
    | '_meta'
    | 'instructions'
    | 'serverInfo'
  /** Whether it is about what comes back instead of what goes there. */
  readonly output: boolean
  /** The member, keyword or parameter that it is in; empty for the value itself. */
  readonly key: string
  /** The nearest parameter, where it is in one. */
  readonly argument: string | undefined
  /** Whether the change is of `key` itself; else of something within its value. */
  readonly whole: boolean
}

/** Keywords that hold schemas by name, a schema, a list of schemas (JSON Schema 2020-12 core §10, and before). */
const BY_NAME = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])
/** Those that are used elsewhere: their names are no parameters. */
const SHARED = new Set(['$defs', 'definitions'])
const ONE = new Set([
  ...['items', 'additionalItems', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains'],
  ...['propertyNames', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
])
const MANY = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])

/** Says what is at a path. Total. */
export function placeOf(kind: PinKind, path: readonly string[]): Place {
  const [first = '', ...rest] = path
  const top = { output: false, argument: undefined, whole: rest.length === 0 }
  if (kind === 'instructions') return { ...top, part: 'instructions', key: '' }
  if (first === 'icons' || first === '_meta' || first === 'annotations')
    return { ...top, part: first, key: rest[0] ?? first }
  if (kind === 'serverInfo') return { ...top, part: 'serverInfo', key: first }
  if (kind === 'prompts' && first === 'arguments') return promptPlace(rest)
  if (first === 'inputSchema' || first === 'outputSchema')
    return rest.length === 0
      ? { ...top, output: first === 'outputSchema', part: 'item', key: first }
      : schemaPlace(rest, first === 'outputSchema')
  return { ...top, part: 'item', key: first }
}

function promptPlace([index, key, ...rest]: readonly string[]): Place {
  const argument = index ?? ''
  if (key === undefined)
    return { part: 'argument', output: false, key: argument, argument, whole: true }
  return { part: 'schema', output: false, key, argument, whole: rest.length === 0 }
}

function schemaPlace(path: readonly string[], output: boolean): Place {
  let argument: string | undefined
  let rest = path
  for (;;) {
    const [keyword = '', step] = rest
    const steps = stepsInto(keyword, step)
    const isNamed = step !== undefined && BY_NAME.has(keyword)
    if (isNamed && !SHARED.has(keyword)) argument = step
    if (isNamed && rest.length === 2)
      return { part: 'argument', output, key: step, argument, whole: true }
    if (steps === 0 || rest.length <= steps) {
      const whole = step === undefined || steps === 2
      return { part: 'schema', output, key: keyword, argument, whole }
    }
    rest = rest.slice(steps)
  }
}

/** How many steps lead from a schema into one within it; 0 where a keyword holds none. */
function stepsInto(keyword: string, step: string | undefined): 0 | 1 | 2 {
  if (BY_NAME.has(keyword) || MANY.has(keyword)) return 2
  // A list of them, before 2020-12.
  if (keyword === 'items' && /^\d+$/.test(step ?? '')) return 2
  return ONE.has(keyword) ? 1 : 0
}
