import type { SqlDialect } from '../../kernel/facts.ts'

/** A stretch of a text that is no code: a string, a quoted name, or a comment. */
export interface Span {
  readonly kind: 'string' | 'name' | 'comment'
  readonly start: number
  /** After its last character. */
  readonly end: number
}

export interface Lexed {
  /** In order; what is between them is code. */
  readonly spans: readonly Span[]
  /** An upper bound of how deep the tree is, in tokens. */
  readonly depth: number
  /** Whether all of them end before the text does, where they have to. */
  readonly closed: boolean
  /** Whether the first statement cannot be complete: a quote or bracket in it is never closed. */
  readonly broken: boolean
}

/** Says whether an executable comment of MySQL is executed, by how it opens: `/*!50000`. */
export type Executes = (opener: string) => boolean

const SPACE = /\s+/y
/** A word, which no quote can begin in, and what else is one token with quotes in it. */
const WORDS: Readonly<Record<SqlDialect, RegExp>> = {
  // A dollar is of a word that begins with a letter; after a number it may open a string.
  postgresql: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d+/y,
  mysql: /[\w$\u0080-\uffff]+/y,
  // Variables may have a suffix in brackets, of anything but white space: `$a(')`.
  sqlite:
    /[$@#:](?:::)*[\w$\u0080-\uffff](?:[\w$\u0080-\uffff]|::)*\([^\s)]*\)|[\w$\u0080-\uffff]+/y,
}
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
const EXECUTABLE = /\/\*M?!(?:\d{5})?/y
// A string goes on after white space with a line break in it, with the escapes that it began with.
const GOES_ON = /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:\s|--[^\n\r]*[\n\r])*'/y
/** These make a tree deeper although commas stand between them. */
const CHAINS = new Set(['union', 'intersect', 'except', 'minus', 'conflict'])
const OPENING = '([{'
const CLOSING = ')]}'

/**
 * Splits a text into code and what is none, as the dialect does: PostgreSQL with standard strings,
 * MySQL in its default mode, SQLite. Total and linear: what is not closed ends with the text.
 */
export function lex(text: string, dialect: SqlDialect, executes: Executes = () => true): Lexed {
  const spans: Span[] = []
  const depth = new Depth()
  let open = false
  let closed = true
  let executing = false
  for (let at = 0; at < text.length; ) {
    const edge = edgeAt(text, at, dialect, executing, executes)
    if (edge !== undefined) executing = !executing
    const span = edge ?? spanAt(text, at, dialect)
    if (span === undefined) {
      at = code(text, at, WORDS[dialect], depth)
      continue
    }
    spans.push({ kind: span.kind, start: at, end: span.end })
    if (span.kind !== 'comment') depth.token('')
    closed &&= span.closed
    open ||= !span.closed && !depth.ended
    at = span.end
  }
  return { spans, depth: depth.most, closed: closed && !executing, broken: open || depth.broken }
}

/** Where code of an executable comment begins or ends. */
function edgeAt(
  text: string,
  at: number,
  dialect: SqlDialect,
  executing: boolean,
  executes: Executes,
): Part | undefined {
  if (dialect !== 'mysql') return undefined
  if (executing)
    return text.startsWith('*/', at) ? { kind: 'comment', end: at + 2, closed: true } : undefined
  const opener = match(EXECUTABLE, text, at)
  if (opener === undefined || !executes(opener)) return undefined
  return { kind: 'comment', end: at + opener.length, closed: true }
}

/** Steps over a token of code, and counts it. */
function code(text: string, at: number, word: RegExp, depth: Depth): number {
  const space = match(SPACE, text, at)
  if (space !== undefined) return at + space.length
  const token = match(word, text, at) ?? text.charAt(at)
  depth.token(token)
  return at + token.length
}

interface Part {
  readonly kind: Span['kind']
  readonly end: number
  readonly closed: boolean
}

function spanAt(text: string, at: number, dialect: SqlDialect): Part | undefined {
  return STARTS[dialect][text.charAt(at)]?.(text, at)
}

type Start = (text: string, at: number) => Part | undefined

const slash =
  (nests: (text: string, at: number) => number): Start =>
  (text, at) =>
    text[at + 1] === '*' ? block(text, at, nests(text, at)) : undefined

