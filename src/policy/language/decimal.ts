import { fault } from './fault.ts'
import { add, multiply, parseLong, subtract } from './long.ts'
import type { Decimal } from './value.ts'

/** Cedar's `decimal("…")`: up to four digits after the point, 64 bits. @throws {Fault} otherwise. */
export function parseDecimal(text: string): Decimal {
  const [, whole, fraction] = /^(-?[0-9]+)\.([0-9]{1,4})$/.exec(text) ?? []
  if (whole === undefined || fraction === undefined) return fault('a decimal is malformed')
  const units = parseLong(whole) ?? fault('a decimal is out of range')
  const parts = Number(fraction.padEnd(4, '0'))
  const scaled = multiply(units, 10_000)
  return {
    kind: 'decimal',
    scaled: whole.startsWith('-') ? subtract(scaled, parts) : add(scaled, parts),
  }
}

/**
 * The decimal that a JSON number is, when its shortest notation needs no more than four digits
 * after the point and fits; otherwise `undefined`.
 */
export function decimalOf(number: number): Decimal | undefined {
  const text = String(number)
  if (!/^-?[0-9]+(\.[0-9]{1,4})?$/.test(text)) return undefined
  // Beyond nine hundred trillion the scaled value may leave 64 bits, and doubles lose the digits.
  if (Math.abs(number) > 900_000_000_000_000) return undefined
  return parseDecimal(text.includes('.') ? text : `${text}.0`)
}
