import { expect, test } from 'vitest'
import { durationText, endOf, listText, stateOf } from './words.ts'

test.each([
  [{ verdict: 'permit', outcome: 'answered' }, 'permitted'],
  [{ verdict: 'permit', outcome: 'answered', approval: 'ap-1' }, 'approved'],
  [{ verdict: 'observed', outcome: 'answered' }, 'observed'],
  [{ verdict: 'ask', outcome: 'asked' }, 'asked'],
  [{ verdict: 'deny', outcome: 'denied' }, 'denied'],
  [{ verdict: null, outcome: 'failed' }, 'failed'],
  [{ verdict: null, outcome: null }, 'void'],
] as const)('%j is %s', (call, state) => {
  expect(stateOf(call)).toBe(state)
})

test('a call without an end runs, and after long was cut off', () => {
  const at = '2026-11-01T10:00:00.000Z'
  const now = Date.parse(at)
  expect(endOf({ outcome: null, at }, now + 60_000)).toBe('Running')
  expect(endOf({ outcome: null, at }, now + 3_600_000)).toBe('No end on record')
  expect(endOf({ outcome: 'tool_error', at }, now)).toBe('Tool error')
})

test('durations and lists are told as people do', () => {
  expect([0.2, 12.4, 1_250, 125_000].map(durationText)).toEqual([
    '<1 ms',
    '12 ms',
    '1.3 s',
    '2 m 5 s',
  ])
  expect([[], ['a'], ['a', 'b', 'c']].map(listText)).toEqual(['', 'a', 'a, b and c'])
})
