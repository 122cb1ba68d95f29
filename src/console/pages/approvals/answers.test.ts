import { describe, expect, test } from 'vitest'
import { ApiError } from '../../api/api-error.ts'
import { faultOf, isUncertain } from './answer-faults.ts'
import { outcomeOf } from './outcome.ts'

const error = (code: string, status: number) => new ApiError('x', { code, status })

describe('what became of an answer', () => {
  const vote = (user: string, verdict: 'approve' | 'decline') => ({ user, verdict }) as never

  test.each([
    ['used', [vote('ann', 'approve')], 'arrived'],
    ['pending', [vote('ann', 'approve')], 'arrived'],
    ['pending', [vote('bo', 'approve')], 'not-arrived'],
    ['pending', [vote('ann', 'decline')], 'not-arrived'],
    ['approved', [vote('bo', 'approve')], 'over'],
    ['expired', [], 'over'],
  ] as const)('%s with %j: %s', (state, votes, outcome) => {
    expect(outcomeOf({ state, votes: [...votes] }, 'ann', 'approve')).toBe(outcome)
  })
})

describe('whether an answer may have been taken', () => {
  test.each([
    [error('unreachable', 0), true],
    [error('store_unavailable', 503), true],
    [new DOMException('late', 'TimeoutError'), true],
    [error('approval_over', 409), false],
    [error('evidence_refused', 403), false],
  ])('%s', (thrown, uncertain) => {
    expect(isUncertain(thrown)).toBe(uncertain)
  })
})

test('what is refused is explained, known or not', () => {
  expect(faultOf(error('approval_over', 409)).title).toBe('This request is over')
  expect(faultOf(error('evidence_refused', 403)).advice).toContain('Nothing has been approved')
  expect(faultOf(error('something_new', 418)).title).toBe('Your answer was not taken')
})
