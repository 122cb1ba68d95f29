import { type AST, RegExpParser } from '@eslint-community/regexpp'

/** A regular expression that was read. */
export interface ReadPattern {
  /** Without delimiters. */
  readonly source: string
  readonly pattern: AST.Pattern
  /** Flags that it is read with: of `i`, `s`, `u`, `v`. */
  readonly mode: string
  readonly foreign: boolean
}

export const MAX_LENGTH = 4_096

/** Groups within groups at most: people write five, and each is a call within a call to read. */
const MAX_NESTING = 100

const parser = new RegExpParser({ ecmaVersion: 2025 })

/** `/…/flags`, with the flags of ECMAScript. */
const DELIMITED = /^\/([\s\S]+)\/([dgimsuvy]*)$/

/** What other engines write otherwise; escapes and classes stand here to be passed over. */
const FOREIGN =
  /\\[AZz]|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?P<|\(\?P=(\w+)\)|\(\?>|\(\?#[^)]*\)|([*+?}])\+/g
/** Flags for the whole of it, at its start (PCRE, Python, Rust, Go, Java). */
const INLINE_FLAGS = /^\(\?([imsxuUaLn]+)\)/

/**
 * Reads an expression: as ECMAScript (ECMA-262 §22.2, with the `u` flag, or as Annex B reads it
 * without), or else as other engines write it. Undefined if it is none, or cannot be read alike.
 */
export function readPattern(text: string): ReadPattern | undefined {
  if (text.length > MAX_LENGTH || nestingOf(text) > MAX_NESTING) return undefined
  const delimited = DELIMITED.exec(text)
  const read = delimited ? readDelimited(delimited[1] ?? '', delimited[2] ?? '') : undefined
  return read ?? readPlain(text)
}

/** How deep groups lie in groups. */
function nestingOf(text: string): number {
  let [open, deepest] = [0, 0]
  for (const [found] of text.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[()]/g)) {
    if (found === '(') open += 1
    if (found === ')') open -= 1
    deepest = Math.max(deepest, open)
  }
  return deepest
}

function readDelimited(source: string, flags: string): ReadPattern | undefined {
  // Within delimiters a slash is escaped, or it would be one.
  if (/(?<!\\)(?:\\\\)*\/(?![^[]*\])/.test(source)) return undefined
  const mode = [...new Set(flags)].filter((flag) => 'isuv'.includes(flag)).join('')
  const pattern = new Set(flags).size === flags.length ? parse(source, mode) : undefined
  return pattern && { source, pattern, mode, foreign: false }
}

function readPlain(source: string): ReadPattern | undefined {
  const inline = INLINE_FLAGS.exec(source)?.[1] ?? ''
  // White space and comments that do not count make it another expression.
  if (inline.includes('x')) return undefined
  const translated = translate(inline === '' ? source : source.slice(inline.length + 3))
  const extra = ['i', 's'].filter((flag) => inline.includes(flag)).join('')
  for (const mode of ['u', '']) {
    const own = parse(source, mode)
    if (own) return { source, pattern: own, mode, foreign: false }
    const pattern = parse(translated, mode + extra)
    if (pattern) return { source, pattern, mode: mode + extra, foreign: true }
  }
  return undefined
}

const TRANSLATIONS: Readonly<Record<string, string>> = {
  '\\A': '^',
  '\\Z': '$',
  '\\z': '$',
  '(?P<': '(?<',
  '(?>': '(?:',
}

function translate(source: string): string {
  return source.replace(FOREIGN, (found, name?: string, quantifier?: string) => {
    if (name !== undefined) return `\\k<${name}>`
    const comment = found.startsWith('(?#') ? '' : undefined
    return quantifier ?? TRANSLATIONS[found] ?? comment ?? found
  })
}

function parse(source: string, mode: string): AST.Pattern | undefined {
  try {
    return parser.parsePattern(source, 0, source.length, {
      unicode: mode.includes('u'),
      unicodeSets: mode.includes('v'),
    })
  } catch {
    // A syntax error, or nested deeper than the parser can follow.
    return undefined
  }
}
