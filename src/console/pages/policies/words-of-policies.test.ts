import { expect, test } from 'vitest'
import { durationOf, effectOf, liftedBy, type Policy } from './words-of-policies.ts'

const LIFT: NonNullable<Policy['lift']> = {
  by: 'approval',
  approvers: ['self', 'group:owners'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 600_000,
}

test('a forbid that somebody can lift asks', () => {
  expect(effectOf({ effect: 'forbid', lift: LIFT })).toBe('ask')
  expect(effectOf({ effect: 'forbid' })).toBe('forbid')
  expect(effectOf({ effect: 'permit' })).toBe('permit')
})

test.each([
  [{ quorum: 1, each: false }, 'self, group:owners'],
  [{ quorum: 2, each: false }, '2 of self, group:owners'],
  [{ quorum: 1, each: true }, 'each of self, group:owners'],
])('%j is lifted by %s', (more, words) => {
  expect(liftedBy({ ...LIFT, ...more })).toBe(words)
})

test.each([
  [1_800_000, '30 min'],
  [3_600_000, '1 h'],
  [90_000, '90 s'],
  [1_500, '1500 ms'],
])('%d ms are %s', (milliseconds, words) => {
  expect(durationOf(milliseconds)).toBe(words)
})
