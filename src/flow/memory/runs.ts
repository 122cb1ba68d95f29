import { randomInt } from 'node:crypto'

/** Words in a row that two texts hardly share by chance. */
export const RUN = 5
/** One run in so many is kept: of a sentence that is repeated, some are. */
const KEPT = 4
/** Bytes that an entry costs, about. */
const ENTRY = 40

/** Runs of words of texts that were read, by their hash: what repeats one is found whatever stands around it. */
export class Runs {
  // Whoever knew the seed could make text none of whose runs is kept.
  readonly #seed = randomInt(2 ** 31) | 1
  readonly #texts = new Map<number, number>()

  /** Bytes. */
  get size(): number {
    return this.#texts.size * ENTRY
  }

  add(words: readonly string[], text: number): void {
    for (const run of this.#runsOf(words)) this.#texts.set(run, text)
  }

  drop(words: readonly string[], text: number): void {
    for (const run of this.#runsOf(words))
      if (this.#texts.get(run) === text) this.#texts.delete(run)
  }

  /** The texts that share a run with these words. */
  sharing(words: readonly string[]): ReadonlySet<number> {
    const found = new Set<number>()
    for (const run of this.#runsOf(words)) {
      const text = this.#texts.get(run)
      if (text !== undefined) found.add(text)
    }
    return found
  }

  #runsOf(words: readonly string[]): readonly number[] {
    const hashes = words.map((word) => hashOf(word, this.#seed))
    const runs: number[] = []
    for (let at = 0; at + RUN <= hashes.length; at++) {
      let run = this.#seed
      for (let next = at; next < at + RUN; next++)
        run = Math.imul(run ^ (hashes[next] ?? 0), 0x9e3779b1) ^ (run >>> 15)
      if ((run >>> 7) % KEPT === 0) runs.push(run)
    }
    return runs
  }
}

function hashOf(word: string, seed: number): number {
  let hash = seed
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 13)
}
