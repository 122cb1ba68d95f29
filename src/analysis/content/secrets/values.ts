/** A value that a name is given to. */
export interface ReadValue {
  readonly start: number
  readonly end: number
  /** How it came: `quoted`, `bare` in a line of code or data, `line` to the end of a line, `said` in a sentence. */
  readonly how: 'quoted' | 'bare' | 'line' | 'said'
}

/** Nothing longer is read as one value. */
export const LONGEST_VALUE = 4096

const QUOTE = /\\{0,3}["'`]/y
const CLOSING = /[\\"'`\])]{0,4}/y
const BLANK = /[ \t]{0,16}/y
/** Assignment signs of languages and formats; `>` and `value="` are XML, the last ones need a quote after them. */
const SIGN = /:{0,3}=[=>]?|\?=|\+=|\|\|=|:|->|>|(?:%3D|&#61;|&equals;)/iy
const XML_VALUE = /\s{1,8}value\s{0,4}=\s{0,4}(?=["'])/iy
const CALL = /[(,]\s{0,8}(?=\\{0,3}["'`])/y
const SAID =
  /[ \t]{1,3}(?:(?:for|of|to|von|für|de|para|pour)[ \t][^\n.!?:=]{1,40}?[ \t])?(?:is|was|are|be|ist|lautet|war|es|era|est|était|è|é|jest|это)(?:[ \t](?:now|set to|currently|still|called|reset to))?[ \t]{0,2}:?[ \t]{1,3}/iy
const TYPED = /[A-Za-z_][\w.<>[\]| ]{0,40}?\s{1,4}=\s{1,4}/y
/** The scheme of credentials (RFC 9110 section 11) or what vendors put in its place. */
const SCHEME =
  /(?:bearer|basic|token|api-?key|api-?token|bot|ssws|sso-key|key|jwt|oauth|genie ?key|splunk|zoho-oauthtoken|private-token)(?:[ \t]|%20|\+|:[ \t]?|[ \t]token=["']?)[ \t]{0,3}/iy

/** What may close a quoted value: a quote that no backslash stands before, or one with them if it began so. */
const PLAIN_END = /\n|(?<!\\)["'`]/g
const ESCAPED_END = /\n|\\{0,3}["'`]/g
/** An ampersand may be part of a password; before a name, another or a blank it is none. */
const BARE_END = /[\s"'`<>,;()[\]{}|]|&(?:[&\s]|amp;|[\w.-]{1,40}=|$)/g
const QUERY_END = /[\s"'`<>&#]/g

function after(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at
  return form.test(text) ? form.lastIndex : undefined
}

/** What kind of place the name stands in, as far as it decides how its value is written. */
export interface NamePlace {
  /** It begins with a dash: `--token`. */
  readonly flag: boolean
  /** It begins its line, perhaps after `export`: what follows the sign is the value to the end. */
  readonly line: boolean
  /** It is a parameter of a URL. */
  readonly query: boolean
}

/** The value that follows a name which ends at `at`, or nothing. Looks at a bounded stretch. */
export function readValue(text: string, at: number, place: NamePlace): ReadValue | undefined {
  const closed = after(CLOSING, text, at) ?? at
  const sign = afterSign(text, at, closed, place)
  if (sign === undefined) return undefined
  let begin = after(BLANK, text, sign.at) ?? sign.at
  begin = after(TYPED, text, begin) ?? begin
  const open = after(QUOTE, text, begin)
  const inside = open ?? begin
  const start = after(SCHEME, text, inside) ?? inside
  if (open !== undefined) return quoted(text, text.slice(begin, open), start)
  if (sign.said) return bare(text, start, BARE_END, 'said')
  if (place.query) return bare(text, start, QUERY_END, 'bare')
  return place.line ? toLineEnd(text, start) : bare(text, start, BARE_END, 'bare')
}

function afterSign(
  text: string,
  at: number,
  closed: number,
  place: NamePlace,
): { readonly at: number; readonly said: boolean } | undefined {
  const blank = after(BLANK, text, closed) ?? closed
  const sign = after(SIGN, text, blank)
  if (sign !== undefined) return { at: sign, said: false }
  const other = after(XML_VALUE, text, closed) ?? after(CALL, text, blank)
  if (other !== undefined) return { at: other, said: false }
  if (place.flag && blank > closed) return { at: blank, said: false }
  const said = after(SAID, text, at)
  return said === undefined ? undefined : { at: said, said: true }
}

/** To the quote that closes it on the same line; text that ends before is a value as well. */
function quoted(text: string, quote: string, start: number): ReadValue | undefined {
  const slice = text.slice(start, start + LONGEST_VALUE)
  const escapes = quote.length - 1
  const form = escapes === 0 ? PLAIN_END : ESCAPED_END
  form.lastIndex = 0
  for (let match = form.exec(slice); match !== null; match = form.exec(slice)) {
    if (match[0] === '\n') return undefined
    if (match[0].at(-1) !== quote.at(-1)) continue
    return { start, end: start + match.index, how: 'quoted' }
  }
  return start + slice.length === text.length
    ? { start, end: text.length, how: 'quoted' }
    : undefined
}

function bare(
  text: string,
  start: number,
  end: RegExp,
  how: 'bare' | 'said',
): ReadValue | undefined {
  const slice = text.slice(start, start + LONGEST_VALUE)
  end.lastIndex = 0
  const stop = end.exec(slice)?.index ?? slice.length
  if (stop === LONGEST_VALUE) return undefined
  const trimmed = how === 'said' ? slice.slice(0, stop).replace(/[.,:!?]{1,3}$/, '').length : stop
  return trimmed === 0 ? undefined : { start, end: start + trimmed, how }
}

/** To the end of the line or of the first word: a password may have any sign in it, a comment follows a blank. */
function toLineEnd(text: string, start: number): ReadValue | undefined {
  const slice = text.slice(start, start + LONGEST_VALUE)
  const stop = slice.search(/[\s\\]|<\/|["'`](?:[\s,;)]|$)|[,;](?:\s|$|[\w .-]{1,40}=)/)
  const length = stop === -1 ? slice.length : stop
  if (length === LONGEST_VALUE || length === 0) return undefined
  return { start, end: start + length, how: 'line' }
}
