import { GatewayError } from '../../kernel/errors.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { afterString } from './json-string.ts'
import { survives } from './number-literal.ts'
import { readJson } from './read-json.ts'

/** What a JSON text may hold. */
export interface JsonLimits {
  /** Deepest nesting of objects and arrays. */
  readonly maxDepth: number
  /** Most values in all; an empty object or array counts as two. */
  readonly maxNodes: number
  /**
   * `exact` refuses numbers that another parser may read as another value; `tolerant` takes them,
   * for texts that are forwarded as they are.
   */
  readonly numbers: 'exact' | 'tolerant'
}

/** A JSON text with exactly one reading. */
export interface StrictJson {
  readonly value: Json
  readonly text: string
  /**
   * Where the members of the root object stand in `text`: the opening brace, then for each member
   * its colon and the comma or brace after it.
   */
  readonly marks: readonly number[]
}

interface Shape {
  readonly depth: number
  readonly nodes: number
  readonly members: number
  /** Whether a member's name is written with an escape. */
  readonly escapedName: boolean
  readonly marks: readonly number[]
}

const POINT = 0x2e
const ZERO = 0x30
const BOM = '\u{feff}'

/** What a character outside strings begins; 0 for what needs no notice. */
const STRING = 1
const NUMBER = 2
const COLON = 3
const COMMA = 4
const OPEN = 5
const CLOSE = 6
const KINDS = new Uint8Array(128)
for (const [characters, kind] of [
  ['"', STRING],
  ['-0123456789', NUMBER],
  [':', COLON],
  [',', COMMA],
  ['{[', OPEN],
  ['}]', CLOSE],
] as const) {
  for (const character of characters) KINDS[character.charCodeAt(0)] = kind
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses JSON (RFC 8259) that every parser must read alike: no duplicate names (however escaped),
 * no `__proto__` member, no lone surrogate, no byte order mark, and, when asked, no number that a
 * double cannot hold. Bounds depth and size before anything is built. Linear in the input.
 *
 * One scan counts the members that the text writes; the parsed tree must hold as many, else a
 * name occurred twice and one value hid another.
 *
 * @param input a text, or its UTF-8 bytes.
 * @throws GatewayError `json_malformed` for what is not JSON or is over a limit, `json_ambiguous`
 *   for what has more than one reading.
 */
export function parseStrict(input: string | Uint8Array, limits: JsonLimits): StrictJson {
  const text = decode(input)
  const shape = scan(text, limits)
  checkSize(shape, limits)
  const parsed = parse(text)
  const value = shape.escapedName ? readJson(text) : parsed
  // Without an escape a name is spelled as it is, and no surrogate stands alone.
  const spelled = text.includes('\\') || text.includes('__proto__')
  const members = spelled ? countCarefully(value) : count(value)
  if (members !== shape.members) {
    throw new GatewayError('json_ambiguous', 'an object has two members of the same name')
  }
  return { value, text, marks: shape.marks }
}

/** The exact text of the value of a member of the root object; undefined when it has none. */
export function memberText(json: StrictJson, name: string): string | undefined {
  for (let at = 0; at + 2 < json.marks.length; at += 2) {
    const [start, colon, end] = json.marks.slice(at, at + 3) as [number, number, number]
    if (JSON.parse(json.text.slice(start + 1, colon)) === name) {
      return json.text.slice(colon + 1, end).trim()
    }
  }
  return undefined
}

function decode(input: string | Uint8Array): string {
  const text = typeof input === 'string' ? wellFormed(input) : decodeUtf8(input)
  if (text.startsWith(BOM)) {
    throw new GatewayError('json_malformed', 'JSON must not begin with a byte order mark')
  }
  return text
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw malformed('JSON must be valid UTF-8', cause)
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    const position = /position (\d+)/.exec(String(cause))?.[1]
    const place = position === undefined ? '' : ` at character ${position}`
    throw malformed(`not valid JSON: syntax error${place}`, cause)
  }
}

function malformed(message: string, cause: unknown): GatewayError {
  return new GatewayError('json_malformed', message, { cause })
}

