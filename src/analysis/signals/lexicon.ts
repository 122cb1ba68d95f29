import { DROPPED, folded, PARTS } from '../text/fold.ts'
import { type Bits, bitsOf, type WordClass } from './classes.ts'
import { ACTS } from './lexicon/acts.ts'
import { MANNER } from './lexicon/manner.ts'
import { MATTERS } from './lexicon/matters.ts'

/**
 * Words by what they are for, between spaces, of all languages together: `word`, `stem*`, `several_words`,
 * `several_st*`. Whoever adds a language adds its words to each class.
 */
export type WordsOfClasses = Readonly<Partial<Record<WordClass, string>>>

/** What is known of a hash: the classes of the word, of those that begin so, and whether a phrase goes on. */
interface Entry {
  readonly word: Bits
  readonly stem: Bits
  readonly phrase: Bits
}

const NONE: Bits = { low: 0, high: 0 }
const ENTRIES = new Map<number, Entry>()
/** Most hashes are of no word: these bits say so at once. */
const FILTER = new Uint8Array(1 << 16)
const WORD = 1
const STEM = 2
const PHRASE = 4

/** Hashes one folded unit more. */
export function hashed(hash: number, unit: number): number {
  return (Math.imul(hash, 0x01000193) ^ unit) | 0
}

/** The hash of a word, and of words joined. */
export const EMPTY = 0x811c9dc5 | 0

export function joined(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) ^ second) | 0
}

/** The classes of a whole word. */
export function ofWord(hash: number): Bits {
  return has(hash, WORD) ? (ENTRIES.get(hash)?.word ?? NONE) : NONE
}

/** Whether a word may begin like this; and the classes of those that do. */
export function isStem(hash: number): boolean {
  return has(hash, STEM)
}

export function ofStem(hash: number): Bits {
  return ENTRIES.get(hash)?.stem ?? NONE
}

/** The classes of several words; words are hashed together with `joined`. */
export function ofPhrase(hash: number): Bits {
  return has(hash, PHRASE) ? (ENTRIES.get(hash)?.phrase ?? NONE) : NONE
}

function has(hash: number, kind: number): boolean {
  return ((FILTER[(hash ^ (hash >>> 16)) & 0xffff] ?? 0) & kind) !== 0
}

function learn(words: WordsOfClasses): void {
  for (const [name, list] of Object.entries(words)) {
    const bits = bitsOf([name as WordClass])
    for (const entry of list.trim().split(/\s+/)) add(entry, bits)
  }
}

function add(entry: string, bits: Bits): void {
  const stem = entry.endsWith('*')
  const words = (stem ? entry.slice(0, -1) : entry).split('_').filter((word) => word !== '')
  const hashes = words.map(hashOf)
  const first = hashes[0]
  if (first === undefined) return
  if (hashes.length === 1) note(first, stem ? STEM : WORD, bits)
  else {
    note(hashes.slice(1).reduce(joined, first), PHRASE, bits)
    if (stem) note(hashes.at(-1) ?? first, STEM, NONE)
  }
}

function note(hash: number, kind: number, bits: Bits): void {
  const old = ENTRIES.get(hash) ?? { word: NONE, stem: NONE, phrase: NONE }
  const slot = kind === WORD ? 'word' : kind === STEM ? 'stem' : 'phrase'
  const { low, high } = old[slot]
  ENTRIES.set(hash, { ...old, [slot]: { low: low | bits.low, high: high | bits.high } })
  const at = (hash ^ (hash >>> 16)) & 0xffff
  FILTER[at] = (FILTER[at] ?? 0) | kind
}

function hashOf(word: string): number {
  let hash = EMPTY
  for (let at = 0; at < word.length; at++) {
    const unit = folded(word.charCodeAt(at))
    if (unit !== DROPPED && unit !== PARTS) hash = hashed(hash, unit)
  }
  return hash
}

for (const words of [ACTS, MATTERS, MANNER]) learn(words)
