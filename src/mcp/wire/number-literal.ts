/** A number without sign: its value is `0.digits × 10^exponent`, no zero at either end. */
interface Decimal {
  readonly digits: string
  readonly exponent: number
}

const LITERAL = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
/** No double needs more significant digits than this to be told from its neighbours. */
const MOST_DIGITS = 17

/**
 * Whether a JSON number keeps its value in a double, so that every parser reads the same
 * (RFC 8259 section 6, RFC 7493 section 2.2): an integer within ±(2^53 − 1), or a decimal that
 * means the nearest double. `1.0`, `1e2`, `0.1` and all that a program prints for a double do;
 * `1e400`, `1e-400`, `9007199254740993.0` and integers of 20 digits do not. True for what is not a
 * number at all.
 */
export function survives(literal: string): boolean {
  const decimal = read(literal)
  if (decimal === undefined) return true
  const value = Number(literal)
  if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(value)
  if (decimal.digits === '') return true
  if (decimal.digits.length > MOST_DIGITS || !Number.isFinite(value)) return false
  // Printers differ where a digit is a tie.
  return [String(value), value.toPrecision(decimal.digits.length)].some((text) => {
    const printed = read(text)
    return printed?.digits === decimal.digits && printed.exponent === decimal.exponent
  })
}

function read(literal: string): Decimal | undefined {
  const parts = LITERAL.exec(literal)
  if (parts === null) return undefined
  const [, whole = '', fraction = '', power = '0'] = parts
  const all = whole + fraction
  let start = 0
  while (all[start] === '0') start += 1
  let end = all.length
  while (end > start && all[end - 1] === '0') end -= 1
  return { digits: all.slice(start, end), exponent: whole.length - start + Number(power) }
}
