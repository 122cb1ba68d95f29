import { isSpecial } from './schemes.ts'

/** Where in a text a URL may start. */
export interface UrlStart {
  readonly kind: 'slashes' | 'bare' | 'code' | 'www' | 'markup'
  /** Offset of the scheme, or of what stands for it. */
  readonly index: number
  /** Offset of what follows the colon. */
  readonly after: number
  /** What the text lacks to be absolute. */
  readonly prefix: string
}

/** The longest scheme that is looked for. */
const LONGEST_SCHEME = 32

const COLON = /:(?=[/\\])/
/** Without slashes, which readers by the WHATWG standard do not need. */
const BARE = /(?<![^\s"'(<=,;])(?:https?|wss?|ftp):(?=[a-z0-9-]{1,63}\.[a-z0-9])/
const CODE = /\b(?:javascript|vbscript):(?=\S)|\bdata:(?=[a-z]{1,32}\/[\w.+-]{1,64}[;,]|[;,])/
const WWW = /(?<![\w.@/-])(?=www\d{0,3}\.[^\s.])/
/** Links of Markdown and HTML that start with two slashes. */
const MARKUP =
  /(?:\]\(|\]: ?|\b(?:src|href|action|poster|srcset|background)=|\burl\()["'<]?(?=[/\\]{2}[a-z0-9[%])/
const START = new RegExp(
  [COLON, BARE, CODE, WWW, MARKUP].map(({ source }) => `(${source})`).join('|'),
  'gi',
)

/** What each of these holds: a text without it need not be searched. */
const SIGN = /:|www|[/\\]{2}/i

/** Whether a URL may start anywhere. */
export function mayStart(text: string): boolean {
  return SIGN.test(text)
}

/** Every place where a URL may start, in order. Linear in the length of the text. */
export function* starts(text: string): Generator<UrlStart> {
  for (const match of text.matchAll(START)) {
    const start = match[1] === undefined ? otherStart(match) : slashesStart(text, match.index)
    if (start !== undefined) yield start
  }
}

function slashesStart(text: string, colon: number): UrlStart | undefined {
  const scheme = schemeBefore(text, colon)
  if (scheme === undefined) return undefined
  return { kind: 'slashes', index: colon - scheme.length, after: colon + 1, prefix: '' }
}

function otherStart({ 0: match, 2: bare, 3: code, 4: www, index }: RegExpExecArray): UrlStart {
  const after = index + match.length
  if (bare !== undefined) return { kind: 'bare', index, after, prefix: '' }
  if (code !== undefined) return { kind: 'code', index, after, prefix: '' }
  if (www !== undefined) return { kind: 'www', index, after: index, prefix: 'http://' }
  return { kind: 'markup', index: after, after, prefix: 'http:' }
}

/** The scheme that ends before a colon; a drive is none, nor is one that was made harmless. */
function schemeBefore(text: string, colon: number): string | undefined {
  const before = text.slice(Math.max(0, colon - LONGEST_SCHEME), colon)
  const scheme = /[a-z][a-z0-9+.-]+$/i.exec(before)?.[0]
  if (scheme === undefined || /^h(?:xx|\*\*)ps?$/i.test(scheme)) return undefined
  if (isSpecial(scheme.toLowerCase())) return scheme
  return text.startsWith('//', colon + 1) ? scheme : undefined
}
