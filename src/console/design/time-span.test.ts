import { expect, test } from 'vitest'
import { localMoment, rangeIn, spanIn } from './time-span.ts'

const NOW = Date.parse('2026-03-10T12:30:45.678Z')

test('a span ends now, and begins at a whole minute', () => {
  expect(rangeIn({ span: '1h' }, NOW)).toEqual({ from: '2026-03-10T11:30:00.000Z' })
  expect(rangeIn({ span: '7d' }, NOW)).toEqual({ from: '2026-03-03T12:30:00.000Z' })
  expect(rangeIn({}, NOW, '24h')).toEqual({ from: '2026-03-09T12:30:00.000Z' })
  expect(rangeIn({}, NOW)).toEqual({})
})

test('moments in the address count before a span', () => {
  const from = '2026-01-01T00:00:00+02:00'
  expect(rangeIn({ from, span: '1h' }, NOW)).toEqual({ from: '2025-12-31T22:00:00.000Z' })
  expect(rangeIn({ to: '2026-01-01' }, NOW, '24h')).toEqual({ to: '2026-01-01T00:00:00.000Z' })
})

test('what cannot be read is not there', () => {
  expect(rangeIn({ from: 'soon', span: 'constructor' }, NOW, '1h')).toEqual({
    from: '2026-03-10T11:30:00.000Z',
  })
  expect(spanIn({ span: '2h' })).toBeUndefined()
})

test('a moment comes back from a field as it went in', () => {
  const written = localMoment('2026-03-10T12:30:00.000Z')
  expect(new Date(written).toISOString()).toBe('2026-03-10T12:30:00.000Z')
  expect(localMoment(undefined)).toBe('')
})
