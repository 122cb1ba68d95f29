import { digitAt, isBirth, isDay, isOneDigit, luhn, part, verhoeff, weighted } from './checks.ts'
import { BY_WORD, CHECKED, CHECKED_BY_WORD, type NumberKind } from './kind.ts'

/** SSA POMS RM 10201.035, and the two numbers that advertisements made public. */
const US_SSN: NumberKind = {
  type: 'us-ssn',
  what: 'a US social security number',
  severity: 'critical',
  proof: 'areas, groups and serials that are given, and its three groups or a word for it',
  groups: ['9', '3-2-4'],
  words: /\bssns?\b|social.?security|\bssn/i,
  read: (digits, raw) => {
    if (!/^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) || isOneDigit(digits)) return
    if (digits === '078051120' || digits === '219099999') return
    return raw.length === 9 || /^\d{3}([- ])\d{2}\1\d{4}$/.test(raw) ? digits : undefined
  },
  sure: { grouped: { beside: 'likely', alone: 'likely' }, compact: BY_WORD },
}

const US_ITIN: NumberKind = {
  type: 'us-itin',
  what: 'a US individual taxpayer number',
  severity: 'high',
  proof: 'groups that are given, and a word for it',
  groups: ['9', '3-2-4'],
  words: /\bitin\b|taxpayer/i,
  read: (digits) =>
    /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(digits) ? digits : undefined,
  sure: { grouped: BY_WORD, compact: BY_WORD },
}

const US_EIN: NumberKind = {
  type: 'us-ein',
  what: 'a US employer identification number',
  severity: 'medium',
  proof: 'its two groups, and a word for it',
  groups: ['2-7', '9'],
  words: /\bf?ein\b|employer.{0,4}id|federal.{0,4}tax.?id/i,
  read: (digits) =>
    /^(?!00|07|08|09|1[789]|28|29|49|69|70|78|79|89|9[67])\d{9}$/.test(digits) ? digits : undefined,
  sure: { grouped: BY_WORD, compact: BY_WORD },
}

