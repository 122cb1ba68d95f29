import { sha256 } from '../../kernel/hash.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Seal } from '../../kernel/seal.ts'

/** Results that wait for people: sealed, in memory, each for the very call that it answers. */
export interface KeptResults {
  /** Keeps a text under a key. False for what is too large to be kept. */
  put(key: string, owner: string, text: string, until: number): boolean
  /** Keeps what is there for longer. */
  extend(key: string, until: number): void
  /** What is kept; `gone` for what was there and is not any more, told once; undefined for all else. */
  find(key: string): string | 'gone' | undefined
  drop(key: string): void
}

export interface KeptLimits {
  /** Results of one owner at once. */
  readonly each: number
  /** Results at once. */
  readonly all: number
  /** UTF-16 code units of one result, and of all together. */
  readonly size: number
  readonly sizeOfAll: number
}

interface Kept {
  readonly owner: string
  /** Undefined: it is gone, which is still to be told. */
  readonly sealed: string | undefined
  readonly until: number
}

/** Milliseconds for which it is known that something was kept, and is gone. */
const REMEMBERED = 24 * 60 * 60_000
/** Calls of which that is known. */
const MOST_REMEMBERED = 10_000

/** Makes it. Nobody is kept out: who keeps too many loses his own oldest. */
export function keptResults(seal: Seal, now: Clock, limits: KeptLimits): KeptResults {
  const all = new Map<string, Kept>()
  let size = 0

  const drop = (key: string): void => {
    size -= all.get(key)?.sealed?.length ?? 0
    all.delete(key)
  }
  const forget = (key: string, { owner, sealed }: Kept): void => {
    drop(key)
    if (sealed !== undefined) all.set(key, { owner, sealed: undefined, until: now() + REMEMBERED })
  }
  const sweep = (): void => {
    const time = now()
    for (const [key, kept] of [...all]) if (kept.until <= time) forget(key, kept)
    const gone = [...all].filter(([, { sealed }]) => sealed === undefined)
    for (const [key] of gone.slice(0, Math.max(0, gone.length - MOST_REMEMBERED))) drop(key)
  }
  const makeRoom = (owner: string, coming: number): void => {
    const live = [...all].filter(([, { sealed }]) => sealed !== undefined)
    const own = live.filter(([, kept]) => kept.owner === owner)
    for (const [key, kept] of own.slice(0, Math.max(0, own.length + 1 - limits.each)))
      forget(key, kept)
    for (const [key, kept] of live) {
      const left = [...all.values()].filter(({ sealed }) => sealed !== undefined).length
      if (left < limits.all && size + coming <= limits.sizeOfAll) return
      if (all.get(key)?.sealed !== undefined) forget(key, kept)
    }
  }
  const contextOf = (key: string): readonly string[] => ['withheld', key]
  return {
    put(given, owner, text, until) {
      if (text.length > limits.size) return false
      const key = sha256(given)
      const sealed = seal.seal(text, contextOf(key))
      sweep()
      drop(key)
      makeRoom(owner, sealed.length)
      all.set(key, { owner, sealed, until })
      size += sealed.length
      return true
    },
    extend(given, until) {
      const key = sha256(given)
      const kept = all.get(key)
      if (kept?.sealed !== undefined) all.set(key, { ...kept, until: Math.max(kept.until, until) })
    },
    find(given) {
      sweep()
      const key = sha256(given)
      const kept = all.get(key)
      if (kept === undefined) return undefined
      if (kept.sealed !== undefined) return seal.open(kept.sealed, contextOf(key))
      drop(key)
      return 'gone'
    },
    drop: (given) => drop(sha256(given)),
  }
}
