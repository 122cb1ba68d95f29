import type { Facts } from '../kernel/facts.ts'

/** A currency, and how many digits its smallest unit has. */
export interface Currency {
  readonly code: string
  readonly digits: number
}

/** Digits of an amount that are read at most; more than any limit can hold. */
const MAX_DIGITS = 40

/**
 * The sum of the amounts of a call, in minor units of a currency, or why there is none. Only what is
 * declared to be an amount counts: a number in free text may be one of several, and may be spelled out.
 */
export function amountOf(
  { amounts, unparsable }: Facts,
  { code, digits }: Currency,
): { readonly minor: bigint } | { readonly why: string } {
  if (unparsable.some(({ kind }) => kind === 'amount')) return { why: 'an amount cannot be read' }
  const declared = amounts.filter(({ origin }) => origin === 'declared')
  if (declared.length === 0) return { why: 'no argument is known to be the amount' }
  let minor = 0n
  for (const { value, currency: own } of declared) {
    if (own === undefined) return { why: 'the currency of an amount is not known' }
    if (own !== code) return { why: `an amount is not in ${code}` }
    const read = minorUnits(value, digits)
    if (read === undefined) return { why: `an amount cannot be counted in ${code}` }
    minor += read
  }
  return { minor }
}

/** Plain notation of minor units: `12.50`. */
export function majorUnits(minor: number, { code, digits }: Currency): string {
  const text = String(minor).padStart(digits + 1, '0')
  if (digits === 0) return `${text} ${code}`
  return `${text.slice(0, -digits)}.${text.slice(-digits)} ${code}`
}

/** Exact, or undefined: for what is negative (it would make room), too fine, too long, or no number. */
function minorUnits(value: string, digits: number): bigint | undefined {
  if (value.length > MAX_DIGITS) return undefined
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  if (whole === undefined) return undefined
  const fine = fraction.replace(/0+$/, '')
  if (fine.length > digits) return undefined
  return BigInt(whole + fine.padEnd(digits, '0'))
}
