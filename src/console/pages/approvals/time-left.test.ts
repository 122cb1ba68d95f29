import { expect, test } from 'vitest'
import { partLeft, spanInWords, timeLeft } from './time-left.ts'

test.each([
  [-1, 'time is up'],
  [0, 'time is up'],
  [400, '1 s left'],
  [59_000, '59 s left'],
  [60_000, '1 min 0 s left'],
  [599_999, '9 min 59 s left'],
  [600_000, '10 min left'],
  [3_600_000, '1 h left'],
  [5_460_000, '1 h 31 min left'],
])('%i ms: %s', (left, words) => {
  expect(timeLeft(1_000_000 + left, 1_000_000)).toBe(words)
})

test('the part that is left never leaves its bounds', () => {
  expect(partLeft(0, 100, 25)).toBe(0.75)
  expect(partLeft(0, 100, -5)).toBe(1)
  expect(partLeft(0, 100, 200)).toBe(0)
  expect(partLeft(5, 5, 5)).toBe(0)
})

test.each([
  [20_000, '20 seconds'],
  [60_000, '1 minute'],
  [1_800_000, '30 minutes'],
  [3_600_000, '1 hour'],
  [5_400_000, '90 minutes'],
  [28_800_000, '8 hours'],
])('%i ms are %s', (span, words) => {
  expect(spanInWords(span)).toBe(words)
})
