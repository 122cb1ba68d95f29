import { readMediaType } from './media-type.ts'

/** A `data:` URL, taken apart. */
export interface DataUrl {
  readonly type: string
  readonly base64: boolean
  /** Undefined where the data is no Base64. */
  readonly content: Buffer | undefined
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/

/** What stands before the comma. */
export type DataHead = Pick<DataUrl, 'type' | 'base64'>

/**
 * Reads a `data:` URL (RFC 2397; white space and missing padding as the Fetch standard's "data: URL
 * processor" allows). Undefined for a text that is none, or whose media type is none: some readers
 * take that for plain text and others refuse it.
 */
export function readDataUrl(text: string): DataUrl | undefined {
  const comma = text.indexOf(',')
  if (comma < 0 || !/^data:/i.test(text)) return undefined
  const head = readHead(text.slice(5, comma))
  return head && withContent(head, text.slice(comma + 1))
}

/** Reads what stands between `data:` and the comma. */
export function readHead(text: string): DataHead | undefined {
  // URLs are read without these wherever they stand (WHATWG URL §4.4).
  const head = text.replace(/[\t\n\r]/g, '')
  const marked = /;[ ]*base64[ ]*$/i.exec(head)
  const type = typeOf(marked ? head.slice(0, marked.index) : head)
  return type === undefined ? undefined : { type, base64: marked !== null }
}

/** Adds what stands behind the comma. */
export function withContent(head: DataHead, text: string): DataUrl {
  const bytes = percentDecoded(text)
  return { ...head, content: head.base64 ? decoded(bytes) : bytes }
}

/** Without a type it is plain text, with or without parameters. */
function typeOf(head: string): string | undefined {
  const text = head.trim()
  return readMediaType(text === '' || text.startsWith(';') ? `text/plain${text}` : text)
}

function decoded(bytes: Buffer): Buffer | undefined {
  const text = bytes.toString('latin1').replace(/[\t\n\f\r ]/g, '')
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** WHATWG URL §1.3: escapes that are none stand for themselves. */
function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const escaped = bytes[at] === 0x25 ? hexOf(bytes, at + 1) : undefined
    bytes[length] = escaped ?? bytes[at] ?? 0
    length += 1
    if (escaped !== undefined) at += 2
  }
  return bytes.subarray(0, length)
}

function hexOf(bytes: Buffer, at: number): number | undefined {
  const digits = bytes.toString('latin1', at, at + 2)
  return /^[\da-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined
}
