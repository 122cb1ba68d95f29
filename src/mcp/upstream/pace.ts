import type { Readable } from 'node:stream'
import type { Clock } from '../../kernel/ports.ts'

/** A budget that refills: what somebody may send us without being slowed down. */
export interface Pace {
  /** Takes from it; what is negative is given back. */
  spend(cost: number): void
  /** Milliseconds until it is even again; 0 while it is not overdrawn. */
  wait(): number
}

interface PaceOptions {
  /** Units that come back in a second. */
  readonly rate: number
  /** Most units that it holds, which is also what it begins with. */
  readonly burst: number
  readonly clock: Clock
}

/** Makes a full budget. */
export function createPace({ rate, burst, clock }: PaceOptions): Pace {
  let level = burst
  let at = clock()
  const refill = (): void => {
    const now = clock()
    level = Math.min(burst, level + (Math.max(0, now - at) * rate) / 1000)
    at = now
  }
  return {
    spend: (cost) => {
      refill()
      level = Math.min(burst, level - cost)
    },
    wait: () => {
      refill()
      return level >= 0 ? 0 : Math.ceil((-level * 1000) / rate)
    },
  }
}

/**
 * Reads a stream no faster than its budget: each byte costs one unit, and `take` may spend more, or give
 * back. What is not read fills the pipe, and then whoever writes has to wait.
 *
 * @param onFlood called once, the first time that it has to.
 */
export function readPaced(
  stream: Readable,
  pace: Pace,
  take: (chunk: Buffer) => void,
  onFlood: () => void,
): void {
  let flooded = false
  stream.on('data', (chunk: Buffer) => {
    pace.spend(chunk.length)
    take(chunk)
    const wait = pace.wait()
    if (wait === 0) return
    if (!flooded) onFlood()
    flooded = true
    stream.pause()
    setTimeout(() => stream.resume(), wait).unref()
  })
}
