import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { PlantedFinder } from '../kernel/content.ts'

/** Letters and digits that are looked at together. */
const WINDOW = 16
/** The first test of a window is a bit of these. */
const BITS = 22

/** The number of a letter or digit, the same in both cases; 0: none. */
const CODES = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 36)
  return Number.isNaN(digit) ? 0 : digit + 1
})

interface Hit {
  readonly start: number
  end: number
  readonly canary: string
}

/** Recognises values that it was told of, wherever they stand in a text. It keeps none of them. */
export interface Finder {
  /** @param parts each with at least 16 letters and digits. */
  add(canary: string, parts: readonly string[]): void
  remove(canary: string): void
  /** Linear in the text, whatever is planted. Case, and what is neither letter nor digit, do not count. */
  readonly find: PlantedFinder
}

/** Makes one that knows nothing yet. */
export function createFinder(): Finder {
  // Nothing outlives the process, so the keys need not either.
  const key = createSecretKey(randomBytes(32))
  const base = randomBytes(4).readInt32LE() | 1
  const out = power(base, WINDOW)
  const bits = new Uint32Array(2 ** (BITS - 5))
  const rolled = new Set<number>()
  const canaries = new Map<string, string>()
  const proofs = new Map<string, readonly string[]>()

  const proofOf = (codes: Uint8Array): string =>
    createHmac('sha256', key).update(codes).digest('base64')
  const roll = (text: string, each: (sum: number, window: Window) => void): void => {
    const window = new Window()
    let sum = 0
    for (let i = 0; i < text.length; i++) {
      const code = CODES[text.charCodeAt(i)] ?? 0
      if (code === 0) continue
      sum = (Math.imul(sum, base) + code - Math.imul(window.push(code, i), out)) | 0
      if (window.seen >= WINDOW) each(sum, window)
    }
  }
  const mayKnow = (sum: number): boolean => {
    const bit = sum >>> (32 - BITS)
    return ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0 && rolled.has(sum)
  }

  return {
    add(canary, parts) {
      // Turned round as well: nothing shows that a value was, as words would.
      const ways = parts.flatMap((part) => [part, [...part].reverse().join('')])
      const made = ways.flatMap((part) => {
        const all: string[] = []
        const length = part.replace(/[^a-z0-9]/gi, '').length
        roll(part, (sum, window) => {
          // Windows that touch each other cover all of it.
          if (window.seen % WINDOW !== 0 && window.seen !== length) return
          const bit = sum >>> (32 - BITS)
          bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31))
          rolled.add(sum)
          all.push(proofOf(window.codes()))
        })
        return all
      })
      for (const proof of made) canaries.set(proof, canary)
      proofs.set(canary, made)
    },
    remove(canary) {
      for (const proof of proofs.get(canary) ?? []) canaries.delete(proof)
      proofs.delete(canary)
    },
    find(text) {
      if (canaries.size === 0) return []
      const hits: Hit[] = []
      roll(text, (sum, window) => {
        if (!mayKnow(sum)) return
        const canary = canaries.get(proofOf(window.codes()))
        if (canary !== undefined) join(hits, canary, window)
      })
      return hits
    },
  }
}

/** What touches the hit before it, of the same decoy, is one with it. */
function join(hits: Hit[], canary: string, window: Window): void {
  const last = hits.at(-1)
  const next = { start: window.first(), end: window.last() + 1, canary }
  if (last?.canary === canary && window.before() < last.end) last.end = next.end
  else hits.push(next)
}

/** The last letters and digits of a text. */
class Window {
  seen = 0
  private readonly ring = new Uint8Array(WINDOW)
  private readonly at = new Int32Array(WINDOW)
  /** Where the one stood that went out last. */
  private left = -1

  /** @returns the one that goes out; 0: none. */
  push(code: number, at: number): number {
    const slot = this.seen++ % WINDOW
    const out = this.ring[slot] ?? 0
    if (out !== 0) this.left = this.at[slot] ?? -1
    this.ring[slot] = code
    this.at[slot] = at
    return out
  }

  codes(): Uint8Array {
    return Uint8Array.from(this.ring, (_, i) => this.ring[(this.seen + i) % WINDOW] ?? 0)
  }

  first(): number {
    return this.at[this.seen % WINDOW] ?? 0
  }

  before(): number {
    return this.left
  }

  last(): number {
    return this.at[(this.seen - 1) % WINDOW] ?? 0
  }
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base)
  return result
}
