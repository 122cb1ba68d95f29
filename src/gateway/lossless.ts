import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { ResultResponse } from '../mcp/message.ts'
import { readJson } from '../mcp/wire/read-json.ts'

/** A number's spelling that `JSON.parse` and `JSON.stringify` may not keep: long, or with an exponent. */
const FRAGILE = /\d{16}|\d\.?\d*[eE]/

/** ECMAScript 2026 "JSON.parse source text access", not yet in TypeScript's library. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): Json
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}

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

/** How the numbers in a tree are spelled that a double cannot hold, each with its place, in order. */
export function spellings(tree: Json, at = ''): readonly (readonly [string, string])[] {
  if (typeof tree !== 'object' || tree === null) return []
  if (isRawJSON(tree)) return [[at, tree.rawJSON]]
  return Object.keys(tree)
    .sort()
    .flatMap((name) =>
      spellings((tree as JsonObject)[name] ?? null, `${at}/${JSON.stringify(name)}`),
    )
}
