import type { AmountFact } from '../../kernel/facts.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { currencyOf, decimalsOf, MARKS, type Written } from './currencies.ts'
import { type Decimal, decimalOf, isExact, isHuge, isZero, plain, shifted } from './decimal.ts'
import type { AmountFlag } from './flags.ts'
import { type Doubt, readNumber } from './read-number.ts'

/**
 * Reads amounts of money: numbers, texts with or without a currency, and objects that hold both.
 * Arithmetic is decimal and exact. The currency is what the value says, else the member beside it
 * (`currency`), else what the operator says. A name such as `amount_cents` means that the value
 * counts the smallest unit.
 */
export const amountAnalyser: Analyser<'amount'> = {
  kind: 'amount',
  declared: (value, place) => declared(value, place),
  found: (text, { at }) => found(text, at),
}

function declared(value: Json, place: Place): Reading<AmountFact> {
  if (!Array.isArray(value)) {
    const one = read(value, place)
    return 'why' in one ? { unparsable: one.why } : { facts: [one] }
  }
  const facts: AmountFact[] = []
  for (const [index, item] of value.entries()) {
    const one = read(item, { ...place, at: `${place.at}/${index}` })
    if ('why' in one) return { unparsable: one.why }
    facts.push(one)
  }
  return { facts }
}

function read(value: Json, place: Place): AmountFact | Doubt {
  if (isObject(value)) return readObject(value, place)
  if (typeof value !== 'number' && typeof value !== 'string') return { why: 'not an amount' }
  const beside = besides(place.parent)
  if (beside && 'why' in beside) return beside
  return readScalar(value, place, beside)
}

/** `{ "value": 12, "currency": "EUR" }`. */
function readObject(value: JsonObject, place: Place): AmountFact | Doubt {
  const [name, ...more] = ['value', 'amount'].filter((one) => value[one] !== undefined)
  const amount = name === undefined ? undefined : value[name]
  const beside = besides(value)
  if (more.length > 0 || (typeof amount !== 'number' && typeof amount !== 'string'))
    return { why: 'an object without one value or amount' }
  if (beside && 'why' in beside) return beside
  return readScalar(amount, place, beside)
}

const CURRENCY_NAMES = ['currency', 'currency_code', 'currencyCode', 'ccy']

function besides(parent: JsonObject | undefined): Written | Doubt | undefined {
  const name = CURRENCY_NAMES.find((one) => parent?.[one] != null)
  if (name === undefined) return undefined
  const value = parent?.[name]
  const written = typeof value === 'string' ? currencyOf(value.trim()) : undefined
  return written ?? { why: 'a currency that is not one of ISO 4217' }
}

function readScalar(
  value: number | string,
  place: Place,
  beside: Written | undefined,
): AmountFact | Doubt {
  const split = typeof value === 'string' ? splitCurrency(value) : { number: value, marks: [] }
  if ('why' in split) return split
  const hinted = place.hint?.currency ? currencyOf(place.hint.currency) : undefined
  const currency = settle([...split.marks, ...(beside ? [beside] : [])], hinted)
  if ('why' in currency) return currency
  const unit = unitOf(place.at)
  const number = inMajor(split.number, currency.code, unit)
  if ('why' in number) return number
  const flags: AmountFlag[] = currency.shared ? ['ambiguous'] : []
  if (unit !== undefined) flags.push('minor-units')
  return fact(number, currency.code, flags, place.at, 'declared')
}

/** The number, in the unit of its currency. */
function inMajor(
  given: number | string,
  code: string | undefined,
  unit: string | undefined,
): Decimal | Doubt {
  const decimals = code === undefined ? undefined : decimalsOf(code)
  const number = typeof given === 'number' ? ofNumber(given) : readNumber(given, decimals)
  if ('why' in number) return number
  const major = unit === undefined ? number : ofMinor(number, unit, code)
  if ('why' in major) return major
  return isExact(major) ? major : { why: 'more digits than can be counted on' }
}

function fact(
  decimal: Decimal,
  code: string | undefined,
  flags: AmountFlag[],
  at: string,
  origin: AmountFact['origin'],
): AmountFact {
  if (isZero(decimal)) flags.push('zero')
  else if (decimal.negative) flags.push('negative')
  if (isHuge(decimal)) flags.push('huge')
  const currency = code === undefined ? {} : { currency: code }
  return { at, origin, flags: [...new Set(flags)].sort(), value: plain(decimal), ...currency }
}

function ofNumber(value: number): Decimal | Doubt {
  const decimal = decimalOf(String(Math.abs(value)))
  return decimal ? { ...decimal, negative: value < 0 } : { why: 'not a number' }
}

