import { randomInt } from 'node:crypto'
import type { Origin, SourceTrust } from '../../kernel/flow.ts'

/** Bits of each filter: 2 × 128 KiB in all. */
const BITS = 1 << 20
const HASHES = 4
/** Words after which a filter would say yes to a tenth of all others. */
const MOST = 250_000

/**
 * What free text once said and is not kept any more, as words: a Bloom filter for each trust. It never says
 * no to what was there; where it says yes by chance, a value counts as untrusted that is not.
 */
export class Forgotten {
  // Whoever knew the seed could make words that fill it: each filter has its own.
  readonly #seed = randomInt(2 ** 31)
  readonly #filters = new Map<SourceTrust, Uint8Array>()
  #words = 0

  /** Bytes. */
  get size(): number {
    return this.#filters.size * (BITS / 8)
  }

  /** Whether it is too full to tell anything. */
  get full(): boolean {
    return this.#words > MOST
  }

  add(word: string, trust: SourceTrust): void {
    const filter = this.#filters.get(trust) ?? new Uint8Array(BITS / 8)
    this.#filters.set(trust, filter)
    this.#words += 1
    for (const bit of this.#bits(word))
      filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7))
  }

  /** The worst origin of a value all of whose words were said in forgotten text; undefined if there is none. */
  worst(words: readonly string[]): Origin | undefined {
    for (const trust of ['untrusted', 'members'] as const) {
      const filter = this.#filters.get(trust)
      const said = (word: string): boolean =>
        filter !== undefined &&
        this.#bits(word).every((bit) => ((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0)
      if (filter && words.every(said)) return trust
    }
    return undefined
  }

  #bits(word: string): readonly number[] {
    let one = this.#seed | 0
    let two = ~this.#seed | 0
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at)
      one = Math.imul(one ^ code, 0x01000193)
      two = Math.imul(two ^ code, 0x85ebca6b) ^ (two >>> 13)
    }
    return Array.from({ length: HASHES }, (_, at) => (one + Math.imul(at, two | 1)) & (BITS - 1))
  }
}
