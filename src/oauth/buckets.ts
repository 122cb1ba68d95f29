import type { Clock } from '../kernel/ports.ts'

/** Buckets of tokens by key that refill evenly. In the memory of one process, bounded. */
export interface Buckets {
  /** Takes a token. 0 when there was one, else the milliseconds until there is. */
  take(key: string): number
  /** Milliseconds until there is a token; 0 for now. */
  wait(key: string): number
  /** Takes a token, also where there is none: those who go on wait the longer. */
  count(key: string): void
}

interface BucketOptions {
  /** Tokens of a full bucket. */
  readonly most: number
  /** Milliseconds in which one token comes. */
  readonly every: number
  /** Keys at once. Full buckets make place. */
  readonly maxKeys: number
  /**
   * What happens while there is no place. `refuse`: new keys get nothing, since whoever invents keys
   * must not make others be forgotten. `forget`: the one idle longest is forgotten, where refusing
   * strangers would let whoever invents keys shut out everybody else.
   */
  readonly overflow: 'refuse' | 'forget'
  readonly clock: Clock
}

export function buckets({ most, every, maxKeys, overflow, clock }: BucketOptions): Buckets {
  /** When each bucket is full again, in the order in which they were touched last. */
  const fullAt = new Map<string, number>()

  const waitForPlace = (): number => {
    const [oldest] = fullAt.values()
    if (overflow === 'forget' || fullAt.size < maxKeys || oldest === undefined) return 0
    return Math.max(0, oldest - clock())
  }
  const wait = (key: string): number => {
    const at = fullAt.get(key)
    return at === undefined ? waitForPlace() : Math.max(0, at - clock() - (most - 1) * every)
  }
  const count = (key: string): void => {
    const from = Math.max(fullAt.get(key) ?? 0, clock())
    fullAt.delete(key)
    fullAt.set(key, from + every)
    const [oldest] = fullAt.keys()
    if (fullAt.size > maxKeys && oldest !== undefined) fullAt.delete(oldest)
  }
  return {
    wait,
    count,
    take(key) {
      const ms = wait(key)
      if (ms === 0) count(key)
      return ms
    },
  }
}
