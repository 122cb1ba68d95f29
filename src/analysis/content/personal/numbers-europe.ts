import { digitAt, isDay, isOneDigit, mod1110, part, restOf, weighted } from './checks.ts'
import { BY_SHAPE, CHECKED, CHECKED_BY_WORD, type NumberKind } from './kind.ts'

const UK_NHS: NumberKind = {
  type: 'uk-nhs',
  what: 'an NHS number',
  severity: 'high',
  proof: 'modulus 11, and a word for it',
  groups: ['10', '3-3-4'],
  words: /\bnhs\b/i,
  read: (digits) => {
    if (!/^\d{10}$/.test(digits) || isOneDigit(digits)) return
    const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
    return (check === 11 ? 0 : check) === digitAt(digits, 9) ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const DE_TAX_ID: NumberKind = {
  type: 'de-tax-id',
  what: 'a German tax identification number',
  severity: 'high',
  proof: 'ISO 7064 MOD 11,10, the rule of repeated digits, and a word for it',
  groups: ['11', '2-3-3-3'],
  words: /steuer|idnr|\btin\b|tax.?id/i,
  read: (digits) => {
    if (!/^[1-9]\d{10}$/.test(digits) || !mod1110(digits)) return
    const counts = new Map<string, number>()
    for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    const repeated = [...counts.values()].filter((count) => count > 1)
    return repeated.length === 1 && (repeated[0] ?? 9) <= 3 ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

/** Area, birthday, letter, serial, check (VKVV): the letter counts as its two digits. */
const DE_INSURANCE: NumberKind = {
  type: 'de-social-insurance',
  what: 'a German social insurance number',
  severity: 'high',
  proof: 'its birthday, its weighted check digit, its letter',
  groups: ['12', '2-6-1-3'],
  words: /versicherung|\b(?:rv|sv|vs)nr|\bsv-?nummer|social.?(?:security|insurance)/i,
  read: (text) => {
    if (!/^\d{8}[A-Z]\d{3}$/.test(text)) return
    // Those born on the same day have 50 added to it.
    const day = part(text, 2, 4)
    if (!isDay(part(text, 6, 8), part(text, 4, 6), day > 50 ? day - 50 : day)) return
    const letter = String(text.charCodeAt(8) - 64).padStart(2, '0')
    const digits = text.slice(0, 8) + letter + text.slice(9)
    let sum = 0
    for (const [index, weight] of [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].entries()) {
      const times = digitAt(digits, index) * weight
      sum += Math.floor(times / 10) + (times % 10)
    }
    return sum % 10 === digitAt(digits, 12) ? text : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED },
}

const FR_NIR: NumberKind = {
  type: 'fr-nir',
  what: 'a French social security number',
  severity: 'high',
  proof: 'its key modulo 97, its month and its first digit',
  groups: ['15', '13-2', '1-2-2-2-3-3-2'],
  words: /s[ée]curit[ée].?sociale|s[ée]cu\b|\bnirp?p?\b|\binsee\b|num[ée]ro.?ss|carte.?vitale/i,
  read: (text) => {
    if (!/^[12378]\d{4}(?:\d\d|2[AB])\d{8}$/.test(text)) return
    const month = part(text, 3, 5)
    if (month < 1 || (month > 12 && month < 20)) return
    // INSEE: the departments of Corsica count as 19 and 18.
    const digits = text.replace('2A', '19').replace('2B', '18')
    return 97 - restOf(digits.slice(0, 13), 97) === part(digits, 13, 15) ? text : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED },
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

const ES_DNI: NumberKind = {
  type: 'es-dni',
  what: 'a Spanish DNI or NIE',
  severity: 'high',
  proof: 'its letter modulo 23, and a word for it',
  groups: ['9', '8-1', '1-8', '1-7-1', '2-3-3-1'],
  words: /\b(?:dni|nie|nif)\b|documento.{1,4}identidad|identificaci[óo]n/i,
  read: (text) => {
    const upper = text.toUpperCase()
    if (!/^[XYZ\d]\d{7}[A-Z]$/.test(upper)) return
    const digits = upper.slice(0, 8).replace(/^[XYZ]/, (first) => String('XYZ'.indexOf(first)))
    return SPANISH_LETTERS[Number(digits) % 23] === upper[8] ? upper : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const ODD_LETTERS = 'BAFHJNPRTVCESULDGIMOQKWZYX'

/** Decreto ministeriale 23 dicembre 1976: odd places by their own table; letters for digits (omocodia). */
const IT_FISCAL_CODE: NumberKind = {
  type: 'it-codice-fiscale',
  what: 'an Italian codice fiscale',
  severity: 'high',
  proof: 'its structure and its check letter',
  groups: ['16', '3-3-5-5'],
  words: /codice.?fiscale|\bc\.?f\.?\b|tax.?code/i,
  read: (text) => {
    const upper = text.toUpperCase()
    const shape =
      /^[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][0-7LMNP-V][\dLMNP-V][A-Z][\dLMNP-V]{3}[A-Z]$/
    if (!shape.test(upper)) return
    let sum = 0
    for (let index = 0; index < 15; index += 1) {
      const code = upper.charCodeAt(index)
      const value = code < 65 ? code - 48 : code - 65
      sum += index % 2 === 0 ? ODD_LETTERS.charCodeAt(value) - 65 : value
    }
    return upper.charCodeAt(15) - 65 === sum % 26 ? upper : undefined
  },
  sure: { grouped: CHECKED, compact: { beside: 'proved', alone: 'proved' } },
}

const NL_BSN: NumberKind = {
  type: 'nl-bsn',
  what: 'a Dutch burgerservicenummer',
  severity: 'high',
  proof: 'the 11-test, and a word for it',
  groups: ['9', '3-3-3', '4-2-3'],
  words: /\bbsn\b|burgerservice|sofi.?nummer/i,
  read: (digits) => {
    if (!/^\d{9}$/.test(digits) || isOneDigit(digits)) return
    return weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const BE_NATIONAL: NumberKind = {
  type: 'be-national-number',
  what: 'a Belgian national number',
  severity: 'high',
  proof: 'modulus 97 and its birthday',
  groups: ['11', '2-2-2-3-2', '6-3-2'],
  words: /rijksregister|registre.?national|national.?(?:number|register)|\b(?:insz|niss|rrn)\b/i,
  read: (digits) => {
    if (!/^\d{11}$/.test(digits) || part(digits, 2, 4) > 12 || part(digits, 4, 6) > 31) return
    const check = part(digits, 9, 11)
    const first = digits.slice(0, 9)
    const holds = 97 - restOf(first, 97) === check || 97 - restOf(`2${first}`, 97) === check
    return holds ? digits : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED_BY_WORD },
}

const PL_PESEL: NumberKind = {
  type: 'pl-pesel',
  what: 'a Polish PESEL',
  severity: 'high',
  proof: 'its check digit, its birthday, and a word for it',
  groups: ['11'],
  words: /\bpesel\b/i,
  read: (digits) => {
    if (!/^\d{11}$/.test(digits)) return
    if (!isDay(part(digits, 0, 2), part(digits, 2, 4) % 20, part(digits, 4, 6))) return
    const sum = weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3])
    return (10 - (sum % 10)) % 10 === digitAt(digits, 10) ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const PT_NIF: NumberKind = {
  type: 'pt-nif',
  what: 'a Portuguese NIF',
  severity: 'high',
  proof: 'modulus 11, its first digit, and a word for it',
  groups: ['9', '3-3-3'],
  words: /\bnif\b|contribuinte|identifica[çc][ãa]o fiscal/i,
  read: (digits) => {
    if (!/^[1235689]\d{8}$/.test(digits)) return
    const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return (rest < 2 ? 0 : 11 - rest) === digitAt(digits, 8) ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const CH_AHV: NumberKind = {
  type: 'ch-ahv',
  what: 'a Swiss social security number',
  severity: 'high',
  proof: 'its country code and its EAN-13 check digit',
  groups: ['13', '3-4-4-2'],
  words: /\b(?:ahv|avs|oasi)\b|sozialversicherung/i,
  read: (digits) => {
    if (!/^756\d{10}$/.test(digits)) return
    const sum = weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3])
    return (10 - (sum % 10)) % 10 === digitAt(digits, 12) ? digits : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED_BY_WORD },
}

/** HMRC NIM39110: letters that are never used, and prefixes that are never given. */
const UK_NINO: NumberKind = {
  type: 'uk-nino',
  what: 'a UK national insurance number',
  severity: 'high',
  proof: 'letters that are given, and a word for it or its five groups',
  groups: ['9', '2-2-2-2-1'],
  words: /national.?insurance|\bnino\b|\bni.?(?:number|no)\b/i,
  read: (text) =>
    /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(text)
      ? text
      : undefined,
  sure: { grouped: BY_SHAPE, compact: { beside: 'likely', alone: 'hint' } },
}

/** Numbers of the states of Europe, those of the north apart. */
export const EUROPEAN: readonly NumberKind[] = [
  UK_NHS,
  UK_NINO,
  DE_TAX_ID,
  DE_INSURANCE,
  FR_NIR,
  ES_DNI,
  IT_FISCAL_CODE,
  NL_BSN,
  BE_NATIONAL,
  PL_PESEL,
  PT_NIF,
  CH_AHV,
]
