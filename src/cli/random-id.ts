import { randomFillSync } from 'node:crypto'
import type { RandomId } from '../kernel/ports.ts'

/** Bytes of one id's random part. */
const SIZE = 16
/** Ids drawn from the system's generator at once: a draw costs more than all that is made of it. */
const DRAWN = 256

/**
 * Makes ids that begin with the time, so that records and indexes keep to one end, and go on with 128
 * random bits, so that nobody guesses them.
 */
export function randomIds(): RandomId {
  const pool = Buffer.alloc(SIZE * DRAWN)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const random = pool.toString('base64url', used, used + SIZE)
    // What was given out is not kept.
    pool.fill(0, used, used + SIZE)
    used += SIZE
    return `${Date.now().toString(36)}-${random}`
  }
}
