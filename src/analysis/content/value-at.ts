import { isObject, type Json } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'

/** The names and indexes that a JSON Pointer (RFC 6901) goes through. */
export function stepsOf(at: string): readonly string[] {
  return at === '' ? [] : at.slice(1).split('/').map(unescapeStep)
}

/** The value that a JSON Pointer (RFC 6901) points to. */
export function valueAt(value: Json, at: string): Json | undefined {
  let now: Json | undefined = value
  for (const name of stepsOf(at)) {
    if (Array.isArray(now)) now = now[Number(name)]
    else if (isObject(now) && Object.hasOwn(now, name)) now = now[name]
    else return undefined
  }
  return now
}
