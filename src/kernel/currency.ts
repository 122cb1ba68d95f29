/**
 * How many decimal digits the smallest unit of a currency has, by the tables of the runtime (ECMA-402,
 * CurrencyDigits): 2 for EUR, 0 for JPY, 3 for KWD; undefined for what is no currency code (ISO 4217).
 */
export function minorDigits(currency: string): number | undefined {
  if (!/^[A-Z]{3}$/.test(currency)) return undefined
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits
}
