import { createLimits } from '../../limits/limits.ts'
import { memoryCounters } from '../../limits/memory-counters.ts'
import type { PolicySet } from '../../policy/policy.ts'
import type { Draft } from '../../policy/replay/replay.ts'

/** The limits of a draft, by a clock that the replay sets: nothing of them outlives it. */
export function replayLimits({ limits }: PolicySet): Pick<Draft, 'limits' | 'setTime'> {
  let now = 0
  const counters = memoryCounters({ clock: () => now })
  return {
    limits: createLimits({ definitions: () => limits, counters }),
    setTime: (time) => {
      now = time
    },
  }
}
