import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import { type CleanText, cleaner, namesSecret, secretNames } from './secret-names.ts'

/** How much of arguments and results a record shows in the clear. */
export interface ExcerptOptions {
  /** Bytes of UTF-8 at most; 0 keeps nothing but the digest. */
  readonly maxBytes: number
  /** Words that mark a member as secret, besides the built-in ones. */
  readonly redact: readonly string[]
}

const REDACTED = '"[redacted]"'

/**
 * Makes the function that writes excerpts: the value's JSON, members in their own order, secrets
 * replaced, cut at `maxBytes`. What lies beyond the cut is not visited.
 *
 * @param redactText takes out secrets that are known by their values
 */
export function excerptWriter(
  options: ExcerptOptions,
  redactText?: CleanText,
): (value: JsonObject) => string | undefined {
  const clean = cleaner(redactText)
  const secret = secretNames(options.redact)
  return (value) => {
    if (options.maxBytes <= 0) return undefined
    const out = { text: '', room: options.maxBytes + 1, clean }
    write(out, value, secret)
    return cut(out.text, options.maxBytes)
  }
}

interface Out {
  text: string
  /** UTF-16 code units that may still follow: no more than bytes, so enough. */
  room: number
  readonly clean: CleanText
}

function put(out: Out, text: string): void {
  out.text += text
  out.room -= text.length
}

function write(out: Out, value: Json, secret: (name: string) => boolean): void {
  if (out.room <= 0) return
  if (typeof value === 'string') put(out, JSON.stringify(withoutTokens(value, out)))
  else if (Array.isArray(value)) writeArray(out, value, secret)
  else if (isObject(value)) writeObject(out, value, secret)
  else put(out, JSON.stringify(value))
}

function withoutTokens(text: string, { room, clean }: Out): string {
  // One that the cut would divide is looked at whole.
  const start = text.slice(0, room + 64)
  return clean(start).slice(0, room)
}

function writeArray(out: Out, items: readonly Json[], secret: (name: string) => boolean): void {
  put(out, '[')
  for (const [index, item] of items.entries()) {
    if (out.room <= 0) return
    if (index > 0) put(out, ',')
    write(out, item, secret)
  }
  put(out, ']')
}

function writeObject(out: Out, object: JsonObject, secret: (name: string) => boolean): void {
  const names = Object.keys(object)
  const named = namesSecret(object, secret)
  put(out, '{')
  let separator = ''
  for (const name of names) {
    const value = object[name]
    if (value === undefined) continue
    if (out.room <= 0) return
    put(out, `${separator}${JSON.stringify(withoutTokens(name, out))}:`)
    if (secret(name) || (named && name === 'value')) put(out, REDACTED)
    else write(out, value, secret)
    separator = ','
  }
  put(out, '}')
}

/** Cuts at a character boundary and marks the cut with an ellipsis. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text.toWellFormed())
  if (bytes.length <= maxBytes) return bytes.toString()
  let end = maxBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return `${bytes.toString('utf8', 0, end)}…`
}
