import { expect, test } from 'vitest'
import type { CallCounts } from '../../audit/audit.ts'
import { trafficOf } from './traffic.ts'

const HOUR = 3_600_000
const START = 1_780_000_000_000 - (1_780_000_000_000 % HOUR)

test('hours that are over are counted once, and forgotten after a day', async () => {
  let now = START + 30 * 60_000
  const asked: number[] = []
  const counts = async ({ since }: { since: number }): Promise<readonly CallCounts[]> => {
    asked.push(since)
    return since === START ? [{ at: since, calls: 7, denied: 1, asked: 0, failed: 0 }] : []
  }
  const traffic = trafficOf({ counts }, () => now)
  const first = await traffic.hours()
  expect(first).toHaveLength(25)
  expect(first.at(-1)).toEqual({ at: START, calls: 7, denied: 1, asked: 0, failed: 0 })
  expect(first[0]).toEqual({ at: START - 24 * HOUR, calls: 0, denied: 0, asked: 0, failed: 0 })
  expect(asked).toHaveLength(25)
  // The current hour may have more to come.
  now += 2_000
  await traffic.hours()
  expect(asked.slice(25)).toEqual([START])
  now += HOUR
  const later = await traffic.hours()
  expect(asked.slice(26)).toEqual([START, START + HOUR])
  expect(later[0]?.at).toBe(START - 23 * HOUR)
  await traffic.hours()
  expect(asked).toHaveLength(28)
})
