/** Counts failures by key, so that trying is slow. In the memory of one process, bounded. */
export interface Attempts {
  /** Milliseconds until another attempt may be made; 0 for now. */
  wait(key: string): number
  count(key: string): void
}

interface AttemptsOptions {
  /** How many in a row. */
  readonly most: number
  /** Milliseconds after which one more may be made. */
  readonly every: number
  readonly now: () => number
  /** Keys at once; the one that is idle longest is forgotten first. */
  readonly maxKeys?: number
}

/** A bucket for each key that refills evenly. */
export function attempts({ most, every, now, maxKeys = 10_000 }: AttemptsOptions): Attempts {
  /** When the bucket of a key will be full again. */
  const full = new Map<string, number>()
  return {
    wait(key) {
      const at = full.get(key)
      return at === undefined ? 0 : Math.max(0, at - now() - (most - 1) * every)
    },
    count(key) {
      const from = Math.max(full.get(key) ?? 0, now())
      full.delete(key)
      full.set(key, from + every)
      const [oldest] = full.keys()
      if (full.size > maxKeys && oldest !== undefined) full.delete(oldest)
    },
  }
}
