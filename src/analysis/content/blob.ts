import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Range } from '../text/passage.ts'

/** Text that MCP carries as base64: `blob` of resources, `data` of content with a type of text. */
export interface TextBlob {
  readonly text: string
  /** Where a range of `text` stands in the base64. */
  place(start: number, end: number): Range
}

const TEXT_TYPE =
  /^(?:text\/|image\/svg|application\/(?:[\w.-]{1,80}\+)?(?:json|xml|yaml|x-yaml|toml|javascript|x-ndjson|sql|x-sh|xhtml))/i
/** How the text of blobs is said to be encoded: whoever replaces it encodes it again. */
export const BLOB = 'blob'
/** Of a member whose type is not said, this many bytes tell whether it is text. */
const PROBE = 512

/** Whether a member of an object may hold text as base64. */
export function mayBeBlob(parent: JsonObject, name: string): boolean {
  if (name !== 'blob' && name !== 'data') return false
  const { mimeType } = parent
  if (typeof mimeType === 'string') return TEXT_TYPE.test(mimeType)
  return name === 'blob' && isObject(parent)
}

/** The text in a blob; undefined where there is none. */
export function readBlob(encoded: string): TextBlob | undefined {
  if (!/^[A-Za-z0-9+/=\s_-]{2}/.test(encoded)) return
  const probe = Buffer.from(encoded.slice(0, PROBE), 'base64')
  if (probe.length === 0 || probe.includes(0)) return
  const bytes = Buffer.from(encoded, 'base64')
  const text = bytes.toString('utf8')
  const isExact = bytes.toString('base64') === encoded && Buffer.byteLength(text) === bytes.length
  const whole = { start: 0, end: encoded.length }
  if (!isExact) return { text, place: () => whole }
  const at = byteOffsets(text, bytes.length)
  return {
    text,
    place: (start, end) => ({
      start: Math.floor((at(start) * 4) / 3),
      end: Math.ceil((at(end) * 4) / 3),
    }),
  }
}

/** The bytes that a range of base64 stands for: what `place` says, the other way round. */
export function bytesOf({ start, end }: Range): Range {
  const from = Math.floor(start / 4) * 3 + (start % 4)
  const to = Math.floor(end / 4) * 3 + Math.max(0, (end % 4) - 1)
  return { start: from, end: to }
}

const STEP = 1_024

/** Byte offsets of UTF-16 offsets. */
function byteOffsets(text: string, bytes: number): (index: number) => number {
  if (text.length === bytes) return (index) => index
  const table = [0]
  return (index) => {
    const step = Math.floor(index / STEP)
    for (let next = table.length; next <= step; next += 1)
      table.push((table[next - 1] ?? 0) + lengthOf(text, (next - 1) * STEP, next * STEP))
    return (table[step] ?? 0) + lengthOf(text, step * STEP, index)
  }
}

/** UTF-8 bytes, in which each half of a pair of surrogates counts as two. */
function lengthOf(text: string, start: number, end: number): number {
  let bytes = 0
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) bytes += 1
    else bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3
  }
  return bytes
}
