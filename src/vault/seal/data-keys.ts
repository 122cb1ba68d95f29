import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '../../kernel/ports.ts'

/** Data keys that are in memory: for so long, and so many, at most. */
export interface DataKeys {
  /** The key of that name, which is unwrapped where it is not here. One that fails is not kept. */
  of(name: string, unwrap: () => Promise<Uint8Array>): Promise<KeyObject>
  put(name: string, key: KeyObject): void
  clear(): void
}

interface Entry {
  readonly key: KeyObject
  /** When it goes, however much it is used. */
  readonly until: number
}

/** @param ms how long a key stays; with 0, none does. */
export function dataKeys(clock: Clock, ms: number, most: number): DataKeys {
  // Least recently used first.
  const kept = new Map<string, Entry>()
  const under = new Map<string, Promise<KeyObject>>()
  let timer: NodeJS.Timeout | undefined
  let generation = 0

  const sweep = (): void => {
    timer = undefined
    const now = clock()
    for (const [name, { until }] of kept) if (until <= now) kept.delete(name)
    if (kept.size > 0) schedule()
  }
  const schedule = (): void => {
    timer ??= setTimeout(sweep, Math.max(ms, 1)).unref()
  }
  const put = (name: string, key: KeyObject): void => {
    if (ms <= 0) return
    kept.delete(name)
    kept.set(name, { key, until: clock() + ms })
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    schedule()
  }
  const fetched = async (name: string, unwrap: () => Promise<Uint8Array>): Promise<KeyObject> => {
    const begun = generation
    const key = keyOf(await unwrap())
    if (begun === generation) put(name, key)
    return key
  }
  return {
    put,
    async of(name, unwrap) {
      const found = kept.get(name)
      if (found !== undefined && found.until > clock()) {
        kept.delete(name)
        kept.set(name, found)
        return found.key
      }
      const running = under.get(name)
      if (running !== undefined) return running
      const begun = fetched(name, unwrap).finally(() => {
        if (under.get(name) === begun) under.delete(name)
      })
      under.set(name, begun)
      return begun
    },
    clear() {
      generation += 1
      kept.clear()
      under.clear()
      clearTimeout(timer)
      timer = undefined
    },
  }
}

/** A key object of the bytes, which are overwritten. Its own copy is cleared by Node when it is collected. */
export function keyOf(bytes: Uint8Array): KeyObject {
  try {
    if (bytes.byteLength !== 32) throw new RangeError('a data key has 32 bytes')
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