const CA_SIN: NumberKind = {
  type: 'ca-sin',
  what: 'a Canadian social insurance number',
  severity: 'high',
  proof: 'its check digit, and a word for it',
  groups: ['9', '3-3-3'],
  words: /\bsin\b|social.?insurance|assurance.?sociale|\bnas\b/i,
  read: (digits) => (/^[0-79]\d{8}$/.test(digits) && luhn(digits) ? digits : undefined),
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

/** Both check digits of a CPF or CNPJ: modulus 11 over all in front, weights going round at `top`. */
function brazilian(digits: string, top: number): boolean {
  if (isOneDigit(digits)) return false
  return [2, 1].every((behind) => {
    const checked = digits.length - behind
    let sum = 0
    for (let index = 0; index < checked; index += 1)
      sum += digitAt(digits, index) * (((checked - 1 - index) % (top - 1)) + 2)
    const rest = sum % 11
    return (rest < 2 ? 0 : 11 - rest) === digitAt(digits, checked)
  })
}

const BR_CPF: NumberKind = {
  type: 'br-cpf',
  what: 'a Brazilian CPF',
  severity: 'high',
  proof: 'two check digits, and its groups or a word for it',
  groups: ['11', '3-3-3-2', '9-2'],
  words: /\bcpf\b|cadastro de pessoa/i,
  read: (digits) => (/^\d{11}$/.test(digits) && brazilian(digits, 11) ? digits : undefined),
  sure: { grouped: CHECKED, compact: CHECKED_BY_WORD },
}

const BR_CNPJ: NumberKind = {
  type: 'br-cnpj',
  what: 'a Brazilian CNPJ',
  severity: 'medium',
  proof: 'two check digits, and its groups or a word for it',
  groups: ['14', '2-3-3-4-2'],
  words: /\bcnpj\b/i,
  read: (digits) => (/^\d{14}$/.test(digits) && brazilian(digits, 9) ? digits : undefined),
  sure: { grouped: CHECKED, compact: CHECKED_BY_WORD },
}

const IN_AADHAAR: NumberKind = {
  type: 'in-aadhaar',
  what: 'an Indian Aadhaar number',
  severity: 'high',
  proof: "Verhoeff's check digit, and a word for it",
  groups: ['12', '4-4-4'],
  words: /aadh?aa?r|\buidai?\b|आधार/i,
  read: (digits) => (/^[2-9]\d{11}$/.test(digits) && verhoeff(digits) ? digits : undefined),
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const IN_PAN: NumberKind = {
  type: 'in-pan',
  what: 'an Indian permanent account number',
  severity: 'high',
  proof: 'the letter of its holder, and a word for it',
  groups: ['10'],
  words: /\bpan\b|permanent.?account|income.?tax/i,
  read: (text) => (/^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(text) ? text : undefined),
  sure: { grouped: BY_WORD, compact: BY_WORD },
}

const AU_TFN: NumberKind = {
  type: 'au-tfn',
  what: 'an Australian tax file number',
  severity: 'high',
  proof: 'modulus 11, and a word for it',
  groups: ['9', '3-3-3'],
  words: /\btfn\b|tax.?file/i,
  read: (digits) => {
    if (!/^\d{9}$/.test(digits) || isOneDigit(digits)) return
    return weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const AU_MEDICARE: NumberKind = {
  type: 'au-medicare',
  what: 'an Australian Medicare number',
  severity: 'high',
  proof: 'its check digit, and a word for it',
  groups: ['10', '11', '4-5-1', '4-5-1-1'],
  words: /medicare/i,
  read: (digits) => {
    if (!/^[2-6]\d{9,10}$/.test(digits)) return
    return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(digits, 8)
      ? digits
      : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const JP_MY_NUMBER: NumberKind = {
  type: 'jp-my-number',
  what: 'a Japanese My Number',
  severity: 'high',
  proof: 'its check digit, and a word for it',
  groups: ['12', '4-4-4'],
  words: /my.?number|individual.?number|マイナンバー|個人番号/i,
  read: (digits) => {
    if (!/^\d{12}$/.test(digits) || isOneDigit(digits)) return
    const rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return (rest <= 1 ? 0 : 11 - rest) === digitAt(digits, 11) ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

/** GB 11643: region, birthday, serial, ISO 7064 MOD 11-2. */
const CN_RESIDENT: NumberKind = {
  type: 'cn-resident-id',
  what: 'a Chinese resident identity number',
  severity: 'high',
  proof: 'ISO 7064 MOD 11-2, its region and its birthday',
  groups: ['18'],
  words: /身份证|居民|resident.?id|id.?card|identity/i,
  read: (text) => {
    const upper = text.toUpperCase()
    if (!/^[1-8][1-7]\d{15}[\dX]$/.test(upper)) return
    if (!isBirth(part(upper, 6, 10), part(upper, 10, 12), part(upper, 12, 14))) return
    const sum = weighted(upper, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return '10X98765432'[sum % 11] === upper[17] ? upper : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED },
}

/** Since October 2020 new numbers have no check digit. */
const KR_RRN: NumberKind = {
  type: 'kr-rrn',
  what: 'a Korean resident registration number',
  severity: 'high',
  proof: 'its birthday, and its check digit or a word for it',
  groups: ['13', '6-7'],
  words: /주민등록|resident.?registration|\brrn\b/i,
  read: (digits, raw) => {
    if (!/^\d{6}[1-8]\d{6}$/.test(digits)) return
    if (!isDay(part(digits, 0, 2), part(digits, 2, 4), part(digits, 4, 6))) return
    const sum = weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
    const checked = (11 - (sum % 11)) % 10 === digitAt(digits, 12)
    return checked || raw.length > 13 ? digits : undefined
  },
  sure: { grouped: { beside: 'likely', alone: 'hint' }, compact: CHECKED_BY_WORD },
}

const PASSPORT: NumberKind = {
  type: 'passport',
  what: 'a passport number',
  severity: 'high',
  proof: 'its length, and a word for it',
  groups: ['8', '9'],
  words: /passport|reisepass|passeport|pasaporte|passaporto/i,
  read: (text) => (/^[A-Z0-9]{1,3}\d{5,8}[A-Z]?$/.test(text) ? text : undefined),
  sure: { grouped: BY_WORD, compact: BY_WORD },
}

/** Numbers of the states of the rest of the world. */
export const WORLDWIDE: readonly NumberKind[] = [
  US_SSN,
  US_ITIN,
  US_EIN,
  CA_SIN,
  BR_CPF,
  BR_CNPJ,
  IN_AADHAAR,
  IN_PAN,
  AU_TFN,
  AU_MEDICARE,
  JP_MY_NUMBER,
  CN_RESIDENT,
  KR_RRN,
  PASSPORT,
]
