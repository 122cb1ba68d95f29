import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { all, descend, fail, type Run, type Seen, spend } from './run.ts'
import {
  countOf,
  type Keyword,
  membersOf,
  type PatternTest,
  type Slot,
  type Source,
  stringsOf,
} from './source.ts'

interface Members {
  readonly properties: ReadonlyMap<string, Slot>
  readonly patterns: readonly { readonly test: PatternTest; readonly slot: Slot }[]
  readonly additional: Slot | undefined
}

/** `properties`, `patternProperties` and `additionalProperties` (2020-12, core, section 10.3.2). */
const members: Keyword = (source) => {
  const parts: Members = {
    properties: new Map(
      membersOf(source, 'properties').map(([key, sub]) => [key, source.slot(sub)]),
    ),
    patterns: membersOf(source, 'patternProperties').map(([expression, sub]) => ({
      test: source.pattern(expression),
      slot: source.slot(sub),
    })),
    additional: optionalSlot(source, 'additionalProperties'),
  }
  if (parts.properties.size === 0 && parts.patterns.length === 0 && !parts.additional) {
    return undefined
  }
  return (value, run, seen) => {
    if (!isObject(value)) return true
    return all(run, Object.keys(value), (key) => member(parts, key, value[key] ?? null, run, seen))
  }
}

function member(
  { properties, patterns, additional }: Members,
  key: string,
  value: Json,
  run: Run,
  seen: Seen | undefined,
): boolean {
  spend(run, 1 + patterns.length)
  const named = properties.get(key)
  let known = named !== undefined
  let valid = !named || descend(named.check, value, key, run)
  for (const { test, slot } of patterns) {
    if (!test(key, run)) continue
    known = true
    valid = descend(slot.check, value, key, run) && valid
  }
  if (!known && additional) {
    known = true
    valid = descend(additional.check, value, key, run)
  }
  if (known) seen?.keys.add(key)
  return valid
}

function optionalSlot(source: Source, keyword: string): Slot | undefined {
  const subschema = source.schema[keyword]
  return subschema === undefined ? undefined : source.slot(subschema)
}

/** `propertyNames` (section 10.3.2.4). */
const propertyNames: Keyword = (source) => {
  const slot = optionalSlot(source, 'propertyNames')
  if (!slot) return undefined
  return (value, run) =>
    !isObject(value) || Object.keys(value).every((key) => descend(slot.check, key, key, run))
}

/** `required` (validation, section 6.5.3). */
const required: Keyword = (source) => {
  if (source.schema['required'] === undefined) return undefined
  const names = stringsOf(source.schema['required'], 'required')
  return (value, run) => !isObject(value) || hasAll(value, names, run)
}

function hasAll(value: JsonObject, names: readonly string[], run: Run): boolean {
  spend(run, names.length)
  return all(
    run,
    names,
    (name) => Object.hasOwn(value, name) || fail(run, `must have \`${name.slice(0, 100)}\``),
  )
}

/** `minProperties` and `maxProperties` (sections 6.5.1, 6.5.2). */
const sizes: Keyword = (source) => {
  const least = countOf(source, 'minProperties') ?? 0
  const most = countOf(source, 'maxProperties') ?? Number.POSITIVE_INFINITY
  if (least === 0 && most === Number.POSITIVE_INFINITY) return undefined
  return (value, run) => {
    if (!isObject(value)) return true
    const count = Object.keys(value).length
    spend(run, count >> 2)
    if (count < least) return fail(run, `must have at least ${least} members`)
    return count <= most || fail(run, `must have at most ${most} members`)
  }
}

/** `dependentRequired`, `dependentSchemas`, and `dependencies`, which they came from. */
const dependent: Keyword = (source) => {
  const modern = source.draft === '7' ? [] : ['dependentRequired', 'dependentSchemas']
  const rules = [...modern, 'dependencies'].flatMap((keyword) =>
    membersOf(source, keyword).map(([key, rule]) =>
      Array.isArray(rule)
        ? { key, names: stringsOf(rule, keyword), slot: undefined }
        : { key, names: [], slot: source.slot(rule) },
    ),
  )
  if (rules.length === 0) return undefined
  return (value, run, seen) => {
    if (!isObject(value)) return true
    spend(run, rules.length)
    let valid = true
    for (const { key, names, slot } of rules) {
      if (!Object.hasOwn(value, key)) continue
      valid = hasAll(value, names, run) && (!slot || slot.check(value, run, seen)) && valid
    }
    return valid
  }
}

/** `unevaluatedProperties` (core, section 11.3): after everything that may look at members. */
export const unevaluatedProperties: Keyword = (source) => {
  const slot = source.draft === '7' ? undefined : optionalSlot(source, 'unevaluatedProperties')
  if (!slot) return undefined
  return (value, run, seen) => {
    if (!isObject(value)) return true
    let valid = true
    for (const key of Object.keys(value)) {
      spend(run, 1)
      if (seen?.keys.has(key)) continue
      valid = descend(slot.check, value[key] ?? null, key, run) && valid
      seen?.keys.add(key)
    }
    return valid
  }
}

/** Keywords for objects. */
export const objects: readonly Keyword[] = [required, members, propertyNames, sizes, dependent]
