import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { ResultResponse } from '../../mcp/message.ts'
import { losslessResult } from '../lossless.ts'

/** ECMAScript 2026 "JSON.parse source text access", not yet in TypeScript's library. */
const { isRawJSON } = JSON as unknown as { isRawJSON(value: unknown): boolean }

/** A result as values alone: what was kept as its server spells it are numbers again. */
export function plainResult({ result, resultText }: ResultResponse): JsonObject {
  if (resultText !== undefined) return result
  const plain = unspelled(result)
  return isObject(plain) ? plain : result
}

function unspelled(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isRawJSON(value)) return JSON.parse(JSON.stringify(value)) as Json
  if (Array.isArray(value)) {
    const items = value.map(unspelled)
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  const all = Object.entries(value as JsonObject)
  const plain = all.map(
    ([name, member]) => [name, member === undefined ? member : unspelled(member)] as const,
  )
  return plain.some(([, member], index) => member !== all[index]?.[1])
    ? Object.fromEntries(plain)
    : value
}

/**
 * A result with some values changed, every other number spelled as its server spelled it.
 *
 * @param before `plainResult(response)`
 * @param changed `before`, changed here and there
 */
export function changedResult(
  response: ResultResponse,
  before: JsonObject,
  changed: JsonObject,
): ResultResponse {
  if (changed === before) return response
  const grafted = graft(losslessResult(response), before, changed)
  return { kind: 'result', id: response.id, result: isObject(grafted) ? grafted : changed }
}

/** Where nothing changed, `exact`: `before` in other words. */
function graft(exact: Json, before: Json | undefined, after: Json): Json {
  if (before === after) return exact
  if (Array.isArray(after) && Array.isArray(before) && Array.isArray(exact))
    return after.map((item: Json, index) => graft(exact[index] ?? item, before[index], item))
  if (!isObject(after) || !isObject(before) || !isObject(exact)) return after
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => {
      const known = Object.hasOwn(exact, name) ? exact[name] : undefined
      return [
        name,
        known === undefined || value === undefined ? value : graft(known, before[name], value),
      ]
    }),
  )
}

/** Adds to a result's `_meta`, without touching how anything else is spelled. */
export function withMeta(response: ResultResponse, added: JsonObject): ResultResponse {
  const { id, result, resultText } = response
  const meta = result['_meta']
  if (meta !== undefined || resultText === undefined) {
    const exact = losslessResult(response)
    const known = exact['_meta']
    const _meta = { ...(isObject(known) ? known : {}), ...added }
    return { kind: 'result', id, result: { ...exact, _meta } }
  }
  const open = resultText.indexOf('{') + 1
  const comma = Object.keys(result).length === 0 ? '' : ','
  const spliced = `{"_meta":${JSON.stringify(added)}${comma}${resultText.slice(open)}`
  return { kind: 'result', id, result: { _meta: added, ...result }, resultText: spliced }
}
