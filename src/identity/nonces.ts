import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/ports.ts'

/** Milliseconds that a nonce is the current one. It is taken for twice as long. */
const SLICE = 120_000
/** 132 random-looking bits. */
const LENGTH = 22

/** Nonces for proofs of possession (RFC 9449 section 9). Nothing is kept: a nonce says its time. */
export interface Nonces {
  current(): string
  /** Whether a nonce is ours and of this time; `old` when the next one should be told. */
  check(nonce: string): 'fresh' | 'old' | 'unknown'
}

/** @param secret 32 bytes, the same for all replicas. */
export function nonces(secret: Uint8Array, clock: Clock): Nonces {
  if (secret.length < 32) throw new RangeError('the secret of nonces is too short')
  const made = new Map<number, string>()

  const nonceOf = (slice: number): string => {
    const known = made.get(slice)
    if (known !== undefined) return known
    if (made.size > 8) made.clear()
    const mac = createHmac('sha256', secret).update(`dpop-nonce ${slice}`).digest('base64url')
    const nonce = mac.slice(0, LENGTH)
    made.set(slice, nonce)
    return nonce
  }
  const slice = (): number => Math.floor(clock() / SLICE)

  return {
    current: () => nonceOf(slice()),
    check(nonce) {
      const now = slice()
      // The next one, too: another replica's clock may be ahead.
      if (same(nonce, nonceOf(now)) || same(nonce, nonceOf(now + 1))) return 'fresh'
      return same(nonce, nonceOf(now - 1)) ? 'old' : 'unknown'
    },
  }
}

function same(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
