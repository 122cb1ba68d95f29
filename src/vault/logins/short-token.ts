import type { Clock } from '../../kernel/ports.ts'
import { textAt } from './call-json.ts'

/** A token that was given for a while. */
export interface ShortToken {
  readonly token: string
  /** Milliseconds since the epoch; undefined when it has no end. */
  readonly until: number | undefined
}

/** A token of a login, which is made anew shortly before its end. */
export interface TokenSource {
  token(): Promise<string>
  /** Forgets it: it was refused. */
  drop(): void
}

/** Milliseconds before its end at which a token is not used any more. */
const MARGIN = 60_000

/** Keeps what `login` gives for as long as it is good; who asks meanwhile waits for the same login. */
export function shortToken(clock: Clock, login: () => Promise<ShortToken>): TokenSource {
  let kept: ShortToken | undefined
  let running: Promise<ShortToken> | undefined
  const fresh = ({ until }: ShortToken): boolean => until === undefined || until - MARGIN > clock()
  return {
    async token() {
      if (kept !== undefined && fresh(kept)) return kept.token
      running ??= login()
      const mine = running
      try {
        const got = await mine
        if (running === mine) kept = got
        return got.token
      } finally {
        if (running === mine) running = undefined
      }
    },
    drop() {
      kept = undefined
      running = undefined
    },
  }
}

/** When something is over that lasts so many seconds; a number or its text. At most a day. */
export function endOf(clock: Clock, seconds: unknown): number {
  const given = Number(seconds)
  return clock() + (given > 0 ? Math.min(given, 86_400) : 0) * 1_000
}

/** The token of an answer in the manner of OAuth (RFC 6749 section 5.1). */
export function bearerOf(
  who: string,
  answer: Readonly<Record<string, unknown>>,
  clock: Clock,
): ShortToken {
  const { expires_in: seconds } = answer
  return { token: textAt(who, answer, 'access_token'), until: endOf(clock, seconds) }
}
