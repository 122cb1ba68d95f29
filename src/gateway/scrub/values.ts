import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'

/** ECMAScript 2026 "JSON.parse source text access", not yet in TypeScript's library. */
const { isRawJSON } = JSON as unknown as {
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}

/** Numbers below this have too few digits to be a secret that is watched for. */
const SHORT = 10_000_000

/** The text that a value is by itself, where it may be a secret; undefined for lists, objects and the like. */
function textIn(value: Json): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Math.abs(value) < SHORT ? undefined : JSON.stringify(value)
  return isRawJSON(value) ? value.rawJSON : undefined
}

/** A value with each text in it as `clean` leaves it: names of members, too. The same object where nothing changed. */
export function withoutValues(value: Json, clean: (text: string) => string): Json {
  const text = textIn(value)
  if (text !== undefined) {
    const cleaned = clean(text)
    return cleaned === text ? value : cleaned
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => withoutValues(item, clean))
    return items.every((item, at) => item === value[at]) ? value : items
  }
  return isObject(value) ? withoutMembers(value, clean) : value
}

function withoutMembers(value: JsonObject, clean: (text: string) => string): JsonObject {
  const members = Object.entries(value).map(([name, member]) => ({
    name,
    member,
    named: clean(name),
    cleaned: member === undefined ? undefined : withoutValues(member, clean),
  }))
  return members.every(({ name, named, member, cleaned }) => named === name && cleaned === member)
    ? value
    : Object.fromEntries(members.map(({ named, cleaned }) => [named, cleaned]))
}

/** Whether any text in a value passes a test. */
export function isInside(value: Json, test: (text: string) => boolean): boolean {
  const text = textIn(value)
  if (text !== undefined) return test(text)
  if (Array.isArray(value)) return value.some((item: Json) => isInside(item, test))
  if (!isObject(value)) return false
  return Object.entries(value).some(
    ([name, member]) => test(name) || (member !== undefined && isInside(member, test)),
  )
}
