import type { Clock } from '../../kernel/ports.ts'

/** Milliseconds in which a client that was refused comes back. */
const SOON = 10_000
const MOST_GRANTS = 10_000

/**
 * Grants that a resource just refused for want of scopes. Some clients then refresh, which gives them
 * no more than they had, and only ask the person when they cannot: so their next refresh fails, once.
 * In memory: on another replica such a client does not step up by itself.
 */
export interface WantedConsent {
  /** @param until milliseconds since the epoch, from when on there is reason to refresh. */
  note(grant: string, until: number): void
  /** Whether it was noted just now. That is forgotten. */
  take(grant: string): boolean
}

export function wantedConsent(clock: Clock): WantedConsent {
  const ends = new Map<string, number>()
  return {
    note(grant, until) {
      const [oldest] = ends.keys()
      ends.delete(grant)
      if (ends.size >= MOST_GRANTS && oldest !== undefined) ends.delete(oldest)
      ends.set(grant, Math.min(until, clock() + SOON))
    },
    take(grant) {
      const end = ends.get(grant)
      ends.delete(grant)
      return end !== undefined && clock() < end
    },
  }
}
