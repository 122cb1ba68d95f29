import { matchOnce, RANKS, type Sink } from './hits.ts'
import { entropyOf, shareOfWords } from './look.ts'
import { placeholderReason } from './placeholders.ts'
import type { TokenRule } from './rule.ts'

/** Looks for the token of a rule around the places of one of its keywords. */
export function probeToken(rule: TokenRule, keyword: string) {
  const [most, fewest] = rule.lead ?? [0, 0]
  const exact = !rule.regex.ignoreCase
  return (text: string, at: number, _end: number, sink: Sink): void => {
    if (exact && !text.startsWith(keyword, at)) return
    // What stands before a keyword within a token ends in a letter or digit: in a table, `|` seldom follows one.
    if (fewest > 0 && !isWordChar(text.charCodeAt(at - 1))) return
    for (let start = at - most; start <= at - fewest; start++)
      if (isBoundary(text, start) && takeAt(rule, text, start, sink)) return
  }
}

function takeAt(rule: TokenRule, text: string, start: number, sink: Sink): boolean {
  const match = matchOnce(sink, rule.regex, text, start)
  return match !== null && take(rule, match, text, sink)
}

/** What follows a part of the name of a file. */
const FILE_NAME =
  /^\.(?:png|jpe?g|gif|svg|ico|css|m?js|html?|woff2?|map|webp|mp4|json|txt|zip|gz)(?![A-Za-z0-9])/

function take(rule: TokenRule, match: RegExpExecArray, text: string, sink: Sink): boolean {
  const end = match.index + match[0].length
  const secret = match[1] ?? match[0]
  if (/[A-Za-z0-9]$/.test(secret) && /[A-Za-z0-9]/.test(text[end] ?? '')) return false
  if (FILE_NAME.test(text.slice(end, end + 7))) return false
  const certainty = rule.valid ? rule.valid(secret, match) : 'likely'
  if (certainty === undefined || !isDrawn(rule, secret, certainty === 'proved')) return false
  const why =
    certainty === 'proved'
      ? `it has the form of a ${rule.title}, and its structure holds`
      : `it has the form of a ${rule.title}`
  sink.add({ type: rule.id, start: end - secret.length, end, certainty, why, rank: RANKS.token })
  return true
}

/** What a rule's form leaves open must look drawn: nobody knows a token of words. */
function isDrawn(rule: TokenRule, secret: string, proved: boolean): boolean {
  if (rule.entropy === 0) return true
  const least = rule.entropy ?? 2.5
  if (entropyOf(secret) < least) return false
  if (proved) return true
  const body = bodyOf(secret)
  if (MASKS.has(placeholderReason(secret))) return false
  return placeholderReason(body) === undefined && shareOfWords(body) <= 0.6
}

const MASKS = new Set<unknown>(['masked', 'template', 'example'])

/** A last part of so many letters and digits is what was drawn. */
const LONG_TAIL = 16

/** Without the words by which its vendor marks it, and without what only numbers its owner. */
function bodyOf(secret: string): string {
  let start = secret.length
  while (start > 0 && isWordChar(secret.charCodeAt(start - 1)) && secret[start - 1] !== '_') start--
  if (secret.length - start >= LONG_TAIL) return secret.slice(start)
  return secret.replace(/^(?:[A-Za-z0-9]{1,12}[_.:-]){1,4}(?=.{8})/, '')
}

/** Whether a token may begin here: after no letter or digit, or after an escape that ends in one. */
function isBoundary(text: string, start: number): boolean {
  if (start <= 0) return start === 0
  if (!isWordChar(text.charCodeAt(start - 1))) return true
  if (text[start - 2] === '\\') return /[nrt]/.test(text[start - 1] ?? '')
  return text[start - 3] === '%' && /^[0-9A-Fa-f]{2}$/.test(text.slice(start - 2, start))
}

/** ASCII letters, digits and the underscore. */
function isWordChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95
  )
}
