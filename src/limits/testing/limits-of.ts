import type { AccessRequest } from '../../kernel/access.ts'
import type { LimitDefinition, Limits, Reservation, Used } from '../../kernel/limits.ts'
import { createLimits } from '../limits.ts'
import { memoryCounters } from '../memory-counters.ts'
import { request } from './requests.ts'

export const START = 1_790_000_040_000

/** Limits that count in memory, with a clock and definitions that the test changes. */
export function limitsOf(...definitions: readonly LimitDefinition[]) {
  let current = definitions
  let time = START
  const counters = memoryCounters({ clock: () => time })
  const limits = createLimits({ definitions: () => current, counters })
  return {
    ...limits,
    counters,
    pass: (milliseconds: number) => {
      time += milliseconds
    },
    replace: (...others: readonly LimitDefinition[]) => {
      current = others
    },
  }
}

/** How many of the calls pass, one after the other. */
export async function passed(
  limits: Limits,
  calls: readonly AccessRequest[],
  named: readonly string[] = [],
): Promise<number> {
  let count = 0
  for (const call of calls) if (!('limit' in (await limits.reserve(call, named)))) count += 1
  return count
}

export const times = (count: number, call = request()): readonly AccessRequest[] =>
  Array.from({ length: count }, () => call)

/** Reserves, and expects that there is room. */
export async function reserved(limits: Limits, call = request()): Promise<Reservation> {
  const answer = await limits.reserve(call, [])
  if ('limit' in answer) throw new Error(answer.reason)
  return answer
}

export const used =
  (more: Partial<Used> = {}) =>
  (): Used => ({ bytes: 0, rows: 0, ...more })
