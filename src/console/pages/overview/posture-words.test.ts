import { expect, test } from 'vitest'
import { capital, codeParts, fixPlace, sumText } from './posture-words.ts'

test('the sum counts, and weighs nothing', () => {
  expect(sumText([])).toBe('nothing open')
  expect(sumText(['warning', 'info', 'warning', 'critical'])).toBe(
    '1 critical · 2 warnings · 1 note',
  )
})

test.each([
  ['/approvals', { page: 'approvals' }],
  [
    '/identity/agents?show=orphans',
    { page: 'identity', item: 'agents', search: { show: 'orphans' } },
  ],
  ['/', { page: 'overview' }],
  ['/elsewhere', undefined],
])('%s is a place', (address, place) => {
  expect(fixPlace(address)).toEqual(place)
})

test('names between backticks are told apart', () => {
  expect(codeParts('policies watch `db` alone')).toEqual([
    { at: 0, code: false, part: 'policies watch ' },
    { at: 1, code: true, part: 'db' },
    { at: 2, code: false, part: ' alone' },
  ])
  expect(capital('élan')).toBe('Élan')
})
