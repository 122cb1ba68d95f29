import type { DataClass } from '../../kernel/access.ts'
import type { Likeness, Origin, Sighting } from '../../kernel/flow.ts'
import { addressOf } from '../values/addresses.ts'
import { foldersOf, hostOf } from '../values/implied.ts'
import { spellings, splitAt } from '../values/spellings.ts'
import { wordsOf } from '../values/words.ts'
import type { Forgotten } from './forgotten.ts'
import type { Passage, Passages } from './passages.ts'
import type { Taken, TakenField } from './taken.ts'

/** A field that held one value. */
export interface Listing {
  readonly answer: Taken
  readonly field: TakenField
}

/** All that one context remembers. */
export interface Remembered {
  readonly passages: Passages
  /** Whole values of fields, by their words. */
  readonly listed: ReadonlyMap<string, Listing>
  /** The same of fields that say who wrote something. */
  readonly authored: ReadonlyMap<string, Listing>
  /** Values that the subject brought along, and those that somebody vouched for, by their words. */
  readonly brought: ReadonlySet<string>
  readonly confirmed: ReadonlySet<string>
  readonly forgotten: Forgotten
  /** Kinds of data of the text that is forgotten. */
  readonly dropped: ReadonlySet<DataClass>
  readonly complete: boolean
  /** The tool that the arguments are for. */
  readonly server: string
  readonly target: string
}

/** Where a value came from. */
export interface Recalled {
  readonly origin: Origin
  readonly doubt?: true
  readonly sightings: readonly Sighting[]
}

const SUBJECT: Recalled = { origin: 'subject', sightings: [] }
const UNKNOWN: Recalled = { origin: 'untrusted', sightings: [] }
const MOST_SIGHTINGS = 3

/**
 * Where a value came from, as far as is remembered. Free text that names it counts before a list that holds
 * it: whoever wrote the text may have picked it from that list. The exception are values so short that text
 * holds them by chance.
 */
export function recall(remembered: Remembered, value: string): Recalled {
  const words = wordsOf(value)
  const key = words.join(' ')
  if (key === '') return SUBJECT
  const listing = remembered.listed.get(key)
  const author = listing ? undefined : remembered.authored.get(key)
  return (
    vouched(remembered, key, listing) ??
    doubtful(remembered, words, listing) ??
    mention(remembered, words, value) ??
    within(remembered, value) ??
    (author ? listed('untrusted', author) : undefined) ??
    (listing ? undefined : join(remembered.passages, words, value)) ??
    lost(remembered, words) ??
    (listing ? listed('listed', listing) : undefined) ??
    (remembered.complete ? SUBJECT : UNKNOWN)
  )
}

/** A value that is so short that any longer text holds it: nobody can tell whether that text means it. */
function doubtful(
  { passages }: Remembered,
  words: readonly string[],
  listing: Listing | undefined,
): Recalled | undefined {
  if (!isWeak(words)) return undefined
  const doubt = passages.hasForeign ? { doubt: true as const } : {}
  if (listing) return { ...listed('listed', listing), ...doubt }
  return passages.has(words[0] ?? '') ? undefined : { ...SUBJECT, ...doubt }
}

/** A path within a folder that text names, and that nobody else does. */
function within(remembered: Remembered, value: string): Recalled | undefined {
  for (const folder of foldersOf(value)) {
    const words = wordsOf(folder)
    if (words.length < 2 || remembered.brought.has(words.join(' '))) return undefined
    const named = mention(remembered, words, folder)
    if (named && named.origin !== 'listed') return named
  }
  return undefined
}

/** What nobody can call into question any more. */
function vouched(
  { confirmed, brought }: Remembered,
  key: string,
  listing: Listing | undefined,
): Recalled | undefined {
  if (confirmed.has(key)) return { origin: 'trusted', sightings: [] }
  if (brought.has(key)) return SUBJECT
  return listing?.field.trust === 'trusted' ? listed('trusted', listing) : undefined
}

function lost({ forgotten }: Remembered, words: readonly string[]): Recalled | undefined {
  const origin = forgotten.worst(words)
  return origin && { origin, sightings: [] }
}

/** Short enough that any longer text holds it without meaning it. */
function isWeak(words: readonly string[]): boolean {
  const [word = ''] = words
  return words.length === 1 && (word.length <= 2 || /^(?:\d{1,4}|(?=.*\d).{3})$/.test(word))
}

function mention(
  remembered: Remembered,
  words: readonly string[],
  value: string,
): Recalled | undefined {
  for (const spelling of spellings(words, value)) {
    const passages = [...remembered.passages.holding(spelling)].filter((one) => isMeant(one, value))
    const found = worst(
      passages.filter((one) => !isOwnReport(one, remembered, value)),
      value,
      'same',
    )
    if (found) return found
    const [report] = passages
    if (report) return listed('listed', report)
  }
  return undefined
}

/**
 * A server that says what it did names its own things, and a call to that server is about them. Addresses
 * are nobody's own.
 */
function isOwnReport({ answer, field }: Passage, { server }: Remembered, value: string): boolean {
  return field.part === 'report' && answer.server === server && addressOf(value) === undefined
}

