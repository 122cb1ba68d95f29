import type { Range } from '../text/passage.ts'
import { Rewriting } from '../text/passage.ts'

/** A string, a number or a name in the JSON that a text holds. */
export interface JsonToken extends Range {
  readonly kind: 'name' | 'string' | 'number'
  /** What it says: escapes are read. */
  readonly text: string
  /** The name of the member that it is the value of, or of the nearest one around it. */
  readonly name: string
  /** Where a range of `text` stands in the JSON text. */
  place(start: number, end: number): Range
}

/** Whether a text is an object or an array of JSON. */
export function isJson(text: string): boolean {
  if (!/^\s{0,64}[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    // Also what nests deeper than the parser goes: it is looked at as text.
    return false
  }
}

/**
 * All tokens of valid JSON in order, without recursion; members of the same name each. What a parser would
 * drop is here too.
 */
export function* jsonTokens(text: string): Generator<JsonToken, void> {
  const names = new Names()
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, names)
    if (token === undefined) names.pass(text.charCodeAt(at))
    else yield token
    at = token === undefined ? at + 1 : token.end + (token.kind === 'number' ? 0 : 1)
  }
}

function tokenAt(text: string, at: number, names: Names): JsonToken | undefined {
  const code = text.charCodeAt(at)
  if (code === MINUS || (code >= ZERO && code <= NINE))
    return plainToken('number', text, at, endOfNumber(text, at), names.now)
  if (code !== QUOTE) return
  const token = stringToken(text, at + 1, endOfString(text, at), names.now)
  if (text.charCodeAt(skipBlanks(text, token.end + 1)) !== COLON) return token
  names.now = token.text
  return { ...token, kind: 'name', name: '' }
}

/** The name of the member that one is in: items of an array have that of the array. */
class Names {
  now = ''
  private readonly around: string[] = []

  pass(code: number): void {
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) this.around.push(this.now)
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) this.now = this.around.pop() ?? ''
    else if (code === COMMA) this.now = this.around.at(-1) ?? ''
  }
}

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const NUMBER = /[0-9eE+.-]/

function endOfNumber(text: string, start: number): number {
  let end = start + 1
  while (NUMBER.test(text[end] ?? '')) end += 1
  return end
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1
  return at
}

/** The offset of the quote that closes a string. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return end
  }
  return text.length
}

function plainToken(
  kind: JsonToken['kind'],
  text: string,
  start: number,
  end: number,
  name: string,
): JsonToken {
  const place = (from: number, to: number): Range => ({ start: start + from, end: start + to })
  return { kind, text: text.slice(start, end), name, start, end, place }
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/gs
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** RFC 8259, 7. */
function stringToken(text: string, start: number, end: number, name: string): JsonToken {
  const raw = text.slice(start, end)
  if (!raw.includes('\\')) return plainToken('string', text, start, end, name)
  const writing = new Rewriting()
  let done = 0
  for (const { 0: whole, 1: code, 2: letter = '', index } of raw.matchAll(ESCAPE)) {
    const read =
      code === undefined
        ? (ESCAPED[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(code, 16))
    writing.add(raw.slice(done, index), start + done, start + index)
    done = index + whole.length
    writing.add(read, start + index, start + done)
  }
  writing.add(raw.slice(done), start + done, end)
  const { text: said, place } = writing.passage('json')
  return { kind: 'string', text: said, name, start, end, place }
}
