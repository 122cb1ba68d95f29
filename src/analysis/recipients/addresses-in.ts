import { type Delivery, deliveries } from './deliver.ts'

/** At signs, as they are written in texts: plain, full-width, percent-encoded, HTML, made harmless. */
const AT = /[@\uff20\ufe6b]|%40|&#0{0,7}64;|&#x0{0,6}40;|&commat;| ?[[({<] ?(?:at|@) ?[\])}>] ?/giu

/** What each of them holds: a text without it need not be searched. */
const AT_SIGN = /[@\uff20\ufe6b%&[({<]/

const DOT = '(?:[.\\u3002\\uff0e\\uff61]| ?[[({] ?(?:\\.|dot) ?[\\])}] ?)'
const LABEL = '[\\p{L}\\p{N}\\p{M}_-]{1,63}'
const DOMAIN = new RegExp(
  `(?:${LABEL}${DOT}){1,126}${LABEL}|\\[(?:IPv6:)?[0-9a-f:.]{2,45}\\]`,
  'iuy',
)
/** `name AT example DOT com`; in small letters these are words of sentences. */
const SPELLED = /\b([\w.+-]{1,64}) AT ((?:[\w-]{1,63} DOT ){1,5}[A-Za-z]{2,24})\b/g
/** What Latin writing does not hold: where a sentence in another alphabet may go on after a domain. */
const NOT_LATIN = /[^\p{Script=Latin}\p{M}\d._-]/u

/** What local parts in texts are made of; `=`, `&`, `/` and the like part them from what stands before. */
const LOCAL = /[\p{L}\p{N}\p{M}._+%!-]/u
const LONGEST_LOCAL = 64
/** How many addresses are remembered, so that what stands there often is read once. */
const MOST_SEEN = 1_024

/** E-mail addresses in a text, in order, each with all that it reaches. Linear, and lazy. */
export function* addressesInText(text: string): Generator<readonly Delivery[]> {
  const seen = new Set<string>()
  for (const { 0: sign, index } of AT_SIGN.test(text) ? text.matchAll(AT) : []) {
    yield* addressesAround(text, index, sign, seen)
  }
  for (const [, local = '', domain = ''] of text.includes(' AT ') ? text.matchAll(SPELLED) : []) {
    const reached = deliveries({ local, domain: domain.replace(/ DOT /g, '.') })
    if (reached !== undefined) yield withFlags(reached, ['defanged'])
  }
}

function* addressesAround(
  text: string,
  index: number,
  sign: string,
  seen: Set<string>,
): Generator<readonly Delivery[]> {
  const local = localBefore(text, index)
  const found = domainAfter(text, index + sign.length)
  if (local === undefined || found === undefined) return
  const written = `${local}${sign}${found.text}`
  if (seen.has(written)) return
  if (seen.size < MOST_SEEN) seen.add(written)
  const flags = [...signFlags(sign), ...(found.defanged ? ['defanged'] : [])]
  const foreign = found.text.startsWith('[') ? -1 : found.text.search(NOT_LATIN)
  const shorter =
    foreign === -1 ? [] : [found.text.slice(0, foreign).replace(/(?<![._-])[._-]+$/, '')]
  for (const domain of [found.text, ...shorter]) {
    const reached = deliveries({ local, domain })
    if (reached !== undefined && isPublicForm(reached[0]?.domain ?? '', domain))
      yield withFlags(reached, flags)
  }
}

function withFlags(reached: readonly Delivery[], flags: readonly string[]): readonly Delivery[] {
  return reached.map((one) => ({ ...one, flags: [...one.flags, ...flags] }))
}

/** The addresses of a short text. */
export function addressesIn(text: string): readonly Delivery[] {
  return [...addressesInText(text.slice(0, 4_096))].flat()
}

function signFlags(sign: string): readonly string[] {
  if (sign === '@') return []
  return /^(?:.|%40|&.{2,12};)$/u.test(sign) ? ['encoded-at'] : ['defanged']
}

/** A quoted local part, or the longest run of characters before the sign; undefined if there is none. */
function localBefore(text: string, at: number): string | undefined {
  if (text[at - 1] === '"') return quotedBefore(text, at)
  let from = at
  while (from > 0 && at - from < LONGEST_LOCAL && LOCAL.test(text.charAt(from - 1))) from--
  const local = text.slice(from, at).replace(/^[.%!-]+/, '')
  return local === '' ? undefined : local
}

function quotedBefore(text: string, at: number): string | undefined {
  const before = text.slice(Math.max(0, at - LONGEST_LOCAL), at - 1)
  const open = before.lastIndexOf('"')
  return open === -1 ? undefined : `${before.slice(open)}"`
}

function domainAfter(
  text: string,
  from: number,
): { readonly text: string; readonly defanged: boolean } | undefined {
  DOMAIN.lastIndex = from
  const found = DOMAIN.exec(text)?.[0]
  if (found === undefined) return undefined
  const plain = found.replace(/ ?[[({] ?(?:\.|dot) ?[\])}] ?/gi, '.')
  return { text: plain.replace(/(?<![-_])[-_]+$/, ''), defanged: plain !== found }
}

/** In free text, only names with letters at the end are domains, and whole addresses: `pkg@1.2.0` is not. */
function isPublicForm(domain: string, written: string): boolean {
  if (domain.startsWith('[')) return written.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(written)
  return /\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/.test(domain)
}
