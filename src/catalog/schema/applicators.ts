import type { Json } from '../../kernel/json.ts'
import { all, fail, quietly } from './run.ts'
import { type Keyword, listOf, malformed, type Slot, type Source, textOf } from './source.ts'

/** `$ref` (2020-12, core, section 8.2.3.1). */
export const reference: Keyword = (source) => {
  const target = textOf(source, '$ref')
  if (target === undefined) return undefined
  const slot = source.refer(target)
  return (value, run, seen) => slot.check(value, run, seen)
}

function branches(source: Source, keyword: string): readonly Slot[] | undefined {
  const list = listOf(source, keyword)
  if (list?.length === 0) throw malformed(keyword)
  return list?.map((subschema: Json) => source.slot(subschema))
}

/** `allOf` (core, section 10.2.1.1). */
const allOf: Keyword = (source) => {
  const slots = branches(source, 'allOf')
  if (!slots) return undefined
  return (value, run, seen) => all(run, slots, (slot) => slot.check(value, run, seen))
}

/** `anyOf` (core, section 10.2.1.2). Every branch counts when someone asks what was seen. */
const anyOf: Keyword = (source) => {
  const slots = branches(source, 'anyOf')
  if (!slots) return undefined
  const [only] = slots
  if (only && slots.length === 1) return (value, run, seen) => only.check(value, run, seen)
  return (value, run, seen) => {
    let valid = false
    for (const slot of slots) {
      valid = quietly(slot.check, value, run, seen) || valid
      if (valid && !seen) return true
    }
    return valid || fail(run, 'must match one of the forms that the schema allows')
  }
}

/** `oneOf` (core, section 10.2.1.3). */
const oneOf: Keyword = (source) => {
  const slots = branches(source, 'oneOf')
  if (!slots) return undefined
  return (value, run, seen) => {
    let count = 0
    for (const slot of slots) {
      if (quietly(slot.check, value, run, seen)) count += 1
      if (count > 1) break
    }
    return count === 1 || fail(run, 'must match exactly one of the forms that the schema allows')
  }
}

/** `not` (core, section 10.2.1.4). */
const not: Keyword = ({ schema, slot }) => {
  if (schema['not'] === undefined) return undefined
  const inner = slot(schema['not'])
  return (value, run) =>
    !quietly(inner.check, value, run, undefined) || fail(run, 'must not have this form')
}

/** `if`, `then` and `else` (core, section 10.2.2). */
const conditional: Keyword = ({ schema, slot }) => {
  if (schema['if'] === undefined) return undefined
  const condition = slot(schema['if'])
  const [met, unmet] = ['then', 'else'].map((keyword) =>
    schema[keyword] === undefined ? undefined : slot(schema[keyword]),
  )
  return (value, run, seen) => {
    const branch = quietly(condition.check, value, run, seen) ? met : unmet
    return !branch || branch.check(value, run, seen)
  }
}

/** Keywords that apply subschemas to the same value. */
export const applicators: readonly Keyword[] = [allOf, anyOf, oneOf, not, conditional]
