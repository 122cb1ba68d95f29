import { looksDrawn } from './drawn.ts'
import { isPlaceholder } from './placeholder.ts'

/** A range of a text that is a credential, and by what. */
export interface Range {
  readonly start: number
  readonly end: number
  readonly kind: string
}

const URL_START = /[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\//g
const URL_END = /[\s"'<>`]/g
/** Names of parameters that carry what lets in. */
const LETS_IN =
  /^(?:.{0,40}[-_.])?(?:key|apikey|token|secret|password|passwd|pwd|pass|auth|authorization|signature|sig|code|jwt|bearer|credential|credentials|accesstoken|authtoken|clientsecret|apitoken|sas)$/i

/**
 * Credentials in the URLs of a text (RFC 3986): passwords, or a token alone, before the host; parameters whose
 * name says so, or whose value was drawn; drawn parts of a path, which are all that such a URL needs.
 */
export function inUrls(text: string): readonly Range[] {
  const found: Range[] = []
  URL_START.lastIndex = 0
  for (let start = URL_START.exec(text); start !== null; start = URL_START.exec(text)) {
    const from = URL_START.lastIndex
    URL_END.lastIndex = from
    const end = URL_END.exec(text)?.index ?? text.length
    found.push(...inOne(text, from, end))
    URL_START.lastIndex = end
  }
  return found
}

function inOne(text: string, from: number, end: number): readonly Range[] {
  const query = indexOr(text, '?', from, end)
  const userEnd = text.lastIndexOf('@', firstOf(text, '?#', from, end))
  // A password may hold a slash that nobody escaped; a path with an `@` before a slash is more common.
  const slash = indexOr(text, '/', from, end)
  const hasUser = userEnd > from && userEnd < slash
  const path = hasUser ? indexOr(text, '/', userEnd, query) : Math.min(slash, query)
  return [
    ...(hasUser ? userinfo(text, from, userEnd) : []),
    ...segments(text, path, Math.min(query, indexOr(text, '#', path, end))),
    ...parameters(text, query, end),
  ]
}

function userinfo(text: string, from: number, end: number): readonly Range[] {
  const colon = indexOr(text, ':', from, end)
  const user = text.slice(from, colon)
  const start = colon < end ? colon + 1 : from
  const value = text.slice(start, end)
  const lone = colon >= end
  if (isPlaceholder(value, user) || (lone && !looksDrawn(value))) return []
  return [{ start, end, kind: 'url-userinfo' }]
}

function segments(text: string, from: number, end: number): readonly Range[] {
  return pieces(text, '/', from, end)
    .filter(({ start, end: stop }) => {
      const value = text.slice(start, stop)
      return looksDrawn(value) && !isPlaceholder(value)
    })
    .map((range) => ({ ...range, kind: 'url-path' }))
}

function parameters(text: string, from: number, end: number): readonly Range[] {
  return pieces(text, '&', from + 1, end).flatMap(({ start, end: stop }) => {
    const equals = text.indexOf('=', start)
    if (equals < 0 || equals >= stop) return []
    const [name, value] = [text.slice(start, equals), text.slice(equals + 1, stop)]
    const named = LETS_IN.test(name.replace(/([a-z])([A-Z])/g, '$1-$2')) && isChosen(value)
    if (isPlaceholder(value, name) || !(named || looksDrawn(value, name))) return []
    return [{ start: equals + 1, end: stop, kind: 'url-query' }]
  })
}

/** More than a word with a number behind it, which is what texts about parameters hold. */
function isChosen(value: string): boolean {
  return value.length >= 8 && !/^[A-Za-z]{1,40}\d{0,2}$/.test(value)
}

function pieces(
  text: string,
  sign: string,
  from: number,
  end: number,
): readonly { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = []
  let start = from
  while (start < end) {
    const stop = indexOr(text, sign, start, end)
    if (stop > start) found.push({ start, end: stop })
    start = stop + 1
  }
  return found
}

/** Where a sign first is in a range, or the end of it. */
function indexOr(text: string, sign: string, from: number, end: number): number {
  const at = text.slice(from, Math.max(from, end)).indexOf(sign)
  return at < 0 ? end : from + at
}

function firstOf(text: string, signs: string, from: number, end: number): number {
  return Math.min(...[...signs].map((sign) => indexOr(text, sign, from, end)))
}
