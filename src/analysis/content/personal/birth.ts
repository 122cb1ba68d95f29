import { isBirth } from './checks.ts'
import type { PersonalFound, PersonalType } from './kind.ts'
import { textBefore, wordsOf } from './words.ts'

export const BIRTH_DATE: PersonalType = {
  type: 'birth-date',
  what: 'a date of birth',
  severity: 'medium',
  proof: 'a day of the calendar behind a word for birth',
}

const WORDS =
  /\b(?:d\.?o\.?b\b|birth|born\b|geboren|geburts|naissance|n[ée]e? le|nacimiento|nascita|nat[oa] il|nascimento|geboorte|f[öo]delse|urodzenia)|出生|生年月日|생년월일|生日/i
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const YEAR_LAST = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'
const DATE =
  /(?<![\w.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}(?:st|nd|rd|th|\.)? [A-Z][a-z]{2,8}\.?,? \d{4}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?![\w-]|[./]\d)/
/** Every such date has a year. */
const YEAR = /(?:19|20)\d\d/g
/** The word stands close in front of its date, in the same paragraph, or is its name. */
const BEHIND = 40
const LONGEST = 20
/** So many years without the word, and it is asked whether the text has it at all. */
const PATIENCE = 64

/** Dates of birth: any other date is nobody's. */
export function findBirthDates(
  text: string,
  name: string,
  take: (found: PersonalFound) => void,
): void {
  const named = WORDS.test(name)
  let least = 0
  let missed = 0
  for (const { index } of text.matchAll(YEAR)) {
    if (index < least || isLetterOrDigit(text.charCodeAt(index - 1))) continue
    const found = dateAt(text, least, index, named)
    if (found === undefined) {
      missed += 1
      if (missed === PATIENCE && !named && !WORDS.test(wordsOf(text))) return
      continue
    }
    least = found.end
    take(found)
  }
}

function dateAt(
  text: string,
  least: number,
  year: number,
  named: boolean,
): PersonalFound | undefined {
  const isBehindWord = (start: number): boolean =>
    named || WORDS.test(inParagraph(textBefore(text, start, Math.min(BEHIND, start - least))))
  const first = Math.max(least, year - LONGEST)
  if (!isBehindWord(year) && !isBehindWord(first)) return
  const date = DATE.exec(text.slice(first, year + LONGEST))
  const start = first + (date?.index ?? 0)
  if (date === null || !couldBeBirth(date[0]) || !isBehindWord(start)) return
  const value = date[0].replace(/\s/g, ' ')
  return { type: BIRTH_DATE.type, start, end: start + value.length, certainty: 'likely', value }
}

function inParagraph(before: string): string {
  return wordsOf(before.slice(before.lastIndexOf('\n\n') + 1))
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122)
}

function couldBeBirth(raw: string): boolean {
  const [, year, month, day] = YEAR_FIRST.exec(raw) ?? []
  if (year !== undefined) return isBirth(Number(year), Number(month), Number(day))
  const [, first, second, last] = YEAR_LAST.exec(raw) ?? []
  if (last !== undefined)
    return (
      isBirth(Number(last), Number(second), Number(first)) ||
      isBirth(Number(last), Number(first), Number(second))
    )
  const [word] = /[A-Za-z]{3,}/.exec(raw) ?? []
  return word !== undefined && (word.length > 3 || MONTHS.includes(word.toLowerCase()))
}
