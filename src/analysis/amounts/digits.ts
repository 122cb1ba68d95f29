/**
 * A number in any script, in ASCII: digits of Unicode (Nd) as 0-9, compatibility forms such as full
 * width taken back (NFKC), `½` as `1⁄2`, signs and separators of each kind as one of them. Undefined
 * when digits of two scripts stand together: nobody counts so.
 */
export function inAscii(text: string): string | undefined {
  const folded = text
    .normalize('NFKC')
    .replace(/[\u2212\u2010-\u2015\ufe63]/g, '-')
    .replace(/[\u2018\u2019\u02bc\u2032]/g, "'")
    .replaceAll('\u066b', '.')
    .replaceAll('\u066c', "'")
    .replace(/[\s\u00a0\u202f\u2009]+/g, ' ')
    .replace(/[\u200e\u200f\u061c]/g, '')
    .trim()
  const zeros = new Set<number>()
  const ascii = folded.replace(/\p{Nd}/gu, (digit) => {
    const zero = zeroOf(digit.codePointAt(0) ?? 0)
    zeros.add(zero)
    return String((digit.codePointAt(0) ?? 0) - zero)
  })
  return zeros.size > 1 ? undefined : ascii
}

/** Each script has its ten digits in a row, beginning at zero, and no two such rows touch after NFKC. */
function zeroOf(code: number): number {
  let zero = code
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return zero
}
