import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../kernel/ports.ts'
import type { ChangeFeed } from '../store/change-feed.ts'

/** Milliseconds without news of changes after which revocations may have been missed. */
const LOST = 2_000
/** Milliseconds that requests wait for news then: a machine that slept needs a moment. */
const PATIENCE = 1_000
/** Milliseconds after a wait that was in vain in which nobody waits again. The feed goes on looking. */
const PAUSE = 5_000

/** Whether what is known of revocations is all that there is to know. */
export interface News {
  isCurrent(now: number): boolean
  /** The same, after one more look if it must be. */
  find(): Promise<boolean>
}

export function newsOf(feed: Pick<ChangeFeed, 'aliveAt' | 'poke'>, clock: Clock): News {
  let waiting: Promise<boolean> | undefined
  let inVain = Number.NEGATIVE_INFINITY

  const isCurrent = (now: number): boolean => now - feed.aliveAt() <= LOST
  const wait = async (): Promise<boolean> => {
    const patience = new AbortController()
    await Promise.race([
      feed.poke(),
      sleep(PATIENCE, undefined, { signal: patience.signal, ref: false }).catch(() => {}),
    ])
    patience.abort()
    if (isCurrent(clock())) return true
    inVain = clock()
    return false
  }

  return {
    isCurrent,
    find: async () => {
      const now = clock()
      if (isCurrent(now)) return true
      if (Math.abs(now - inVain) < PAUSE) return false
      waiting ??= wait().finally(() => {
        waiting = undefined
      })
      return waiting
    },
  }
}
