import type { Field } from './field.ts'

const MAX_LENGTH = 80
const MAX_WORDS = 6
/** Words joined by signs to one token: a sentence may be written so. */
const MAX_JOINED = 10
const MAX_UNSPACED = 16
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** The end of a sentence, or of a clause, and more behind it. Times and decimals have no space there. */
const SENTENCE = /[.!?;:,。！？；：…]["')\]]? +\S|[!?。！？]/u
const SPACES = /[\s\p{Z}]+/u
const LETTERS = /\p{L}{2,}/gu
/** Scripts that are written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu
/** Names something that can be acted on: an address, a link, a host, a number. */
const POINTS = /[@/\\]|\w\.[A-Za-z]{2}|\d{4}|[A-Za-z]\d|\d[A-Za-z]/
const ADDRESS = /^[^<>]{1,60} <[^<>\s@]{1,64}@[^<>\s@]{1,190}>$/
const MOMENT = /^[\d:./TZ+-]{4,40}(?: [\d:.+-]{2,20}){0,2}(?: (?:UTC|GMT|Z|AM|PM))?$/i
/** What sentences are held together with, and names hardly ever. */
const BINDING =
  /(?:^|\s)(?:to|please|you|your|me|my|all|every|everything|this|that|these|those|it|must|should|do|not|don't|if|then|now|instead|ignore)(?=\s|$)/i

/**
 * The form of a text that its structure delimits. An instruction needs words that belong together: one
 * token, a name of a few words, an address with a name and a moment are values.
 */
export function formOf(text: string): Field['form'] {
  return text.length <= MAX_LENGTH && isShort(text) ? 'value' : 'text'
}

function isShort(text: string): boolean {
  if (BREAK.test(text)) return false
  if ((text.match(UNSPACED)?.length ?? 0) > MAX_UNSPACED) return false
  if ((text.match(LETTERS)?.length ?? 0) > MAX_JOINED) return false
  if (!/[\s\p{Z}]/u.test(text)) return true
  if (MOMENT.test(text)) return true
  return isName(text)
}

function isName(text: string): boolean {
  const words = text.trim().split(SPACES)
  if (words.length === 1) return true
  if (words.length > MAX_WORDS || SENTENCE.test(text) || BINDING.test(text)) return false
  if (ADDRESS.test(text)) return words.length <= 4
  return !POINTS.test(text)
}
