import type { Field } from './field.ts'

const MAX_LENGTH = 80
const MAX_LINK = 200
const LINK = /^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i
const MAX_WORDS = 6
/** Words joined by signs to one token: a sentence may be written so. */
const MAX_JOINED = 10
const MAX_UNSPACED = 16
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** The end of a sentence, or of a clause, and more behind it. Times and decimals have no space there. */
const SENTENCE = /[.!?;:。！？；：…]["')\]]? +\S|[!?。！？]/u
const SPACES = /[\s\p{Z}]+/u
const LETTERS = /\p{L}{2,}/gu
/** Scripts that are written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu
/** Names something that can be acted on: an address, a link, a host, a number. */
const POINTS = /[@/\\]|\w\.[A-Za-z]{2}|\d{5}|[A-Za-z]\d|\d[A-Za-z]/
const DIGITS = /^[\d\s()+.,:/#%$€£-]+$/
const IBAN = /^[A-Z]{2}\d{2}(?: [A-Z0-9]{1,4}){3,8}$/
const ADDRESS = /^[^<>]{1,60} <[^<>\s@]{1,64}@[^<>\s@]{1,190}>$/
const MOMENT = /^[\d:./TZ+-]{4,40}(?: [\d:.+-]{2,20}){0,2}(?: (?:UTC|GMT|Z|AM|PM))?$/i
/** What sentences are held together with, and names hardly ever. */
export const BINDING =
  /(?:^|\s)(?:to|please|you|your|me|my|us|we|i|him|her|them|here|below|above|all|every|everything|this|that|these|those|it|must|should|do|not|don't|if|then|now|instead|ignore)(?=\s|$)/i

/**
 * The form of a text that its structure delimits. An instruction needs words that belong together: one
 * token, a name of a few words, an address with a name and a moment are values.
 */
export function formOf(text: string): Field['form'] {
  if (text.length > MAX_LENGTH && !(text.length <= MAX_LINK && LINK.test(text))) return 'text'
  return isShort(text) ? 'value' : 'text'
}

function isShort(text: string): boolean {
  const token = tokenForm(text)
  if (token !== undefined) return token
  if (BREAK.test(text)) return false
  if ((text.match(UNSPACED)?.length ?? 0) > MAX_UNSPACED) return false
  if ((text.match(LETTERS)?.length ?? 0) > MAX_JOINED) return false
  if (!/[\s\p{Z}]/u.test(text)) return true
  if (MOMENT.test(text) || DIGITS.test(text) || IBAN.test(text)) return true
  return isName(text)
}

/** Most values are one token of ASCII, and one look is enough. Undefined for all others. */
function tokenForm(text: string): boolean | undefined {
  let words = 0
  let run = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code <= 32 || code >= 127) return undefined
    const letter = code | 32
    run = letter >= 97 && letter <= 122 ? run + 1 : 0
    if (run === 2) words += 1
  }
  return words <= MAX_JOINED
}

function isName(text: string): boolean {
  const words = text.trim().split(SPACES)
  if (words.length === 1) return true
  if (words.length > MAX_WORDS || SENTENCE.test(text) || BINDING.test(text)) return false
  if (ADDRESS.test(text)) return words.length <= 4
  return !POINTS.test(text) && !readsOn(words)
}

/** Names are written large; words of a sentence are not. */
function readsOn(words: readonly string[]): boolean {
  const small = words.filter((word) => /^\p{Ll}/u.test(word)).length
  return words.length > 2 && (small * 2 > words.length || words.at(-1)?.endsWith('.') === true)
}
