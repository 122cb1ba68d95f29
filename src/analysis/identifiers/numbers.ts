import type { Form, Identified } from './form.ts'

/** Lengths of IBANs by country (ISO 13616 registry). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 ' +
    'DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 ' +
    'IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 ' +
    'MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 ' +
    'SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

/** ISO 13616: letters count from 10, the first four characters come last, and 97 leaves 1. */
export const IBAN: Form = {
  names: /iban/,
  sign: /\d/,
  inText: /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g,
  read: (text, named) => {
    const compact = text.replace(/[ -]/g, '').toUpperCase()
    const length = IBAN_LENGTHS.get(compact.slice(0, 2))
    // In a longer text, the words behind it may look like more of it.
    const value = named || length === undefined ? compact : compact.slice(0, length)
    const whole = /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(value) && value.length === length
    if (whole && mod97(value) === 1) return [{ type: 'iban', value }]
    return named ? [{ type: 'iban', value, flags: ['checksum-failed'] }] : []
  },
}

function mod97(iban: string): number {
  let rest = 0
  for (const letter of iban.slice(4) + iban.slice(0, 4))
    for (const digit of String(Number.parseInt(letter, 36))) rest = (rest * 10 + Number(digit)) % 97
  return rest
}

/** First digits and lengths of payment cards, by issuer (ISO/IEC 7812). */
const ISSUERS =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17})$/

/** Payment cards. The number itself is no fact to keep: six digits in front and four behind tell it. */
export const CARD: Form = {
  names: /(?:^|_)(?:card|card_number|pan)$/,
  sign: /\d/,
  inText: /(?<!\d|\d[ -])\d(?:[ -]?\d){11,18}(?![ -]?\d)/g,
  read: (text, named) => {
    const digits = text.replace(/[ -]/g, '')
    if (!/^\d{12,19}$/.test(digits)) return []
    const valid = luhn(digits) && ISSUERS.test(digits)
    if (!valid && !named) return []
    const value = `${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`
    return [valid ? { type: 'card', value } : { type: 'card', value, flags: ['checksum-failed'] }]
  },
}

/** ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const weighted = Number(digit) * (index % 2 === 0 ? 1 : 2)
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** ITU-T E.164: at most 15 digits behind `+`; the first is not zero. */
export const PHONE: Form = {
  names: /(?:^|_)(?:phone|mobile|msisdn|tel|telephone|fax|phone_number|whatsapp)s?$/,
  sign: /\+/,
  inText: /(?<![\w+])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?![\w])/g,
  read: (text, named) => {
    const bare = text.replace(/^tel:/i, '').replace(/[ .()/-]/g, '')
    const international = bare.replace(/^00(?=[1-9])/, '+')
    const sure = /^\+[1-9]\d{7,14}$/.test(named ? international : bare)
    if (sure) return [{ type: 'phone', value: named ? international : bare }]
    return named ? [{ type: 'phone', value: bare || text, flags: ['malformed'] }] : []
  },
}

/** RFC 9562, also as URN and in braces. */
export const UUID: Form = {
  names: /(?:^|_)(?:uuid|guid)s?$/,
  sign: /-/,
  inText:
    /(?<![\w-])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-])/g,
  read: (text, named) => {
    const bare = text.toLowerCase().replace(/^urn:uuid:|^\{|\}$/g, '')
    const plain = named && /^[0-9a-f]{32}$/.test(bare)
    const value = plain ? bare.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : bare
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
      return named ? [{ type: 'uuid', value, flags: ['malformed'] }] : []
    const nil = /^(?:0|f)[0f-]*$/.test(value) && new Set(value.replaceAll('-', '')).size === 1
    return [nil ? { type: 'uuid', value, flags: ['nil'] } : { type: 'uuid', value }]
  },
}

/** Twelve digits, but only where a name says so: many numbers have twelve. */
export const AWS_ACCOUNT: Form = {
  names: /aws_?account(?:_?id)?s?$/,
  read: (text, named): readonly Identified[] => {
    const digits = text.replace(/-/g, '')
    if (!named) return []
    if (/^\d{12}$/.test(digits)) return [{ type: 'aws-account', value: digits }]
    return [{ type: 'aws-account', value: text, flags: ['malformed'] }]
  },
}