/** What starts a stretch that is no code, by its first character. */
const STARTS: Readonly<Record<SqlDialect, Readonly<Record<string, Start>>>> = {
  postgresql: {
    "'": standard,
    '"': (text, at) => quoted('name', text, at, '"', false),
    '-': (text, at) => (text[at + 1] === '-' ? line(text, at) : undefined),
    '/': slash(() => Infinity),
    $: dollars,
  },
  mysql: {
    "'": (text, at) => quoted('string', text, at, "'", true),
    '"': (text, at) => quoted('string', text, at, '"', true),
    '`': (text, at) => quoted('name', text, at, '`', false),
    '#': feedLine,
    '-': (text, at) =>
      /^--(?:[\s\p{Cc}]|$)/u.test(text.slice(at, at + 3)) ? feedLine(text, at) : undefined,
    // An executable comment that is not executed may hold one more level of comments.
    '/': slash((text, at) => (match(EXECUTABLE, text, at) === undefined ? 0 : 1)),
  },
  sqlite: {
    "'": (text, at) => quoted('string', text, at, "'", false),
    '"': (text, at) => quoted('name', text, at, '"', false),
    '`': (text, at) => quoted('name', text, at, '`', false),
    '[': bracketed,
    '-': (text, at) => (text[at + 1] === '-' ? feedLine(text, at) : undefined),
    '/': slash(() => 0),
  },
}

/** A string of PostgreSQL: backslashes are read in E'…' only. */
function standard(text: string, at: number): Part {
  const before = text.slice(Math.max(0, at - 2), at)
  const escapes = /^(?:|[^\w$\u0080-\uffff])[eE]$/.test(before)
  let part = quoted('string', text, at, "'", escapes)
  for (;;) {
    const more = match(GOES_ON, text, part.end)
    if (more === undefined) return part
    part = quoted('string', text, part.end + more.length - 1, "'", escapes)
  }
}

function quoted(
  kind: Span['kind'],
  text: string,
  at: number,
  quote: string,
  escapes: boolean,
): Part {
  for (let end = at + 1; end < text.length; end += 1) {
    if (escapes && text[end] === '\\') end += 1
    else if (text[end] !== quote) continue
    else if (text[end + 1] === quote) end += 1
    else return { kind, end: end + 1, closed: true }
  }
  return { kind, end: text.length, closed: false }
}

function bracketed(text: string, at: number): Part {
  const end = text.indexOf(']', at)
  return { kind: 'name', end: end < 0 ? text.length : end + 1, closed: end >= 0 }
}

/** To the end of the line, whatever ends it. */
function line(text: string, at: number): Part {
  const rest = /[\n\r]/g
  rest.lastIndex = at
  return { kind: 'comment', end: rest.exec(text)?.index ?? text.length, closed: true }
}

/** To the next line feed: a carriage return alone does not end it. */
function feedLine(text: string, at: number): Part {
  const end = text.indexOf('\n', at)
  return { kind: 'comment', end: end < 0 ? text.length : end, closed: true }
}

/** A comment in which comments may lie as deep as `nests`. */
function block(text: string, at: number, nests: number): Part {
  const marks = /\/\*|\*\//g
  marks.lastIndex = at + 2
  let level = 0
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '/*') {
      // Where nothing nests, the star of an opening mark may close the comment: `/*/*/`.
      if (level < nests) level += 1
      else marks.lastIndex = mark.index + 1
      continue
    }
    if (level === 0) return { kind: 'comment', end: marks.lastIndex, closed: true }
    level -= 1
  }
  return { kind: 'comment', end: text.length, closed: false }
}

function dollars(text: string, at: number): Part | undefined {
  const tag = match(DOLLAR, text, at)
  if (tag === undefined) return undefined
  const end = text.indexOf(tag, at + tag.length)
  return {
    kind: 'string',
    end: end < 0 ? text.length : end + tag.length,
    closed: end >= 0,
  }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/**
 * Counts the tokens between the top and the deepest place. Brackets go deeper; a comma starts beside
 * what was before it. So a list may be long, and a chain of operators may not.
 */
class Depth {
  most = 0
  /** Whether the first statement has ended. */
  ended = false
  /** Whether it ended with its brackets open, or closed some that were not. */
  broken = false
  private sum = 0
  private chained = 0
  private levels: number[] = [0]

  token(token: string): void {
    if (token === ',') this.restart()
    else if (token === ';' && this.levels.length === 1) this.end()
    else if (token !== '' && CLOSING.includes(token)) this.close()
    else this.step(token)
  }

  private step(token: string): void {
    if (CHAINS.has(token.toLowerCase())) this.chained += 8
    this.sum += 1
    this.levels[this.levels.length - 1] = (this.levels.at(-1) ?? 0) + 1
    if (token !== '' && OPENING.includes(token)) this.open()
    this.most = Math.max(this.most, this.sum + this.chained)
  }

  private open(): void {
    this.levels.push(0)
    if (!this.ended) this.broken = true
  }

  private restart(): void {
    this.sum -= this.levels.at(-1) ?? 0
    this.levels[this.levels.length - 1] = 0
  }

  private close(): void {
    if (this.levels.length === 1) {
      this.broken ||= !this.ended
      return
    }
    this.sum -= this.levels.pop() ?? 0
    if (!this.ended && this.levels.length === 1) this.broken = false
  }

  private end(): void {
    this.sum = 0
    this.chained = 0
    this.levels = [0]
    this.ended = true
  }
}
