import { isDay, luhn, part } from './checks.ts'
import { CHECKED, CHECKED_BY_WORD, type NumberKind } from './kind.ts'

const SE_PERSONAL: NumberKind = {
  type: 'se-personnummer',
  what: 'a Swedish personnummer',
  severity: 'high',
  proof: 'its check digit, its birthday, and a word for it',
  groups: ['10', '12', '6-4', '8-4'],
  words: /person.?(?:nummer|nr)|samordningsnummer|personal.?identity/i,
  read: (digits) => {
    if (!/^(?:19|20)?\d{10}$/.test(digits)) return
    const last = digits.slice(-10)
    // Coordination numbers have 60 added to the day.
    const day = part(last, 4, 6)
    if (!isDay(part(last, 0, 2), part(last, 2, 4), day > 60 ? day - 60 : day)) return
    return luhn(last) ? digits : undefined
  },
  sure: { grouped: CHECKED_BY_WORD, compact: CHECKED_BY_WORD },
}

const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY'

const FI_HETU: NumberKind = {
  type: 'fi-hetu',
  what: 'a Finnish henkilötunnus',
  severity: 'high',
  proof: 'its check character modulo 31 and its birthday',
  groups: ['11', '6-4'],
  words: /henkil[öo]tunnus|\bhetu\b|personal.?identity|personbeteckning/i,
  read: (compact, raw) => {
    if (!/^\d{6}[-A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$/.test(raw)) return
    const digits = raw.slice(0, 6) + raw.slice(7, 10)
    if (!isDay(part(digits, 4, 6), part(digits, 2, 4), part(digits, 0, 2))) return
    return FINNISH[Number(digits) % 31] === raw[10] ? compact : undefined
  },
  sure: { grouped: CHECKED, compact: CHECKED },
}

/** Numbers of the states of the north of Europe. */
export const NORTHERN: readonly NumberKind[] = [SE_PERSONAL, FI_HETU]
