import { expect, test } from 'vitest'
import { alertOf } from './notice.ts'

test('what changes, is added or comes back is told of; a first look is none of that', () => {
  const quarantined = { event: 'definition.quarantined', outcome: 'done' } as const
  for (const cause of ['changed', 'added', 'returned', 'no-room'])
    expect(alertOf({ ...quarantined, detail: { cause } })).toBe('alert.drift')
  expect(alertOf({ ...quarantined, detail: { cause: 'first' } })).toBeUndefined()
  const refused = { ...quarantined, outcome: 'refused', detail: { cause: 'changed' } } as const
  expect(alertOf(refused)).toBeUndefined()
  expect(alertOf({ event: 'code.replayed', outcome: 'refused' })).toBe('alert.code_replayed')
  expect(alertOf({ event: 'definition.approved', outcome: 'done' })).toBeUndefined()
})
