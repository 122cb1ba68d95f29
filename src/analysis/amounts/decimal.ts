/** A decimal number, exactly: `digits` of which the last `scale` stand behind the point. */
export interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly scale: number
}

/**
 * Beyond this many digits before or behind the point, a double no longer holds a number exactly, and
 * what a server makes of it cannot be said.
 */
const MAX_DIGITS = 15

/** Reads `12`, `12.5`, `1e3`. Undefined if it is something else. */
export function decimalOf(text: string): Decimal | undefined {
  const [, whole, fraction = '', exponent = '0'] =
    /^(\d{0,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? []
  if (whole === undefined || whole + fraction === '') return undefined
  return shifted(
    { negative: false, digits: whole + fraction, scale: fraction.length },
    Number(exponent),
  )
}

/** Times a power of ten. */
export function shifted({ negative, digits, scale }: Decimal, power: number): Decimal {
  const moved = scale - power
  if (moved >= 0) return { negative, digits, scale: moved }
  return { negative, digits: digits + '0'.repeat(-moved), scale: 0 }
}

/** In plain notation, without needless zeros in front; those behind the point are kept. */
export function plain({ negative, digits, scale }: Decimal): string {
  const padded = digits.padStart(scale + 1, '0')
  const whole = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '')
  const fraction = scale === 0 ? '' : `.${padded.slice(-scale)}`
  return `${negative && !isZero({ negative, digits, scale }) ? '-' : ''}${whole}${fraction}`
}

/** Whether it has no more digits than can be counted on everywhere. */
export function isExact(decimal: Decimal): boolean {
  const [whole = '', fraction = ''] = plain(decimal).replace('-', '').split('.')
  const significant = (whole + fraction.replace(/0+$/, '')).replace(/^0+/, '')
  return (
    whole.length <= MAX_DIGITS && significant.length <= MAX_DIGITS && fraction.length <= MAX_DIGITS
  )
}

export function isZero({ digits }: Decimal): boolean {
  return /^0*$/.test(digits)
}

/** Whether it is a billion or more. */
export function isHuge(decimal: Decimal): boolean {
  const [whole = ''] = plain(decimal).replace('-', '').split('.')
  return whole.length > 9
}
