import { refanged } from '../values/addresses.ts'
import { wordsOf } from '../values/words.ts'

/** A value is no longer. */
const LONGEST = 200
/** Shorter ones, and numbers that are shorter, are in many answers by chance. */
const SHORTEST = 4
const SHORTEST_NUMBER = 5
/** What stands inside of names that are made to be unique. */
const MARKED = /\d|[^\s][@./:_#][^\s]/u
const TOKEN = /[^\s"'`<>()[\]{}|\\,;]{1,200}/gu
const DIGITS = /^[+\d().\-/]{1,40}$/u

/** A value as it is compared: its letters and digits. Spelling, spacing and punctuation do not count. */
export function compact(value: string): string {
  return wordsOf(refanged(value)).join('')
}

/**
 * What a text names that hardly two name by chance: addresses, ids, numbers, paths; by the form of `compact`,
 * as it is written. Plain words say nothing of who wrote them. Linear in the text.
 */
export function namesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const add = (value: string): void => {
    const key = tellingKey(value)
    if (key !== undefined && !found.has(key)) found.set(key, value)
  }
  if (text.length <= LONGEST) add(text)
  let digits = ''
  for (const [token] of refanged(text).matchAll(TOKEN)) {
    add(token)
    // Numbers of phones and accounts are written in groups.
    digits = DIGITS.test(token) && digits.length < LONGEST ? `${digits} ${token}` : ''
    if (digits.length > token.length + 1) add(digits)
  }
  return found
}

/** The value as it is compared, where it is telling as a whole. */
export function tellingKey(value: string): string | undefined {
  if (!MARKED.test(value)) return undefined
  const key = compact(value)
  const least = /^\d*$/.test(key) ? SHORTEST_NUMBER : SHORTEST
  return key.length >= least ? key : undefined
}
