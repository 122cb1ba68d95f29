import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { decimalOf } from './decimal.ts'
import { fault } from './fault.ts'
import { type RecordValue, recordOf, setOf, type Value } from './value.ts'

/**
 * How numbers become values. `exact`: an integer is an integer, a fraction a decimal. `decimal`:
 * every number is a decimal. A number that does not fit has no value.
 */
export type Numbers = 'exact' | 'decimal'

/** JSON that is nested deeper has no value. */
const MAX_DEPTH = 64

/**
 * A record view of a JSON object. Members are made when read; one that Cedar cannot hold is
 * present for `has` and faults when read, so that a policy that needs it denies:
 * `null`, a number that does not fit, text that is not Unicode, a list that holds any of them.
 */
export function jsonRecord(json: JsonObject, numbers: Numbers, depth = 0): RecordValue {
  const made = new Map<string, Value>()
  const has = (name: string): boolean => Object.hasOwn(json, name) && json[name] !== undefined
  return {
    kind: 'record',
    has,
    names: () => Object.keys(json).filter(has),
    member: (name) => {
      const known = made.get(name)
      if (known !== undefined || !has(name)) return known
      const value =
        asValue(json[name] ?? null, numbers, depth + 1) ??
        fault(`the attribute \`${name}\` holds what a policy cannot read`)
      made.set(name, value)
      return value
    },
  }
}

function asValue(json: Json, numbers: Numbers, depth: number): Value | undefined {
  if (depth > MAX_DEPTH || json === null) return undefined
  if (typeof json === 'boolean') return json
  if (typeof json === 'string') return json.isWellFormed() ? json : undefined
  if (typeof json === 'number') return numberOf(json, numbers)
  if (isObject(json)) return jsonRecord(json, numbers, depth)
  const items = json.map((item) => asWholeValue(item, numbers, depth + 1))
  return items.every((item) => item !== undefined) ? setOf(items) : undefined
}

function numberOf(number: number, numbers: Numbers): Value | undefined {
  if (numbers === 'exact' && Number.isSafeInteger(number)) return number + 0
  return decimalOf(number)
}

/** A member of a set is compared as a whole, so all of it must have a value. */
function asWholeValue(json: Json, numbers: Numbers, depth: number): Value | undefined {
  if (!isObject(json)) return asValue(json, numbers, depth)
  const members = new Map<string, Value>()
  for (const [name, member] of Object.entries(json)) {
    if (member === undefined) continue
    const value = depth > MAX_DEPTH ? undefined : asWholeValue(member, numbers, depth + 1)
    if (value === undefined) return undefined
    members.set(name, value)
  }
  return recordOf(members)
}
