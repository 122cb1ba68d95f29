import type { UpstreamToken } from '../../../kernel/credential.ts'
import type { Clock } from '../../../kernel/ports.ts'
import type { TokenPlace } from '../parts.ts'
import type { ProofKey } from '../protocol/proof-key.ts'
import { changeId } from './connection-rows.ts'

/** A token that is at hand. */
export interface Held {
  readonly version: number
  readonly issuer: string
  readonly token: UpstreamToken
  /** The header, where it is the same for all requests. */
  readonly headers: readonly string[]
  /** The key that the token is bound to. */
  readonly proof: ProofKey | undefined
  /** Until when it is used without a look at its row; milliseconds since the epoch. */
  readonly until: number
}

/** Milliseconds that something is in memory. */
const KEPT = 60_000
const MOST = 10_000

interface Entry {
  readonly held: Held | undefined
  /** Until when it is used without a look at the row. */
  readonly until: number
  readonly over: () => void
}

/** Tokens in memory, for a minute at most: who disconnects elsewhere is heard of soon. */
export interface TokenCache {
  /** What is at hand; `undefined` inside for an owner that has nothing; undefined where nobody looked. */
  get(key: string): { readonly held: Held | undefined } | undefined
  put(place: TokenPlace, held: Held | undefined): void
  drop(key: string): void
  clear(): void
}

/** @param onToken hears of each token while it is here. */
export function createTokenCache(
  clock: Clock,
  onToken: (value: string, about: TokenPlace) => () => void,
): TokenCache {
  const entries = new Map<string, Entry>()
  const timer = setInterval(() => sweep(), KEPT).unref()
  const drop = (key: string): void => {
    entries.get(key)?.over()
    entries.delete(key)
  }
  const sweep = (): void => {
    const now = clock()
    for (const [key, { until }] of entries) if (until <= now) drop(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      return entry !== undefined && entry.until > clock() ? entry : undefined
    },
    put(place, held) {
      const key = changeId(place)
      const over = held === undefined ? () => undefined : onToken(held.token, place)
      drop(key)
      const [oldest] = entries.keys()
      if (entries.size >= MOST && oldest !== undefined) drop(oldest)
      const until = Math.min(clock() + KEPT, held?.until ?? Number.POSITIVE_INFINITY)
      entries.set(key, { held, until, over })
    },
    drop,
    clear() {
      clearInterval(timer)
      for (const key of [...entries.keys()]) drop(key)
    },
  }
}
