import { type Decimal, decimalOf } from './decimal.ts'
import { inAscii } from './digits.ts'

/** Why a text is no number that can be relied on; public words. */
export interface Doubt {
  readonly why: string
}

const NOT_A_NUMBER: Doubt = { why: 'not a number' }

/**
 * Reads a number as people write it: `1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`, `12,34,567`,
 * `(5)`, `-5`, `5-`, `1e3`, `½`, `1 ½`, in the digits of any script.
 *
 * A point or comma is the decimal separator when it stands once, behind the others. One that stands
 * alone before exactly three digits may be either: `1.234` is then a thousand and more if the
 * currency has less than three decimals, for then it cannot be a fraction. Otherwise nobody knows.
 *
 * @param decimals of the currency, where it is known.
 */
export function readNumber(text: string, decimals: number | undefined): Decimal | Doubt {
  const ascii = inAscii(text)
  if (ascii === undefined) return { why: 'digits of several scripts' }
  const [, open, before, body = '', after, close] =
    /^(\()? ?([+-])? ?([\d.,' /⁄eE+-]*?[\d.⁄]) ?(-)? ?(\))?$/.exec(ascii) ?? []
  if (
    (open === undefined) !== (close === undefined) ||
    [open, before, after].filter(Boolean).length > 1
  )
    return NOT_A_NUMBER
  const read = fraction(body) ?? unsigned(body, decimals)
  if ('why' in read) return read
  return { ...read, negative: open !== undefined || before === '-' || after === '-' }
}

/** `½`, `1 ½`, `1⁄2`: exact in decimals only for some. */
function fraction(body: string): Decimal | Doubt | undefined {
  const [, whole = '0', top, bottom] = /^(?:(\d{1,15}) ?)??(\d)⁄(\d{1,2})$/.exec(body) ?? []
  if (top === undefined || bottom === undefined) return undefined
  const decimals = (Number(top) * 1000) / Number(bottom)
  if (!Number.isInteger(decimals)) return { why: 'a fraction without an exact decimal' }
  const value = BigInt(whole) * 1000n + BigInt(decimals)
  return trimmed(value)
}

function trimmed(thousandths: bigint): Decimal {
  let [digits, scale] = [String(thousandths), 3]
  while (scale > 0 && digits.endsWith('0')) [digits, scale] = [digits.slice(0, -1), scale - 1]
  return { negative: false, digits: digits || '0', scale }
}

function unsigned(body: string, decimals: number | undefined): Decimal | Doubt {
  const last = Math.max(body.lastIndexOf('.'), body.lastIndexOf(','))
  if (/[eE]/.test(body) || last < 0) return decimalOf(ungrouped(body) ?? '') ?? NOT_A_NUMBER
  const separator = body.charAt(last)
  const [whole, behind] = [body.slice(0, last), body.slice(last + 1)]
  if (!/^\d*$/.test(behind)) return NOT_A_NUMBER
  if (whole.includes(separator)) return decimalOf(ungrouped(body) ?? '') ?? NOT_A_NUMBER
  if (/^[1-9]\d{0,2}$/.test(whole) && behind.length === 3) return either(whole, behind, decimals)
  const groups = ungrouped(whole)
  return groups === undefined ? NOT_A_NUMBER : (decimalOf(`${groups}.${behind}`) ?? NOT_A_NUMBER)
}

function either(whole: string, behind: string, decimals: number | undefined): Decimal | Doubt {
  if (decimals === undefined || decimals >= 3)
    return { why: 'a separator that may be of decimals or of thousands' }
  return decimalOf(whole + behind) ?? NOT_A_NUMBER
}

/** Without the separators of thousands: all the same, three digits behind each; in India two. */
function ungrouped(text: string): string | undefined {
  if (/^\d*$/.test(text) || /[eE]/.test(text)) return text
  const separator = /[.,' ]/.exec(text)?.[0]
  if (separator === undefined) return undefined
  const groups = text.split(separator)
  const [first = '', ...rest] = groups
  const last = rest.pop() ?? ''
  const even = rest.every((group) => /^\d{3}$/.test(group)) && /^\d{1,3}$/.test(first)
  const indian =
    separator === ',' &&
    rest.length > 0 &&
    rest.every((group) => /^\d{2}$/.test(group)) &&
    /^\d{1,2}$/.test(first)
  return (even || indian) && /^\d{3}$/.test(last) ? groups.join('') : undefined
}
