/** Currencies of ISO 4217 with other than two decimals. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...each('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0),
  ...each('BHD IQD JOD KWD LYD OMR TND', 3),
  ...each('CLF UYW', 4),
}

/** Active codes of ISO 4217 for money: no metals, no codes for tests. */
const CODES: ReadonlySet<string> = new Set([
  ...Object.keys(DECIMALS),
  ...(
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD ' +
    'CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS ' +
    'GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL ' +
    'MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK ' +
    'PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS ' +
    'TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG XDR YER ZAR ZMW ZWG'
  ).split(' '),
])

/** Signs that stand for one currency. */
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₽': 'RUB',
  '₩': 'KRW',
  '₪': 'ILS',
  '₺': 'TRY',
  '₫': 'VND',
  '₴': 'UAH',
  '₦': 'NGN',
  '₱': 'PHP',
  '₲': 'PYG',
  '₸': 'KZT',
  '₵': 'GHS',
  '₡': 'CRC',
  '฿': 'THB',
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  HK$: 'HKD',
  MX$: 'MXN',
  NT$: 'TWD',
  NZ$: 'NZD',
  R$: 'BRL',
  S$: 'SGD',
  'CN¥': 'CNY',
  'JP¥': 'JPY',
  zł: 'PLN',
  Kč: 'CZK',
  Ft: 'HUF',
}

/** Signs that several share, with those that have them. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  $: 'USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP BSD BBD BMD BND BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD DOP CUP'.split(
    ' ',
  ),
  '¥': ['JPY', 'CNY'],
  kr: ['SEK', 'NOK', 'DKK', 'ISK'],
}

/** A currency as it is written: one, or several that it may be. */
export type Written = { readonly code: string } | { readonly shared: readonly string[] }

const WRITTEN: ReadonlyMap<string, Written> = new Map<string, Written>([
  ...[...CODES].map((code) => [code.toLowerCase(), { code }] as const),
  ...Object.entries(SIGNS).map(([sign, code]) => [sign.toLowerCase(), { code }] as const),
  ...Object.entries(SHARED).map(([sign, shared]) => [sign, { shared }] as const),
])

/** Reads a code, in either case, or a sign. Undefined: it is neither. */
export function currencyOf(text: string): Written | undefined {
  return WRITTEN.get(text.toLowerCase())
}

/** How many decimals a currency has (ISO 4217, minor unit). */
export function decimalsOf(code: string): number {
  return DECIMALS[code] ?? 2
}

/** Every sign and code, longest first. */
export const MARKS: readonly string[] = [
  ...Object.keys(SIGNS),
  ...Object.keys(SHARED),
  ...CODES,
].sort((a, b) => b.length - a.length)

function each(codes: string, decimals: number): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, decimals]))
}
