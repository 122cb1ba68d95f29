import { isUtf8 } from 'node:buffer'
import { gunzipSync, inflateSync } from 'node:zlib'
import { type Passage, whole } from './passage.ts'

/** Bytes written as one run of characters: base64, base64url, hex; what is compressed inside as well. */

/** More than this of one blob is not looked into. */
const MOST_INFLATED = 1 << 20
/** A blob that grows more is no text. */
const MOST_GROWTH = 200
const PROBE = 16

/** What may still be spent. */
export interface Spending {
  /** Whether so many characters may be produced; they are taken off. */
  spend(characters: number): boolean
  /** How many characters may still be produced. */
  readonly left: number
  /** Says that something was left unread. */
  bound(): void
}

/**
 * Texts in the runs that a survey found. Runs that follow each other over line breaks, as in MIME (RFC 2045
 * §6.8), are one. Only what decodes to text is given.
 */
export function* blobs(
  text: string,
  runs: readonly number[],
  spending: Spending,
): Generator<Passage> {
  for (let index = 0; index < runs.length; index += 2) {
    const start = runs[index] ?? 0
    let end = runs[index + 1] ?? 0
    if (!promising(text, start, end)) continue
    while (wraps(text, start, end, runs[index + 2])) {
      index += 2
      end = runs[index + 1] ?? end
    }
    yield* decoded(text, start, tail(text, start, end), spending)
  }
}

/** Whether the first characters decode to text or to something compressed: it turns most words away. */
function promising(text: string, start: number, end: number): boolean {
  const probe = text.slice(start, Math.min(end, start + PROBE))
  if (HEX.test(probe)) return (end - start) % 2 === 0
  if (!/[a-z]/.test(probe) || !/[A-Z\d]/.test(probe)) return false
  const bytes = Buffer.from(probe, 'base64')
  return (
    compressed(bytes) !== undefined ||
    bytes.every((byte, at) => ofText(byte) || (byte === 0 && at % 2 === 1))
  )
}

const HEX = /^[\da-fA-F]+$/

/** Whether a byte can be one of a text in UTF-8. */
function ofText(byte: number): boolean {
  return (byte >= 32 && byte !== 127 && byte < 248) || byte === 9 || byte === 10 || byte === 13
}

/** As long as encoders make their lines. */
const LINES = new Set([60, 64, 70, 72, 76])
const LAST = /^(?:[ \t]{0,2}\r?\n[ \t>]{0,8}[\w+/-]{2,15}(?![\w+/-]))?={0,2}/
const PADDING = /^={0,2}/

function lineBefore(text: string, start: number, end: number): number {
  let at = end
  while (at > start && end - at < 80 && /[\w+/-]/.test(text[at - 1] ?? '')) at--
  return end - at
}

/** Whether the run goes on in the next one: a long line, then nothing but its end and an indent or a `>`. */
function wraps(text: string, start: number, end: number, next: number | undefined): boolean {
  if (next === undefined || next - end > 16 || next - end < 1) return false
  return (
    LINES.has(lineBefore(text, start, end)) && /^ {0,2}\r?\n[ \t>]*$/.test(text.slice(end, next))
  )
}

/** The last, shorter line of a wrapped blob is no run of its own; and padding belongs to it. */
function tail(text: string, start: number, end: number): number {
  const wrapped = LINES.has(lineBefore(text, start, end))
  const rest = (wrapped ? LAST : PADDING).exec(text.slice(end, end + 24))
  return end + (rest?.[0].length ?? 0)
}

function* decoded(
  text: string,
  start: number,
  end: number,
  spending: Spending,
): Generator<Passage> {
  const raw = text.slice(start, end)
  const run = /\s/.test(raw) ? raw.replace(/[\s>]+/g, '') : raw
  if (!spending.spend(run.length)) return
  const hex = HEX.test(run) && run.length % 2 === 0
  const name = hex ? 'hex' : 'base64'
  const bytes = Buffer.from(run, name)
  const range = { start, end }
  const plain = textOf(bytes)
  if (plain !== undefined) yield whole(plain, name, range)
  else {
    const packed = inflated(bytes, spending)
    if (packed !== undefined) yield whole(packed.text, `${name} ${packed.via}`, range)
  }
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.length < 6) return undefined
  // What PowerShell encodes is UTF-16: every other byte of English is zero.
  if (bytes.length % 2 === 0 && bytes[1] === 0 && bytes[3] === 0) {
    return printable(bytes.toString('utf16le'))
  }
  return isUtf8(bytes) ? printable(bytes.toString('utf8')) : undefined
}

/** The text, if nearly all of it can be seen and some of it is letters. */
function printable(text: string): string | undefined {
  const odd = text.match(/[^\P{C}\n\r\t\p{Cf}]/gu)?.length ?? 0
  if (odd * 20 > text.length) return undefined
  return /\p{L}{2}/u.test(text) ? text : undefined
}

type Compression = 'gzip' | 'deflate'

/** RFC 1952 §2.3.1, RFC 1950 §2.2. */
function compressed(bytes: Uint8Array): Compression | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  if (bytes[0] === 0x78 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0) return 'deflate'
  return undefined
}

const INFLATE = { gzip: gunzipSync, deflate: inflateSync }

function inflated(
  bytes: Buffer,
  spending: Spending,
): { readonly text: string; readonly via: string } | undefined {
  const via = compressed(bytes)
  if (via === undefined) return undefined
  const most = Math.min(MOST_INFLATED, bytes.length * MOST_GROWTH + 1024, spending.left)
  if (most < 1) {
    spending.bound()
    return undefined
  }
  try {
    const inflatedBytes = INFLATE[via](bytes, { maxOutputLength: most })
    spending.spend(inflatedBytes.length)
    const text = textOf(inflatedBytes)
    return text === undefined ? undefined : { text, via }
  } catch (thrown) {
    // What is broken is so for whoever reads it. What is larger than it may be is unread, or a bomb.
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') spending.bound()
    return undefined
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}
