/**
 * Digits after the point of each currency whose smallest unit is not a hundredth (ISO 4217, list one,
 * column "Mnr unt"). Written down here because the tables of ICU count what circulates: they give
 * other digits for some currencies, and change with Node.
 */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...codes('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0),
  ...codes('BHD IQD JOD KWD LYD OMR TND', 3),
  ...codes('CLF UYW', 4),
])

/** How many decimal digits the smallest unit of a currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return DIGITS.get(currency) ?? 2
}

function codes(list: string, digits: number): readonly (readonly [string, number])[] {
  return list.split(' ').map((code) => [code, digits] as const)
}
