import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { ResultResponse } from '../mcp/message.ts'
import { readJson } from '../mcp/wire/read-json.ts'

/** A number's spelling that `JSON.parse` and `JSON.stringify` may not keep: long, or with an exponent. */
const FRAGILE = /\d{16}|\d\.?\d*[eE]/

/** ECMAScript 2026 "JSON.parse source text access", not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): Json }

/**
 * The result as a tree whose re-serialisation says what the server said, digit for digit. Only for
 * results that will be changed: an unchanged one is forwarded by its text.
 */
export function losslessResult(response: ResultResponse): JsonObject {
  const text = response.resultText
  if (text === undefined || !FRAGILE.test(text)) return response.result
  const tree = readJson(text, (word) => {
    const value = JSON.parse(word) as Json
    return typeof value === 'number' && JSON.stringify(value) !== word ? rawJSON(word) : value
  })
  return isObject(tree) ? tree : response.result
}
