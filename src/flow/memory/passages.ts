import type { Likeness, SourceTrust } from '../../kernel/flow.ts'
import { spokenWords, wordsOf } from '../values/words.ts'
import { Runs } from './runs.ts'
import type { Taken, TakenField } from './taken.ts'

/** A piece of free text that was read. */
export interface Passage {
  readonly answer: Taken
  readonly field: TakenField
  readonly trust: SourceTrust
  /** Its words with a space around each. */
  readonly words: string
  readonly likeness: Extract<Likeness, 'same' | 'decoded'>
}

/** Bytes that an index entry costs, about. */
const ENTRY = 24
/** Words of a passage: a long text is cut, with enough of both sides for every run that is looked for. */
const PIECE = 600
const OVERLAP = 24
/** Passages that are read for one run of words. Where more have all of its words, one of them will hold it. */
const MOST_READ = 128

/** The free text that a context has read, found again by its words. */
export class Passages {
  readonly #passages: (Passage | undefined)[] = []
  readonly #byWord = new Map<string, number[]>()
  readonly #runs = new Runs()
  #oldest = 0
  #size = 0
  /** Whether any free text was ever read that the operator does not trust. */
  hasForeign = false

  add(answer: Taken, field: TakenField, text: string, likeness: Passage['likeness']): void {
    const words = wordsOf(text)
    if (field.trust !== 'trusted' && words.length > 0) this.hasForeign = true
    for (let start = 0; start < words.length; start += PIECE - OVERLAP) {
      this.#addPiece(
        { answer, field, trust: field.trust, likeness },
        words.slice(start, start + PIECE),
      )
      if (start + PIECE >= words.length) break
    }
  }

  #addPiece(of: Omit<Passage, 'words'>, plain: readonly string[]): void {
    const spoken = spokenWords(plain)
    const words = ` ${[...plain, ...spoken.flatMap((word) => ['|', word])].join(' ')} `
    const at = this.#passages.push({ ...of, words }) - 1
    this.#size += costOf(words)
    this.#runs.add(plain, at)
    for (const word of new Set([...plain, ...spoken])) {
      const known = this.#byWord.get(word)
      if (known) known.push(at)
      else {
        this.#byWord.set(word, [at])
        this.#size += word.length + 3 * ENTRY
      }
      this.#size += ENTRY / 3
    }
  }

  /** Bytes, about. */
  get size(): number {
    return this.#size + this.#runs.size
  }

  has(word: string): boolean {
    return this.#byWord.has(word)
  }

  /** Passages that hold these words one after the other. */
  *holding(words: readonly string[]): Generator<Passage> {
    const rarest = this.#rarest(words)
    if (rarest === undefined) return
    const run = ` ${words.join(' ')} `
    let read = 0
    for (const at of rarest) {
      const passage = this.#passages[at]
      read += 1
      if (passage && (read > MOST_READ || passage.words.includes(run))) yield passage
      if (read > MOST_READ) return
    }
  }

  /** Passages that share a run of words with these. */
  sharing(words: readonly string[]): readonly Passage[] {
    return [...this.#runs.sharing(words)].flatMap((at) => this.#passages[at] ?? [])
  }

  /** Passages with each of the words, wherever they stand in the same answer. */
  *together(words: readonly string[]): Generator<Passage> {
    const lists = words.map((word) => this.#byWord.get(word) ?? [])
    const [first, ...others] = lists.toSorted((a, b) => a.length - b.length)
    // A word that stands in so many places stands in each answer, as far as it matters.
    const answers = others
      .filter((list) => list.length <= MOST_READ)
      .map((list) => new Set(list.map((at) => this.#passages[at]?.answer)))
    for (const at of (first ?? []).slice(0, MOST_READ)) {
      const passage = this.#passages[at]
      if (passage && answers.every((set) => set.has(passage.answer))) yield passage
    }
  }

  /** Takes the oldest passage out; its words are given to `forgotten`. Whether there was one. */
  drop(forgotten: (word: string, of: Passage) => void): boolean {
    while (this.#oldest < this.#passages.length && this.#passages[this.#oldest] === undefined)
      this.#oldest += 1
    const at = this.#oldest
    const passage = this.#passages[at]
    if (passage === undefined) return false
    this.#passages[at] = undefined
    this.#size -= costOf(passage.words)
    const [said = ''] = passage.words.split(' |', 1)
    this.#runs.drop(said.trim().split(' '), at)
    for (const word of new Set(passage.words.split(' '))) {
      if (word === '' || word === '|') continue
      forgotten(word, passage)
      this.#dropWord(word, at)
    }
    return true
  }

  #dropWord(word: string, at: number): void {
    const list = this.#byWord.get(word)
    if (list === undefined) return
    // Passages are dropped oldest first, so it stands at the beginning.
    while (list.length > 0 && (list[0] ?? 0) <= at) {
      list.shift()
      this.#size -= ENTRY / 3
    }
    if (list.length > 0) return
    this.#byWord.delete(word)
    this.#size -= word.length + 3 * ENTRY
  }

  #rarest(words: readonly string[]): readonly number[] | undefined {
    let best: readonly number[] | undefined
    for (const word of words) {
      const list = this.#byWord.get(word)
      if (list === undefined) return undefined
      if (best === undefined || list.length < best.length) best = list
    }
    return best
  }
}

/** A passage with its share of the text that it is from. */
function costOf(words: string): number {
  return 2 * words.length + 200
}