/** The unit that the name of an argument tells: `amount_cents`, `amountInCents`, `minor`. */
function unitOf(at: string): string | undefined {
  const name = at
    .replace(/(?:\/\d+)+$/, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
  return /(?:^|[/_-])(cents?|pence|penn(?:y|ies)|minor(?:_?units?)?)$/.exec(name)?.[1]
}

/** Cents are hundredths, whatever the currency; minor units are what ISO 4217 says. */
function ofMinor(number: Decimal, unit: string, code: string | undefined): Decimal | Doubt {
  if (number.scale > 0) return { why: 'a part of the smallest unit' }
  const hundredths = !unit.startsWith('minor')
  if (code === undefined)
    return hundredths ? shifted(number, -2) : { why: 'minor units of no currency' }
  const decimals = decimalsOf(code)
  // Where a currency has no cents, the name may mean its unit: the larger reading counts.
  return shifted(number, -(hundredths ? Math.min(2, decimals) : decimals))
}

interface Settled {
  readonly code: string | undefined
  /** Whether it is written by a sign that several currencies share. */
  readonly shared: boolean
}

/** What all that is written agrees on; what is hinted helps where nothing is, or it is shared. */
function settle(written: readonly Written[], hint: Written | undefined): Settled | Doubt {
  const codes = new Set(written.flatMap((one) => ('code' in one ? [one.code] : [])))
  const shared = written.flatMap((one) => ('shared' in one ? [one.shared] : []))
  if (codes.size > 1) return { why: 'several currencies' }
  const hinted = hint && 'code' in hint ? hint.code : undefined
  const [code = hinted] = codes
  if (code === undefined) return { code, shared: shared.length > 0 }
  if (shared.every((several) => several.includes(code))) return { code, shared: false }
  return codes.size > 0 ? { why: 'several currencies' } : { code: undefined, shared: true }
}

interface Split {
  readonly number: string
  readonly marks: readonly Written[]
}

const ALTERNATIVES = MARKS.map((mark) => mark.replaceAll('$', '\\$')).join('|')
const AROUND = new RegExp(
  `^([-+(\\u2212]?)\\s*(?:(${ALTERNATIVES})(?![A-Za-z]))?\\s*(.*?)\\s*(?:(?<![A-Za-z])(${ALTERNATIVES}))?(\\)?-?)$`,
  'isu',
)

/** Numbers of people are short; what is longer is refused before anything looks at it. */
const MAX_TEXT = 80

function splitCurrency(text: string): Split | Doubt {
  if (text.length > MAX_TEXT) return { why: 'too long for an amount' }
  const [, sign = '', before, number = '', after, end = ''] =
    AROUND.exec(text.normalize('NFKC').trim()) ?? []
  const marks = [before, after].flatMap((mark) => (mark === undefined ? [] : [currencyOf(mark)]))
  return { number: `${sign}${number}${end}`, marks: marks.filter((mark) => mark !== undefined) }
}

/** Codes that are also words in capitals: in free text they are no sign of money. */
const ALSO_WORDS =
  /^(?:ALL|ANG|BAM|BOB|CAD|COP|CUP|GEL|GYD|LAK|MAD|MOP|PEN|RON|RUB|SOS|TOP|TRY|CHE|CHW|MXV|STN)$/
const IN_TEXT = MARKS.filter((mark) => !ALSO_WORDS.test(mark))
  .map((mark) => mark.replaceAll('$', '\\$'))
  .join('|')
const NUMBER = "[-\\u2212]?\\p{Nd}(?:[.,'\\u2019\\u00a0\\u202f]?\\p{Nd}){0,20}"
const MONEY = new RegExp(
  `(?<![\\p{L}\\p{Nd}.,$])(?:[-\\u2212]?(?:${IN_TEXT})\\s?${NUMBER}|${NUMBER}\\s?(?:${IN_TEXT}))(?![\\p{L}\\p{Nd}])`,
  'gu',
)
const MAX_FOUND = 100

function found(text: string, at: string): readonly AmountFact[] {
  // Looking for a digit is a tenth of looking for money, and most texts have none.
  if (!/\p{Nd}/u.test(text)) return []
  const facts: AmountFact[] = []
  for (const [match] of text.matchAll(MONEY)) {
    if (facts.length >= MAX_FOUND) break
    const one = foundIn(match, at)
    if (one) facts.push(one)
  }
  return facts
}

/** What cannot be read is no amount here: nobody said that it was one. */
function foundIn(match: string, at: string): AmountFact | undefined {
  const split = splitCurrency(match)
  if ('why' in split) return undefined
  const currency = settle(split.marks, undefined)
  if ('why' in currency) return undefined
  const number = inMajor(split.number, currency.code, undefined)
  if ('why' in number) return undefined
  return fact(number, currency.code, currency.shared ? ['ambiguous'] : [], at, 'found')
}
