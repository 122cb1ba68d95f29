import type { Denial } from '../kernel/access.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Exceeded, Used } from '../kernel/limits.ts'
import type { Response } from '../mcp/message.ts'

/** A call that was sent and brought nothing back. */
export const NOTHING_USED: Used = { bytes: 0, rows: 0 }

/** What a response uses of limits: its size as JSON, and the rows in it. */
export function usedBy(response: Response): Used {
  if (response.kind === 'error') return NOTHING_USED
  const text = response.resultText ?? JSON.stringify(response.result)
  return { bytes: Buffer.byteLength(text), rows: rowsOf(response.result) }
}

/** A limit without room, as the denial that it is. */
export function exceeded({ limit, reason, retryAfter }: Exceeded): Denial {
  const seconds = retryAfter === undefined ? undefined : Math.max(1, Math.ceil(retryAfter / 1_000))
  const remedy =
    seconds === undefined
      ? 'ask the operator for a higher limit'
      : `wait ${seconds} s, then call again`
  return {
    effect: 'deny',
    determining: [{ policy: `limit:${limit}`, reason, remedy }],
    errors: [],
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

/** The longest list in a structured result, or in content that is JSON text (MCP, `structuredContent`). */
function rowsOf(result: JsonObject): number {
  const { structuredContent, content } = result
  if (structuredContent !== undefined) return longestList(structuredContent)
  const blocks: readonly Json[] = Array.isArray(content) ? content : []
  return Math.max(0, ...blocks.map((block) => (isObject(block) ? rowsOfText(block['text']) : 0)))
}

function rowsOfText(text: Json | undefined): number {
  if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) return 0
  try {
    return longestList(JSON.parse(text) as Json)
  } catch {
    return 0
  }
}

function longestList(value: Json): number {
  let longest = 0
  const waiting: Json[] = [value]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (Array.isArray(one)) longest = Math.max(longest, one.length)
    if (typeof one !== 'object' || one === null) continue
    for (const inner of Object.values(one)) if (typeof inner === 'object') waiting.push(inner)
  }
  return longest
}
