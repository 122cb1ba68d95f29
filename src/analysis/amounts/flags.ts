/** What may be unusual about an amount, and what each word means. */
export const AMOUNT_FLAGS = {
  ambiguous: 'the currency, or its unit, is written in a way that several share, such as `$`',
  huge: 'a billion or more, in the unit of the currency',
  'minor-units': 'was given in the smallest unit of the currency, such as cents',
  negative: 'less than zero',
  zero: 'zero',
} as const

export type AmountFlag = keyof typeof AMOUNT_FLAGS
