import type { Clock, RandomId } from '../../kernel/ports.ts'

/**
 * Rounds of approved calls that may still come, each once: a server that asks more must not make an
 * approval for one call into one for many. Kept here alone, so another replica, or this one started
 * again, lets none of them pass.
 */
export interface Passes {
  /** Names a round that may come until then (milliseconds since the epoch). */
  issue(until: number): string
  /** True once for a name that was issued, in time. */
  take(pass: string): boolean
}

/** @param limit rounds that may be awaited at once; the oldest is given up for one more. */
export function createPasses(now: Clock, randomId: RandomId, limit: number): Passes {
  const awaited = new Map<string, number>()
  const sweep = (): void => {
    const time = now()
    for (const [pass, until] of awaited) if (until <= time) awaited.delete(pass)
    for (const [pass] of awaited) {
      if (awaited.size < limit) break
      awaited.delete(pass)
    }
  }
  return {
    issue(until) {
      if (awaited.size >= limit) sweep()
      const pass = randomId()
      awaited.set(pass, until)
      return pass
    },
    take(pass) {
      const until = awaited.get(pass)
      return awaited.delete(pass) && until !== undefined && until > now()
    },
  }
}
