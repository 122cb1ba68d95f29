import { isObject, type Json } from '../../../kernel/json.ts'
import type { Change } from './changes.ts'

/** Whether a schema accepts more than before, less, or something else. */
export type Direction = 'widened' | 'narrowed' | 'changed'

/** Keywords whose greater value accepts more, and less. */
const UPPER = new Set([
  ...['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains'],
])
const LOWER = new Set([
  ...['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains'],
])
/** Keywords that may be schemas, of which `false` accepts nothing and `true` everything. */
const OPEN = new Set([
  ...['additionalProperties', 'unevaluatedProperties', 'additionalItems', 'unevaluatedItems'],
  ...['items', 'contains', 'propertyNames'],
])
/** Keywords that only restrict: having them accepts less. */
const LIMITS = new Set([
  ...['pattern', 'format', 'multipleOf', 'const', '$ref', '$dynamicRef', 'allOf', 'required'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema', 'dependentRequired', 'not'],
])
/** Keywords that list alternatives: not having them accepts all, having more of them accepts more. */
const CHOICES = new Set(['enum', 'anyOf', 'oneOf', 'type'])

/** Which way a change of a keyword goes; undefined for what accepts the same, or is no keyword. */
export function directionOf(keyword: string, change: Change): Direction | undefined {
  if (UPPER.has(keyword)) return bound(change, 1)
  if (LOWER.has(keyword)) return bound(change, -1)
  if (OPEN.has(keyword)) return opened(change)
  if (keyword === 'uniqueItems') return change.after === true ? 'narrowed' : 'widened'
  if (keyword === 'required' || keyword === 'allOf') return restriction(change)
  if (CHOICES.has(keyword)) return choice(keyword, change)
  if (LIMITS.has(keyword)) return restriction(change)
  return undefined
}

function restriction({ kind }: Change): Direction {
  if (kind === 'changed') return 'changed'
  return kind === 'added' ? 'narrowed' : 'widened'
}

function bound({ before, after }: Change, sign: 1 | -1): Direction {
  if (before === undefined) return 'narrowed'
  if (after === undefined) return 'widened'
  if (typeof before !== 'number' || typeof after !== 'number') return 'changed'
  return (after - before) * sign > 0 ? 'widened' : 'narrowed'
}

function opened({ before, after }: Change): Direction {
  const openness = (value: Json | undefined): number =>
    value === false ? 0 : value === undefined || value === true ? 2 : 1
  const [was, is] = [openness(before), openness(after)]
  if (was === is) return 'changed'
  return is > was ? 'widened' : 'narrowed'
}

function choice(keyword: string, change: Change): Direction {
  const { kind, before, after } = change
  const isMember = change.element === true || Number.isInteger(Number(change.path.at(-1)))
  if (isMember && kind !== 'changed') return kind === 'added' ? 'widened' : 'narrowed'
  if (kind !== 'changed') return restriction(change)
  if (keyword !== 'type') return 'changed'
  const [was, is] = [typesOf(before), typesOf(after)]
  const more = [...is].some((type) => !was.has(type))
  const less = [...was].some((type) => !is.has(type))
  if (more === less) return 'changed'
  return more ? 'widened' : 'narrowed'
}

function typesOf(value: Json | undefined): ReadonlySet<string> {
  const types = Array.isArray(value) ? value : isObject(value) ? [] : [value ?? '']
  // Every integer is a number.
  return new Set(
    types.map(String).flatMap((type) => (type === 'number' ? ['number', 'integer'] : [type])),
  )
}
