import type { JsonObject } from '../kernel/json.ts'
import type { ResultResponse } from '../mcp/message.ts'

/** A number's spelling that `JSON.parse` and `JSON.stringify` may not keep: long, or with an exponent. */
const FRAGILE = /\d{16}|\d\.?\d*[eE]/

/** ECMAScript 2026 "JSON.parse source text access", not yet in TypeScript's library. */
const lossless = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): JsonObject
  rawJSON(text: string): object
}

/**
 * The result as a tree whose re-serialisation says what the server said, digit for digit. Only for
 * results that will be changed: an unchanged one is forwarded by its text.
 */
export function losslessResult(response: ResultResponse): JsonObject {
  const text = response.resultText
  if (text === undefined || !FRAGILE.test(text)) return response.result
  return lossless.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && JSON.stringify(value) !== source
      ? lossless.rawJSON(source)
      : value,
  )
}
