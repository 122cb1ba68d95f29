import { readFile } from 'node:fs/promises'
import { type Executes, lex } from './lex.ts'
import { FOREIGN, list, member, type Parsed, type Reading, read } from './trees.ts'

/** The parts of the module that are called. Its own wrapper holds one instance for ever. */
interface SqlParser {
  readonly initSync: (from: { readonly module: object }) => unknown
  readonly parse_sql: (dialect: string, sql: string) => unknown
}

/** What the types of Node lack. */
const wasm = Reflect.get(globalThis, 'WebAssembly') as {
  readonly compile: (bytes: Uint8Array) => Promise<object>
  readonly RuntimeError: ErrorConstructor
}

/** Executable comments of more kinds than this have too many readings. */
const MOST_OPENERS = 3
/** Each start leaves a dead instance behind; what fails more often than this stays closed. */
const MOST_STARTS = 32

let start: (() => Promise<SqlParser>) | undefined
let starts = 0
let current: SqlParser | undefined
let spare: SqlParser | undefined

/** Loads the parser, and one to take over when it fails. */
export async function loadMysql(): Promise<void> {
  if (start !== undefined) return
  const base = new URL('../wasm/', import.meta.resolve('@guanmingchiu/sqlparser-ts'))
  const module = await wasm.compile(await readFile(new URL('sqlparser_rs_wasm_bg.wasm', base)))
  start = async () => {
    starts += 1
    const glue: SqlParser = await import(new URL(`sqlparser_rs_wasm.js?${starts}`, base).href)
    glue.initSync({ module })
    return glue
  }
  current = await start()
  spare = await start()
}

/**
 * Reads a text by MySQL's grammar, in its default mode. Executable comments are read with and
 * without what they hold, since it is the server's version that says; all readings are joined. The
 * text holds no NUL, and is bounded in length and depth.
 */
export function parseMysql(text: string): Parsed {
  const found: Reading[] = []
  const texts = versions(text)
  if (texts === undefined)
    return { kind: 'refused', why: 'has executable comments that cannot be told apart' }
  for (const each of texts) {
    const parsed = each === undefined ? FOREIGN : parsePlain(each)
    if (parsed.kind === 'refused') return parsed
    if (parsed.kind === 'read') found.push(...parsed.readings)
  }
  if (found.length === 0) return FOREIGN
  if (found.length < texts.length)
    return { kind: 'refused', why: 'is read by some versions of the server only' }
  return { kind: 'read', readings: found }
}

/** The text as each kind of server would see it; undefined if there is no telling. */
function versions(text: string): readonly (string | undefined)[] | undefined {
  const openers = [...new Set(text.match(/\/\*M?!(?:\d{5})?/g))].filter(
    (opener) => opener !== '/*!',
  )
  if (openers.length > MOST_OPENERS || /\/\*M?!\d{6}/.test(text) || nests(text)) return undefined
  const all: (string | undefined)[] = []
  for (let chosen = 0; chosen < 2 ** openers.length; chosen += 1)
    all.push(
      plain(text, (opener) => opener === '/*!' || ((chosen >> openers.indexOf(opener)) & 1) === 1),
    )
  return [...new Set(all)]
}

/** Whether a comment opens inside an executable one: servers differ in where that ends. */
function nests(text: string): boolean {
  let inside = false
  for (const [mark] of text.matchAll(/\/\*M?!|\/\*|\*\//g)) {
    if (mark === '*/') inside = false
    else if (inside) return true
    else inside = mark !== '/*'
  }
  return false
}

/**
 * The text without comments, and with strings that hold no quote: where a string or a comment ends is
 * never decided twice. Undefined if one of them does not end.
 */
function plain(text: string, executes: Executes): string | undefined {
  const parts: string[] = []
  let at = 0
  const { spans, closed } = lex(text, 'mysql', executes)
  if (!closed) return undefined
  for (const span of spans) {
    parts.push(text.slice(at, span.start))
    if (span.kind === 'comment') parts.push(' ')
    else if (span.kind === 'string')
      parts.push(`'${text.slice(span.start, span.end).replace(/['"\\]/g, '')}'`)
    else parts.push(text.slice(span.start, span.end))
    at = span.end
  }
  return `${parts.join('')}${text.slice(at)}`
}

function parsePlain(text: string): Parsed {
  if (current === undefined) return { kind: 'refused', why: 'cannot be read at present' }
  try {
    const trees = current.parse_sql('mysql', text)
    return read(list(trees))
  } catch (error) {
    if (error instanceof wasm.RuntimeError || error instanceof RangeError) {
      // A trap: nothing of the instance is used again.
      replace()
      return { kind: 'refused', why: 'is too much for the parser' }
    }
    if (/recursion limit/.test(String(member(error, 'message') ?? error)))
      return { kind: 'refused', why: 'is nested too deeply' }
    return FOREIGN
  }
}

function replace(): void {
  current = spare
  spare = undefined
  if (starts >= MOST_STARTS) return
  start?.().then(
    (fresh) => {
      if (current === undefined) current = fresh
      else spare = fresh
    },
    () => undefined,
  )
}
