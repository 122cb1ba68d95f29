/** Buckets by key that refill evenly, in bounded memory. */
export interface TokenBuckets {
  /** Takes one token. 0 when there was one, else the milliseconds until there is. */
  take(key: string, now: number): number
}

interface BucketOptions {
  /** Tokens of a full bucket. */
  readonly most: number
  /** Milliseconds in which one token comes. */
  readonly every: number
  /**
   * Keys at once. Full buckets make place; while there is none, new keys get nothing, since whoever
   * invents keys must not make others be forgotten.
   */
  readonly maxKeys: number
}

export function tokenBuckets({ most, every, maxKeys }: BucketOptions): TokenBuckets {
  /** When each bucket is full again, in the order in which they were touched last. */
  const fullAt = new Map<string, number>()
  const makePlace = (now: number): number => {
    const [oldest] = fullAt
    if (fullAt.size < maxKeys || oldest === undefined) return 0
    if (oldest[1] > now) return oldest[1] - now
    fullAt.delete(oldest[0])
    return 0
  }
  return {
    take(key, now) {
      const known = fullAt.get(key)
      const wait = known === undefined ? makePlace(now) : known - now - (most - 1) * every
      if (wait > 0) return wait
      fullAt.delete(key)
      fullAt.set(key, Math.max(known ?? 0, now) + every)
      return 0
    },
  }
}
