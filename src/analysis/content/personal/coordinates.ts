import type { PersonalFound, PersonalType } from './kind.ts'
import type { Words } from './words.ts'

export const COORDINATES: PersonalType = {
  type: 'coordinates',
  what: 'where somebody or something is, to ten metres',
  severity: 'low',
  proof: 'latitude and longitude of four decimals or more behind a word for it',
}

/** Four decimals are ten metres. */
const PRECISE = /\d{1,3}\.\d{4,15}(?![\w.])/g
const PAIR = /^-?\d{1,2}\.\d{4,15}(?: {0,2}° {0,2}[NS])?[,;]? {0,2}-?\d{1,3}\.\d{4,15}(?![\w.])/
const LONGEST = 48
const NAMED = /\b(?:lat(?:itude)?|lon(?:gitude)?|lng)["']?\s{0,3}[:=]\s{0,3}-?$/i
const WORDS = /\b(?:lat|lon|lng|gps|coord|location|position|geo)/i

/** Coordinates precise enough to tell one house from the next. */
export function findCoordinates(
  text: string,
  words: Words,
  take: (found: PersonalFound) => void,
): void {
  let least = 0
  for (const { 0: digits, index } of text.matchAll(PRECISE)) {
    if (index < least || /[\w.]/.test(text[index - 1] ?? '')) continue
    const start = text[index - 1] === '-' ? index - 1 : index
    const raw = rawAt(text, start, index + digits.length)
    if (!isOnEarth(raw) || !words.isBeside(WORDS, start, start + raw.length)) continue
    least = start + raw.length
    take({ type: COORDINATES.type, start, end: least, certainty: 'likely', value: raw })
  }
}

/** A pair, or one of which its name says what it is. */
function rawAt(text: string, start: number, end: number): string {
  return pairAt(text, start) ?? (isNamed(text, start) ? text.slice(start, end) : '')
}

function pairAt(text: string, start: number): string | undefined {
  return PAIR.exec(text.slice(start, start + LONGEST))?.[0]
}

function isNamed(text: string, start: number): boolean {
  return NAMED.test(text.slice(Math.max(0, start - 20), start))
}

function isOnEarth(raw: string): boolean {
  const [first = 999, second = 0] = (raw.match(/-?\d{1,3}\.\d+/g) ?? []).map(Number)
  return Math.abs(first) <= 180 && Math.abs(second) <= 180
}
