import { isObject, type Json } from '../../kernel/json.ts'
import { type Run, spend } from './run.ts'

/**
 * A text that two JSON values share exactly when JSON Schema calls them equal (2020-12, core,
 * section 4.2.2): members in any order, numbers by value.
 */
export function identity(value: Json, run: Run): string {
  spend(run, 1)
  if (typeof value === 'string') spend(run, value.length >> 6)
  if (Array.isArray(value)) return `[${value.map((item) => identity(item, run)).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${identity(value[key] ?? null, run)}`)
  return `{${members.join(',')}}`
}

/** Whether `value / divisor` is an integer, exactly, on the decimal digits that were written. */
export function isMultiple(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0
  const [a, b] = [decimal(value), decimal(divisor)]
  const exponent = Math.min(a.exponent, b.exponent)
  const scaled = (n: Decimal): bigint => n.digits * 10n ** BigInt(n.exponent - exponent)
  return scaled(a) % scaled(b) === 0n
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function decimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}
