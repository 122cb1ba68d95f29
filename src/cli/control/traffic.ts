import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CallCounts, Records } from '../../audit/audit.ts'
import type { Clock } from '../../kernel/ports.ts'
import { remembered } from './remembered.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const SECONDS = 60
const HOURS = 24
/** Milliseconds for which a count is good. */
const FRESH = 1_000
/** An hour that ended so long ago has no more records to come: outcomes follow within seconds. */
const SETTLED = 60_000

/** What goes through the gateway, in numbers. */
export interface Traffic {
  seconds(): Promise<readonly CallCounts[]>
  hours(): Promise<readonly CallCounts[]>
}

/** Counts by seconds and by hours. Hours that are over are counted once. */
export function trafficOf(records: Pick<Records, 'counts'>, clock: Clock = Date.now): Traffic {
  const over = new Map<number, CallCounts>()
  const hourFrom = async (at: number, now: number): Promise<CallCounts> => {
    const known = over.get(at)
    if (known !== undefined) return known
    const [counts] = await records.counts({ since: at, before: at + HOUR, width: HOUR })
    const hour = counts ?? { at, calls: 0, denied: 0, asked: 0, failed: 0 }
    if (now - (at + HOUR) >= SETTLED) over.set(at, hour)
    return hour
  }
  const hours = async (): Promise<readonly CallCounts[]> => {
    const now = clock()
    const current = Math.floor(now / HOUR) * HOUR
    for (const at of over.keys()) if (at < current - HOURS * HOUR) over.delete(at)
    const counts: CallCounts[] = []
    for (let back = HOURS; back >= 0; back -= 1) {
      counts.push(await hourFrom(current - back * HOUR, now))
      // SQLite answers in this thread, where calls are waiting.
      await nextTurn()
    }
    return counts
  }
  const seconds = (): Promise<readonly CallCounts[]> => {
    const before = Math.floor(clock() / SECOND) * SECOND
    return records.counts({ since: before - SECONDS * SECOND, before, width: SECOND })
  }
  return { seconds: remembered(seconds, FRESH, clock), hours: remembered(hours, FRESH, clock) }
}
