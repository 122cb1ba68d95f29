import { expect, test } from 'vitest'
import { relativeTime } from './relative-time.ts'

test('a moment is told in the largest unit that fits, before and after', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const told = [0, -4, -5, -59, -60, -3_599, -3_600, -86_399, -86_400, 90, 7_200].map((seconds) =>
    relativeTime(now + seconds * 1_000, now),
  )
  expect(told).toEqual([
    'now',
    'now',
    '5s ago',
    '59s ago',
    '1m ago',
    '59m ago',
    '1h ago',
    '23h ago',
    '1d ago',
    'in 1m',
    'in 2h',
  ])
})