/** Measures a text that may not even be JSON; `parse` refuses that afterwards. */
function scan(text: string, limits: JsonLimits): Shape {
  const exact = limits.numbers === 'exact'
  const marks: number[] = []
  let [depth, deepest, nodes, members, at] = [0, 0, 1, 0, 0]
  let [name, slash, escapedName] = [0, indexOf(text, '\\', 0), false]
  while (at < text.length) {
    switch (KINDS[text.charCodeAt(at)]) {
      case STRING:
        name = at
        at = afterString(text, at)
        continue
      case NUMBER:
        at = afterNumber(text, at, exact)
        continue
      case COLON:
        members += 1
        mark(marks, depth, at)
        // What stood before the colon was a name.
        if (slash < at) slash = indexOf(text, '\\', name)
        escapedName ||= slash < at
        break
      case COMMA:
        nodes += 1
        mark(marks, depth, at)
        break
      case OPEN:
        nodes += 1
        depth += 1
        deepest = Math.max(deepest, depth)
        mark(marks, depth, at)
        break
      case CLOSE:
        mark(marks, depth, at)
        depth -= 1
        break
      default:
    }
    at += 1
  }
  return { depth: deepest, nodes, members, escapedName, marks }
}

function indexOf(text: string, search: string, from: number): number {
  const index = text.indexOf(search, from)
  return index === -1 ? Infinity : index
}

function mark(marks: number[], depth: number, at: number): void {
  if (depth === 1) marks.push(at)
}

function afterNumber(text: string, start: number, exact: boolean): number {
  const end = afterDigits(text, start)
  // Every integer of 15 digits is safe.
  if (end - start <= 15 && !isFractional(text.charCodeAt(end))) return end
  return afterLongNumber(text, start, end, exact)
}

function afterDigits(text: string, start: number): number {
  let end = start + 1
  while (isDigit(text.charCodeAt(end))) end += 1
  return end
}

function afterLongNumber(text: string, start: number, point: number, exact: boolean): number {
  let end = point
  // After the point: digits alone leave a plain decimal.
  if (text.charCodeAt(end) === POINT) end = afterDigits(text, end)
  // At most 15 digits before the point and 17 in all keep their value; `survives` sees to the rest.
  const most = text.charCodeAt(start) === ZERO ? 19 : 18
  const plain = end > point && point - start <= 15 && end - start <= most
  if (plain && !isFractional(text.charCodeAt(end))) return end
  while (isDigit(text.charCodeAt(end)) || isFractional(text.charCodeAt(end))) end += 1
  if (exact) checkNumber(text.slice(start, end))
  return end
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39
}

/** True for what a number that is no plain integer also holds: `.`, `e`, `E`, `+`, `-`. */
function isFractional(code: number): boolean {
  return code === POINT || (code | 0x20) === 0x65 || code === 0x2b || code === 0x2d
}

function checkNumber(literal: string): void {
  if (survives(literal)) return
  throw new GatewayError(
    'json_ambiguous',
    `the number \`${clip(literal)}\` would not keep its value: write it as a string`,
  )
}

function clip(literal: string): string {
  return literal.length <= 40 ? literal : `${literal.slice(0, 40)}…`
}

function checkSize(shape: Shape, limits: JsonLimits): void {
  if (shape.depth > limits.maxDepth) {
    throw new GatewayError('json_malformed', `nested deeper than ${limits.maxDepth} levels`)
  }
  if (shape.nodes > limits.maxNodes) {
    throw new GatewayError('json_malformed', `more than ${limits.maxNodes} values`)
  }
}

/** The number of members in a tree. Recursion is bounded by `maxDepth`. */
function count(value: Json | undefined): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += count(item)
    return members
  }
  for (const name of Object.keys(value)) members += 1 + count((value as JsonObject)[name])
  return members
}

/** As `count`; looks at every string and name besides. */
function countCarefully(value: Json | undefined): number {
  if (typeof value === 'string') wellFormed(value)
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += countCarefully(item)
    return members
  }
  for (const name of Object.keys(value)) {
    if (wellFormed(name) === '__proto__') {
      throw new GatewayError('json_ambiguous', 'the member name `__proto__` is not allowed')
    }
    members += 1 + countCarefully((value as JsonObject)[name])
  }
  return members
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) {
    throw new GatewayError('json_ambiguous', 'a string holds half of a surrogate pair')
  }
  return text
}
