import { type Passage, Rewriting } from './passage.ts'

/** Encodings of single characters, which leave the text around them as it is. */
interface Escape {
  readonly via: string
  /** Without it in the text there is none. Searching for it costs next to nothing. */
  readonly sign: string
  /** One run of escapes. */
  readonly pattern: RegExp
  decode(run: string): string
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['sol', '/'],
  ['colon', ':'],
  ['period', '.'],
  ['comma', ','],
  ['excl', '!'],
  ['lsqb', '['],
  ['rsqb', ']'],
  ['lbrack', '['],
  ['rbrack', ']'],
  ['vert', '|'],
  ['num', '#'],
  ['NewLine', '\n'],
  ['Tab', '\t'],
  ['zwnj', ''],
  ['shy', ''],
])

const ESCAPES: readonly Escape[] = [
  {
    via: 'percent',
    sign: '%',
    pattern: /(?:%[\da-f]{2})+/gi,
    decode: (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  },
  {
    via: 'entities',
    sign: '&',
    pattern: /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi,
    decode: entity,
  },
  {
    via: 'escapes',
    sign: '\\',
    pattern: /\\(?:u[\da-f]{4}|u\{[\da-f]{1,6}\}|x[\da-f]{2}|[0-3][0-7]{2}|[nrt])/gi,
    decode: backslash,
  },
  {
    via: 'quoted-printable',
    sign: '=',
    pattern: /(?:=[\dA-F]{2})+|(?<=\S)=\r?\n/g,
    decode: (run) =>
      run.endsWith('\n') ? '' : Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
  },
  {
    via: 'concatenation',
    sign: '+',
    pattern: /(["'`]) {0,4}(?:\+|\\\r?\n) {0,4}\1/g,
    decode: () => '',
  },
]

function entity(run: string): string {
  const name = run.slice(1, -1)
  if (!name.startsWith('#')) return ENTITIES.get(name) ?? run
  const hex = name[1] === 'x' || name[1] === 'X'
  return character(Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10))
}

const CONTROLS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function backslash(run: string): string {
  const control = run.length === 2 ? CONTROLS.get(run[1] ?? '') : undefined
  if (control !== undefined) return control
  const octal = /^\\[0-3]/.test(run)
  return character(Number.parseInt(run.replace(/[\\ux{}]/gi, ''), octal ? 8 : 16))
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
}

/** How much of the text around an escape is taken with it. */
const AROUND = 300
/** More is not needed to know, and a bound for texts of nothing but escapes. */
const MOST_RUNS = 200_000

/**
 * The lines of a text that hold escapes, without them; one passage for each kind. A line break that is escaped
 * counts only where something else is.
 */
export function* escapes(text: string, onBound: () => void): Generator<Passage> {
  for (const kind of ESCAPES) {
    if (!text.includes(kind.sign)) continue
    const passage = unescaped(text, kind, onBound)
    if (passage !== undefined) yield passage
  }
}

function unescaped(text: string, kind: Escape, onBound: () => void): Passage | undefined {
  const writing = new Rewriting()
  let done = 0
  let until = 0
  let telling = false
  let count = 0
  for (const match of text.matchAll(kind.pattern)) {
    if (++count > MOST_RUNS) {
      onBound()
      break
    }
    const decoded = kind.decode(match[0])
    telling ||= tells(decoded, match[0])
    const start = match.index
    if (start > until) {
      writing.add(text.slice(done, until), done, until)
      writing.add('\n', until, until)
      done = lineStart(text, start, until)
    }
    writing.add(text.slice(done, start), done, start)
    done = start + match[0].length
    writing.add(decoded, start, done)
    until = lineEnd(text, done)
  }
  if (!telling) return undefined
  writing.add(text.slice(done, until), done, until)
  return writing.passage(kind.via)
}

/** Whether what was escaped can be part of a message: a space or a quote in an address is not. */
function tells(decoded: string, run: string): boolean {
  return decoded === '' || (decoded !== run && /[\p{L}<>[\]|]/u.test(decoded))
}

function lineStart(text: string, from: number, least: number): number {
  const bound = Math.max(least, from - AROUND)
  for (let at = from; at > bound; at--) if (text.charCodeAt(at - 1) === 10) return at
  return bound
}

function lineEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + AROUND)
  for (let at = from; at < most; at++) if (text.charCodeAt(at) === 10) return at
  return most
}
