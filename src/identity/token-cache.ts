import type { Authenticated } from '../kernel/authentication.ts'
import type { Clock } from '../kernel/ports.ts'
import type { KnownStanding } from './standings.ts'
import type { VerifiedToken } from './verified-token.ts'

/** Milliseconds after which a token is verified anew. */
const MAX_AGE = 60_000
const MAX_ENTRIES = 10_000

/** A token that was verified, with what is known of everybody in it. */
export interface TokenEntry {
  readonly token: VerifiedToken
  /** Milliseconds since the epoch, from when on it must be verified anew. */
  readonly until: number
  /** Of the subject, then of who acts for it. */
  readonly standings: readonly KnownStanding[]
  /** What it makes of a request. */
  readonly answer: Authenticated
}

/** Verified tokens by their digests. The tokens themselves are not kept. */
export interface TokenCache {
  /** Undefined when it is not there or over. */
  get(digest: string, now: number): TokenEntry | undefined
  put(digest: string, entry: TokenEntry): void
  /** Verifies a token, once for all who ask meanwhile. */
  share(digest: string, verify: () => Promise<VerifiedToken>): Promise<VerifiedToken>
  /** How often it was cleared. */
  generation(): number
  clear(): void
}

export function tokenCache(): TokenCache {
  const entries = new Map<string, TokenEntry>()
  const running = new Map<string, Promise<VerifiedToken>>()
  let generation = 0
  return {
    get(digest, now) {
      const entry = entries.get(digest)
      if (entry === undefined || now < entry.until) return entry
      entries.delete(digest)
      return undefined
    },
    put(digest, entry) {
      const [oldest] = entries.size >= MAX_ENTRIES ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
      entries.set(digest, entry)
    },
    share(digest, verify) {
      const known = running.get(digest)
      if (known !== undefined) return known
      const verifying = verify().finally(() => {
        if (running.get(digest) === verifying) running.delete(digest)
      })
      running.set(digest, verifying)
      return verifying
    },
    generation: () => generation,
    clear() {
      generation += 1
      entries.clear()
      running.clear()
    },
  }
}

/** Until when what is verified now need not be verified again. */
export function verifiedUntil({ expires }: VerifiedToken, clock: Clock): number {
  return Math.min(expires, clock() + MAX_AGE)
}