/**
 * Whether a link leads to a host that the subject named, and is made of the words of one text that names that host:
 * whoever opens it tells the host nothing that whoever wrote that text did not know.
 */
export function isOnNamedSite({ brought, passages }: Remembered, link: string): boolean {
  const host = wordsOf(hostOf(link) ?? '')
  if (host.length === 0 || !brought.has(host.join(' '))) return false
  const words = wordsOf(link.replace(/^\s{0,8}https?:/i, ''))
  const sayers = passages.holding(host)
  return sayers.some((one) => words.every((word) => one.words.includes(` ${word} `)))
}

/** A path (`/data/x`) in a text, but only as a part of links, is another thing of the same name. */
function isMeant({ field, likeness }: Passage, value: string): boolean {
  if (!/^[~.]?[/\\]/.test(value) || likeness === 'decoded') return true
  const text = field.text.toLowerCase()
  const path = value.toLowerCase()
  let at = text.indexOf(path)
  // Folders in a row are the path, however it is written; a single one is a name like any other.
  if (at < 0) return value.split(/[/\\]/).filter((step) => step !== '').length > 1
  for (; at >= 0; at = text.indexOf(path, at + 1)) {
    if (!/[\p{L}\p{N}._~-]/u.test(text.charAt(at - 1))) return true
  }
  return false
}

function worst(found: Iterable<Passage>, value: string, likeness: Likeness): Recalled | undefined {
  const passages = [...found].toSorted((a, b) => rank(a) - rank(b))
  const [first] = passages
  if (first === undefined) return undefined
  return {
    origin: passages.some(({ trust }) => trust === 'trusted') ? 'trusted' : first.trust,
    sightings: passages
      .slice(0, MOST_SIGHTINGS)
      .map((one) => sightingOf(one, value, one.likeness === 'decoded' ? 'decoded' : likeness)),
  }
}

/** What anybody may have written first. */
function rank({ trust }: Passage): number {
  return trust === 'untrusted' ? 0 : 1
}

/** Pieces of which an address may have been put together. Texts hold most words of two letters, so few of them. */
const LEAST_PIECE = 3
const SHORTEST_PIECE = 2
const MOST_SHORT = 2
const LONGEST_PIECE = 32
const LONGEST_JOINED = 80
/** Pieces that many texts hold: they say nothing about where an address came from. */
const LEAST_TELLING = 6

/** An address that no text holds as a whole, and one answer holds in pieces. */
function join(passages: Passages, words: readonly string[], value: string): Recalled | undefined {
  const telling = tellingPart(words, value)
  if (telling === undefined) return undefined
  const pieces = telling.every((word) => passages.has(word))
    ? telling
    : piecesOf(telling.join(''), passages)
  return pieces && worst(passages.together(pieces), value, 'joined')
}

/**
 * The part of an address that tells it from others. Digits in the name before `@` tell it well enough, so
 * where such a mailbox is does not matter. Undefined for what is no address nor number.
 */
function tellingPart(words: readonly string[], value: string): readonly string[] | undefined {
  const address = addressOf(value)
  const digits = value.replace(/\D/g, '').length
  if (address === undefined && digits < LEAST_TELLING) return undefined
  const local = address && !address.link ? wordsOf(splitAt(value)[0]) : []
  const part = local.join('').replace(/\D/g, '').length >= LEAST_PIECE ? local : words
  const length = part.join('').length
  return length >= LEAST_TELLING && length <= LONGEST_JOINED ? part : undefined
}

/** Known words that make up a text when they are put together, if there are such. */
function piecesOf(text: string, passages: Passages): readonly string[] | undefined {
  const ends: (readonly string[] | undefined)[] = [[]]
  for (let end = SHORTEST_PIECE; end <= text.length; end++) {
    for (let start = Math.max(0, end - LONGEST_PIECE); start <= end - SHORTEST_PIECE; start++) {
      const before = ends[start]
      if (before === undefined) continue
      const piece = text.slice(start, end)
      if (!passages.has(piece)) continue
      ends[end] = [...before, piece]
      break
    }
  }
  const pieces = ends[text.length]
  const short = pieces?.filter((piece) => piece.length < LEAST_PIECE) ?? []
  return short.length <= MOST_SHORT ? pieces : undefined
}

function listed(origin: Origin, { answer, field }: Listing): Recalled {
  const { call, server, target } = answer
  const quote = field.text.slice(0, 200)
  return { origin, sightings: [{ call, server, target, field: field.at, likeness: 'same', quote }] }
}

const AROUND = 80

/** Where it was said, with what stands around it. */
export function sightingOf(
  { answer, field }: Pick<Passage, 'answer' | 'field'>,
  value: string,
  likeness: Likeness,
): Sighting {
  const { call, server, target } = answer
  const at = field.text.toLowerCase().indexOf(value.toLowerCase())
  const start = Math.max(0, (at < 0 ? 0 : at) - AROUND)
  const quote = field.text.slice(start, start + 200).trim()
  return { call, server, target, field: field.at, likeness, quote }
}
