import { unsupported } from './source.ts'

/** A regular expression as a tree. Groups capture nothing: only whether it matches is asked. */
export type Pattern =
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }
  | {
      readonly kind: 'repeat'
      readonly part: Pattern
      readonly least: number
      readonly most: number
    }
  /** One character that this expression matches: a class, an escape, `.` or the character itself. */
  | { readonly kind: 'character'; readonly expression: string }
  | { readonly kind: 'assertion'; readonly where: 'start' | 'end' | 'boundary' | 'inside' }

const MAX_NESTING = 100

const QUANTIFIER = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y
const GROUP = /\((?:\?(?::|<[^=!>][^>]*>))?/y
/** Escapes that stand for one character or one class of them. */
const ESCAPE =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|0(?!\d)|[dDsSwWfnrtv]|[^A-Za-z0-9])/y
const LEGACY_ESCAPE =
  /\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|0(?!\d)|[dDsSwWfnrtv]|[^A-Za-z0-9])/y
const CLASS = /\[(?:[^\]\\]|\\[\s\S])*\]/y

interface Reader {
  readonly text: string
  readonly unicode: boolean
  at: number
  nesting: number
}

/**
 * Reads an ECMAScript regular expression that is known to be well formed, as far as a finite
 * automaton can run it: no lookaround, no back references, no modifiers.
 *
 * @throws GatewayError `definition_unsupported` for anything else.
 */
export function readPattern(text: string, unicode: boolean): Pattern {
  const reader: Reader = { text, unicode, at: 0, nesting: 0 }
  const pattern = readChoice(reader)
  if (reader.at < text.length) throw beyond()
  return pattern
}

function readChoice(reader: Reader): Pattern {
  const branches = [readSequence(reader)]
  while (reader.text[reader.at] === '|') {
    reader.at += 1
    branches.push(readSequence(reader))
  }
  const [only] = branches
  return only && branches.length === 1 ? only : { kind: 'choice', branches }
}

function readSequence(reader: Reader): Pattern {
  const parts: Pattern[] = []
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    parts.push(readQuantified(reader))
  }
  return { kind: 'sequence', parts }
}

function readQuantified(reader: Reader): Pattern {
  const part = readAtom(reader)
  const found = take(reader, QUANTIFIER)
  if (!found) return part
  const [sign, least, comma, most] = found
  if (least === undefined) {
    return {
      kind: 'repeat',
      part,
      least: sign.startsWith('+') ? 1 : 0,
      most: sign.startsWith('?') ? 1 : Number.POSITIVE_INFINITY,
    }
  }
  const open = comma === undefined ? Number(least) : Number.POSITIVE_INFINITY
  return { kind: 'repeat', part, least: Number(least), most: most ? Number(most) : open }
}

function readAtom(reader: Reader): Pattern {
  const next = reader.text[reader.at]
  if (next === '(') return readGroup(reader)
  if (next === '^') return assertion(reader, 1, 'start')
  if (next === '$') return assertion(reader, 1, 'end')
  if (reader.text.startsWith('\\b', reader.at)) return assertion(reader, 2, 'boundary')
  if (reader.text.startsWith('\\B', reader.at)) return assertion(reader, 2, 'inside')
  if (next === '[') return character(take(reader, CLASS)?.[0])
  if (next === '\\') return character(take(reader, reader.unicode ? ESCAPE : LEGACY_ESCAPE)?.[0])
  return character(readLiteral(reader))
}

function readGroup(reader: Reader): Pattern {
  reader.nesting += 1
  const opened = take(reader, GROUP)
  if (!opened || reader.nesting > MAX_NESTING) throw beyond()
  const inner = readChoice(reader)
  if (reader.text[reader.at] !== ')') throw beyond()
  reader.at += 1
  reader.nesting -= 1
  return inner
}

/** A character that stands for itself, or the dot. A stray quantifier sign is not one. */
function readLiteral(reader: Reader): string | undefined {
  const code = reader.text.codePointAt(reader.at)
  if (code === undefined || code === 0x5c) return undefined
  const literal = reader.unicode ? String.fromCodePoint(code) : (reader.text[reader.at] ?? '')
  if ('*+?'.includes(literal)) return undefined
  reader.at += literal.length
  return '{}]/'.includes(literal) ? `\\${literal}` : literal
}

function character(expression: string | undefined): Pattern {
  if (expression === undefined) throw beyond()
  return { kind: 'character', expression }
}

function assertion(
  reader: Reader,
  length: number,
  where: Extract<Pattern, { kind: 'assertion' }>['where'],
): Pattern {
  reader.at += length
  return { kind: 'assertion', where }
}

function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at
  const found = expression.exec(reader.text)
  if (!found) return undefined
  reader.at += found[0].length
  return found
}

function beyond(): Error {
  return unsupported('has a pattern that cannot be matched in linear time')
}
