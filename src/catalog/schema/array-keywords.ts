import type { Json } from '../../kernel/json.ts'
import { identity } from './equality.ts'
import { all, type Check, descend, fail, quietly, type Run, type Seen } from './run.ts'
import { countOf, type Keyword, malformed, type Slot, type Source } from './source.ts'

/**
 * `prefixItems` and `items`, and their older forms: an array of `items`, and `additionalItems`
 * (2020-12, core, section 10.3.1; draft-07, validation, section 6.4).
 */
const items: Keyword = (source) => {
  const { prefix, rest } = itemSlots(source)
  if (prefix.length === 0 && !rest) return undefined
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true
    const end = rest ? value.length : Math.min(prefix.length, value.length)
    const valid = all(run, end < value.length ? value.slice(0, end) : value, (item, i) => {
      const slot = prefix[i] ?? rest
      return !slot || descend(slot.check, item, i, run)
    })
    if (seen) seen.items = Math.max(seen.items, end)
    return valid
  }
}

function itemSlots(source: Source): { prefix: readonly Slot[]; rest: Slot | undefined } {
  const { schema, slot } = source
  const given = schema['items']
  const tuple = Array.isArray(given) ? given : source.draft === '7' ? [] : schema['prefixItems']
  const rest = Array.isArray(given) ? schema['additionalItems'] : given
  if (tuple !== undefined && !Array.isArray(tuple)) throw malformed('prefixItems')
  return {
    prefix: (tuple ?? []).map((item: Json) => slot(item)),
    rest: rest === undefined ? undefined : slot(rest),
  }
}

/** `contains`, `minContains` and `maxContains` (core, section 10.3.1.3). */
const contains: Keyword = (source) => {
  if (source.schema['contains'] === undefined) return undefined
  const slot = source.slot(source.schema['contains'])
  const counted = source.draft !== '7'
  const least = (counted ? countOf(source, 'minContains') : undefined) ?? 1
  const most = (counted ? countOf(source, 'maxContains') : undefined) ?? Number.POSITIVE_INFINITY
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true
    const count = matches(slot.check, value, run, seen)
    if (count < least) return fail(run, `must contain at least ${least} matching items`)
    return count <= most || fail(run, `must contain at most ${most} matching items`)
  }
}

function matches(check: Check, value: readonly Json[], run: Run, seen: Seen | undefined): number {
  let count = 0
  for (const [i, item] of value.entries()) {
    if (!quietly(check, item, run, undefined)) continue
    count += 1
    seen?.indexes.add(i)
  }
  return count
}

/** `minItems` and `maxItems` (validation, sections 6.4.1, 6.4.2). */
const sizes: Keyword = (source) => {
  const least = countOf(source, 'minItems') ?? 0
  const most = countOf(source, 'maxItems') ?? Number.POSITIVE_INFINITY
  if (least === 0 && most === Number.POSITIVE_INFINITY) return undefined
  return (value, run) => {
    if (!Array.isArray(value)) return true
    if (value.length < least) return fail(run, `must have at least ${least} items`)
    return value.length <= most || fail(run, `must have at most ${most} items`)
  }
}

/** `uniqueItems` (validation, section 6.4.3), in linear time. */
const uniqueItems: Keyword = ({ schema }) => {
  if (schema['uniqueItems'] === undefined || schema['uniqueItems'] === false) return undefined
  if (schema['uniqueItems'] !== true) throw malformed('uniqueItems')
  return (value, run) => {
    if (!Array.isArray(value)) return true
    const found = new Set(value.map((item: Json) => identity(item, run)))
    return found.size === value.length || fail(run, 'must not have equal items')
  }
}

/** `unevaluatedItems` (core, section 11.2): after everything that may look at items. */
export const unevaluatedItems: Keyword = (source) => {
  const subschema = source.schema['unevaluatedItems']
  if (source.draft === '7' || subschema === undefined) return undefined
  const slot = source.slot(subschema)
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true
    let valid = true
    for (let i = seen?.items ?? 0; i < value.length; i += 1) {
      if (!seen?.indexes.has(i)) valid = descend(slot.check, value[i], i, run) && valid
    }
    if (seen) seen.items = value.length
    return valid
  }
}

/** Keywords for arrays. */
export const arrays: readonly Keyword[] = [items, contains, sizes, uniqueItems]
