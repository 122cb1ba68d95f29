import type { AmountFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'

export interface AmountRule {
  /** Decimal numbers in plain notation, such as `100.00`. */
  readonly min: string
  readonly max: string
  /** What all amounts of a call may come to together. */
  readonly total: string | undefined
  /** ISO 4217. Undefined: any, and none. */
  readonly currencies: readonly string[] | undefined
}

/** Every amount lies between the bounds, in an allowed currency. Exact, however many digits there are. */
export function amountCheck({ min, max, total, currencies }: AmountRule): Check<AmountFact> {
  return (amounts) => {
    const misfits = amounts.flatMap((amount) => {
      const { at, value, currency } = amount
      const allowed =
        currencies === undefined || (currency !== undefined && currencies.includes(currency))
      return [
        ...(isNumber(value) && compare(min, value) <= 0 && compare(value, max) <= 0
          ? []
          : [{ at, why: `is not between ${min} and ${max}` }]),
        ...(allowed ? [] : [{ at, why: 'has no currency that the guard allows' }]),
      ]
    })
    if (misfits.length > 0 || total === undefined) return misfits
    const sum = amounts.map(({ value }) => value.replace('-', '')).reduce(add, '0')
    return compare(sum, total) <= 0
      ? []
      : [{ at: '', why: `the amounts come to more than ${total}` }]
  }
}

/** A decimal number in plain notation. */
const NUMBER = /^-?\d{1,40}(\.\d{1,40})?$/

export function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** Negative, zero or positive, as the first number is less, equal or greater. */
export function compare(left: string, right: string): number {
  const places = Math.max(placesOf(left), placesOf(right))
  const difference = scaled(left, places) - scaled(right, places)
  return difference < 0n ? -1 : Number(difference > 0n)
}

function add(left: string, right: string): string {
  const places = Math.max(placesOf(left), placesOf(right), 1)
  const digits = String(scaled(left, places) + scaled(right, places)).padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

function placesOf(number: string): number {
  return number.split('.')[1]?.length ?? 0
}

function scaled(number: string, places: number): bigint {
  const [whole = '0', fraction = ''] = number.split('.')
  return BigInt(`${whole}${fraction.padEnd(places, '0')}`)
}
