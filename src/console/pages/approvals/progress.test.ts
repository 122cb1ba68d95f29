import { expect, test } from 'vitest'
import { progressInWords, progressOf } from './progress.ts'

const lift = {
  approvers: ['group:security', 'user:bo'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 1,
} as const
const vote = (user: string, standsFor: string, verdict: 'approve' | 'decline' = 'approve') => ({
  user,
  standsFor,
  verdict,
  assurance: 'session' as const,
  channel: 'console' as const,
  at: '2026-01-01T00:00:00.000Z',
})
const words = (changes: object, ...votes: ReturnType<typeof vote>[]) =>
  progressInWords(progressOf({ lift: { ...lift, ...changes } as never, votes }))

test('any of those who are named', () => {
  expect(words({})).toBe('0 of 1. Still needed: somebody of security or bo')
  expect(words({}, vote('bo', 'user:bo'))).toBe('1 of 1')
  expect(words({ approvers: ['self'] })).toBe('0 of 1. Still needed: the person whose call it is')
})

test('several people', () => {
  expect(words({ quorum: 2, approvers: ['group:security'] }, vote('bo', 'group:security'))).toBe(
    '1 of 2. Still needed: somebody of security',
  )
})

test('who has answered is not still needed', () => {
  expect(words({ quorum: 2 }, vote('bo', 'user:bo'))).toBe(
    '1 of 2. Still needed: somebody of security',
  )
})

test('one for each', () => {
  expect(words({ each: true }, vote('bo', 'user:bo'))).toBe(
    '1 of 2. Still needed: somebody of security',
  )
  expect(words({ each: true }, vote('bo', 'user:bo'), vote('cy', 'group:security'))).toBe('2 of 2')
})

test('a refusal is no approval', () => {
  expect(words({}, vote('bo', 'user:bo', 'decline'))).toMatch(/^0 of 1/)
})
