import { readFileSync } from 'node:fs'

/** One file of the corpus: a request as raw text, and what has to come of it. */
export interface WireCase {
  /** Why the request must not pass, or must. */
  readonly why: string
  /** The request, with macros. */
  readonly request: string
  /** Each answer in order: `400 -32700`, `200 result`, `200 tool error`, `202`; `closed` for none. */
  readonly answers: readonly string[]
  /** Methods and names that the server may see; anything else is an attack that came through. */
  readonly reached: readonly string[]
}

/** What the macros of a request stand for. */
export interface Words {
  readonly host: string
  /** For the endpoint of the server `target`. */
  readonly token: string
  /** For the endpoint of all servers. */
  readonly tokenOfAll: string
  /** The id of a legacy session. */
  readonly session: string
}

const NOTHING = 'nothing reached the upstream'
const REACHED = 'reached the upstream: '

/** Reads a file of the corpus: a comment, the request, a line of dashes, the outcome. */
export function readWireCase(file: string): WireCase {
  const text = readFileSync(file, 'utf8')
  const [, why, request, outcome] = /^# ([^\n]+)\n(.*)\n-{10}\n(.*)\n$/s.exec(text) ?? []
  if (why === undefined || request === undefined || outcome === undefined)
    throw new Error(`${file} is not a case: comment, request, dashes, outcome`)
  const lines = outcome.split('\n')
  const last = lines.at(-1) ?? ''
  if (last !== NOTHING && !last.startsWith(REACHED))
    throw new Error(`${file} does not say what reached the upstream`)
  const reached = last === NOTHING ? [] : last.slice(REACHED.length).split(', ')
  return { why, request, answers: lines.slice(0, -1), reached }
}

/**
 * The bytes of a request. Lines of the head end in CRLF; the body stays as it is. Macros:
 * `«host»`, `«token»` (`«token all»` for `/mcp`), `«session»`; `«length»` of the body; `«length of TEXT»`; `«meta»`, the
 * envelope of 2026-07-28, or `«meta REVISION»`; `«bytes HEX …»`; `«repeat N TEXT»`;
 * `«utf16 TEXT»`; `«chunk TEXT»`, one chunk, and `«chunk»`, the last.
 */
export function requestBytes(request: string, words: Words): Buffer {
  const at = request.indexOf('\n\n')
  const [head, body] = at < 0 ? [request, ''] : [request.slice(0, at), request.slice(at + 2)]
  const bodyBytes = expand(body, words)
  const length = String(bodyBytes.length)
  const lines = head.replaceAll('«length»', length).split('\n')
  const headBytes = lines.map((line) => Buffer.concat([expand(line, words), CRLF]))
  return Buffer.concat([...headBytes, CRLF, bodyBytes])
}

const CRLF = Buffer.from('\r\n')

/** Macros nest: the innermost are expanded first, the outer ones get their bytes. */
function expand(text: string, words: Words): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (let at = text.indexOf('«'); at >= 0; at = text.indexOf('«', from)) {
    const end = closing(text, at)
    parts.push(Buffer.from(text.slice(from, at)), macro(text.slice(at + 1, end), words))
    from = end + 1
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(from))])
}

function closing(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '«') depth += 1
    if (text[at] === '»') depth -= 1
    if (depth === 0) return at
  }
  throw new Error(`a macro does not end: ${text.slice(start, start + 40)}`)
}

function macro(text: string, words: Words): Buffer {
  const [, name = '', rest = ''] = /^([a-z0-9]+) ?(.*)$/s.exec(text) ?? []
  switch (name) {
    case 'token':
      return Buffer.from(rest === 'all' ? words.tokenOfAll : words.token)
    case 'host':
    case 'session':
      return Buffer.from(words[name])
    case 'length':
      return Buffer.from(String(expand(rest.slice('of '.length), words).length))
    case 'meta':
      return Buffer.from(envelope(rest || '2026-07-28'))
    case 'bytes':
      return Buffer.from(rest.replaceAll(' ', ''), 'hex')
    case 'utf16':
      return Buffer.from(expand(rest, words).toString(), 'utf16le')
    case 'repeat': {
      const [, times, repeated = ''] = /^(\d+) (.*)$/s.exec(rest) ?? []
      const unit = expand(repeated, words)
      return Buffer.alloc(unit.length * Number(times), unit)
    }
    case 'chunk': {
      const content = expand(rest, words)
      return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, CRLF])
    }
    default:
      throw new Error(`no macro is called ${name}`)
  }
}

/** The member `_meta` of a request, with the envelope of a modern revision. */
export function envelope(revision: string): string {
  const prefix = 'io.modelcontextprotocol'
  return `"_meta":{"${prefix}/protocolVersion":"${revision}","${prefix}/clientInfo":{"name":"wire","version":"1"},"${prefix}/clientCapabilities":{}}`
}
