import { isDeepStrictEqual } from 'node:util'
import type { ContentFinding } from '../../kernel/content.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { valueAt } from './value-at.ts'

/**
 * Pointers to copies in which something was found that was not found in the original: they would not be
 * clean behind a redaction.
 */
export function unlikeTwins(value: Json, findings: readonly ContentFinding[]): readonly string[] {
  if (!isObject(value) || !Array.isArray(value['content'])) return []
  const structured = value['structuredContent']
  if (structured === undefined) return []
  const inside = ({ at }: ContentFinding): boolean => at.startsWith('/structuredContent')
  const known = new Set(findings.filter(inside).map(kindOf))
  return findings.flatMap((finding) => {
    const [, index] = /^\/content\/(\d+)\/text$/.exec(finding.at) ?? []
    if (index === undefined || known.has(kindOf(finding))) return []
    return isTwin(valueAt(value, `/content/${index}`), structured) ? [finding.at] : []
  })
}

function kindOf({ category, type, mark }: ContentFinding): string {
  return `${category} ${type} ${mark}`
}

/**
 * Servers repeat structured content as JSON in a text block, for older clients (MCP 2025-06-18, tools,
 * structured content). What was a copy before a redaction is one behind it.
 */
export function withTwins(before: Json, after: Json): Json {
  if (!isObject(before) || !isObject(after)) return after
  const structured = before['structuredContent']
  const { content } = before
  const now = after['content']
  if (structured === undefined || !Array.isArray(content) || !Array.isArray(now)) return after
  const isSame =
    isDeepStrictEqual(structured, after['structuredContent']) && isDeepStrictEqual(content, now)
  if (isSame) return after
  const blocks = now.map((block: Json, index) => {
    const was: Json | undefined = content[index]
    return isTwin(was, structured) ? twinOf(was, block, after['structuredContent'] ?? null) : block
  })
  return { ...after, content: blocks }
}

function isTwin(block: Json | undefined, structured: Json): block is JsonObject {
  if (!isObject(block) || block['type'] !== 'text' || typeof block['text'] !== 'string')
    return false
  try {
    return isDeepStrictEqual(JSON.parse(block['text']), structured)
  } catch {
    return false
  }
}

function twinOf(was: JsonObject, now: Json, structured: Json): Json {
  const [, indent = ''] = /^\s*[[{]\r?\n([ \t]{1,8})/.exec(String(was['text'])) ?? []
  return isObject(now) ? { ...now, text: JSON.stringify(structured, null, indent) } : now
}
