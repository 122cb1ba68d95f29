import type { Certainty } from '../../../kernel/finding.ts'
import { CARD as CARD_FORM, IBAN as IBAN_FORM } from '../../identifiers/numbers.ts'
import { keyOf, scanWindows, type Window } from './chains.ts'
import type { NumberKind, PersonalFound, PersonalType, Sureness } from './kind.ts'
import { EUROPEAN } from './numbers-europe.ts'
import { NORTHERN } from './numbers-north.ts'
import { WORLDWIDE } from './numbers-world.ts'
import type { Words } from './words.ts'

const CARD: NumberKind = {
  type: 'payment-card',
  what: 'a payment card number',
  severity: 'critical',
  proof: "Luhn's check digit and the ranges of issuers",
  groups: ['13', '14', '15', '16', '19', '4-4-4-4', '4-6-5', '4-6-4', '4-4-4-4-3', '6-4-4-2'],
  words:
    /\bcards?\b|credit|debit|visa|master.?card|amex|american.?express|discover|diners|\bjcb\b|payment|\bpay|\bcc\b|\bcvv|\bcvc|expir|tarjeta|karte|carte|carta\b|cart[ãa]o|\bpan\b/i,
  read: (digits) => (CARD_FORM.read(digits, false).length > 0 ? digits : undefined),
  sure: {
    grouped: { beside: 'proved', alone: 'likely' },
    compact: { beside: 'proved', alone: 'hint' },
  },
}

export const IBAN: PersonalType = {
  type: 'iban',
  what: 'an IBAN',
  severity: 'high',
  proof: 'modulus 97 and the length of its country',
}

/** Every kind of number that is found by its groups. */
export const NUMBER_KINDS: readonly NumberKind[] = [CARD, ...EUROPEAN, ...NORTHERN, ...WORLDWIDE]

interface Shape {
  readonly kinds: readonly NumberKind[]
  readonly isGrouped: boolean
}

const BY_KEY = new Map<number, Shape>()
for (const kind of NUMBER_KINDS)
  for (const groups of kind.groups) {
    const kinds = BY_KEY.get(keyOf(groups))?.kinds ?? []
    BY_KEY.set(keyOf(groups), { kinds: [...kinds, kind], isGrouped: groups.includes('-') })
  }

const SEPARATORS = /[ \-./\u00a0]/g

/** Numbers of people in a text: told by groups, check digits, and the words beside them. */
export function findNumbers(
  text: string,
  words: Words,
  take: (found: PersonalFound) => void,
): void {
  const isKnown = (key: number): boolean => BY_KEY.has(key)
  scanWindows(text, isKnown, (window) => readWindow(text, window, words, take))
}

function readWindow(
  text: string,
  { start, end, key, isPart }: Window,
  words: Words,
  take: (found: PersonalFound) => void,
): void {
  const shape = BY_KEY.get(key)
  const open = shape?.kinds.filter((kind) => isOpen(kind, shape, words)) ?? []
  if (shape === undefined || open.length === 0) return
  const raw = text.slice(start, end)
  const compact = shape.isGrouped ? raw.replace(SEPARATORS, '') : raw
  for (const kind of open) {
    const value = kind.read(compact, raw)
    if (value === undefined) continue
    const { beside, alone } = surenessOf(kind, shape)
    const certainty = words.isBeside(kind.words, start, end) ? beside : unlessPart(alone, isPart)
    if (certainty !== undefined) take({ type: kind.type, start, end, certainty, value })
  }
}

/** Of rows of numbers, some pass any check: without a word, it is one sign. */
function unlessPart(alone: Certainty | undefined, isPart: boolean): Certainty | undefined {
  return isPart && alone !== undefined ? 'hint' : alone
}

function surenessOf(kind: NumberKind, shape: Shape): Sureness {
  return shape.isGrouped ? kind.sure.grouped : kind.sure.compact
}

/** Whether it can be of the kind at all. */
function isOpen(kind: NumberKind, shape: Shape, words: Words): boolean {
  return surenessOf(kind, shape).alone !== undefined || !words.areAbsent(kind.words)
}

const IBAN_START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9]{4})/g
const IBAN_LONGEST = 34 + 33
const IBAN_SHAPE = /^[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/

/** IBANs in upper case, as they are printed; words behind them are left out. */
export function findIbans(text: string, take: (found: PersonalFound) => void): void {
  for (const { index } of text.matchAll(IBAN_START)) {
    const [raw = ''] = IBAN_SHAPE.exec(text.slice(index, index + IBAN_LONGEST)) ?? []
    const [read] = IBAN_FORM.read(raw, false)
    if (read === undefined) continue
    const end = index + lengthOf(raw, read.value.length)
    take({ type: IBAN.type, start: index, end, certainty: 'proved', value: read.value })
  }
}

/** How much of a text so many characters are, separators left out. */
function lengthOf(raw: string, characters: number): number {
  let end = 0
  for (let taken = 0; taken < characters; end += 1)
    if (raw[end] !== ' ' && raw[end] !== '-') taken += 1
  return end
}
