import { expect, test } from 'vitest'
import { statusOf } from './status.ts'

// The table of the protocol, as literals: what a client sees must not change by accident.
test.each([
  [-32700, 400],
  [-32600, 400],
  [-32601, 404],
  [-32602, 200],
  [-32603, 200],
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
  [-32042, 200],
  [-31007, 429],
  [-31010, 200],
  [-31012, 200],
  [-31021, 200],
  [-31030, 503],
  [-31033, 503],
  [12345, 200],
])('error %i travels with %i in the modern era, with 200 in the legacy era', (code, status) => {
  const response = { kind: 'error', id: 1, error: { code, message: '' } } as const
  expect(statusOf(response, 'modern')).toBe(status)
  expect(statusOf(response, 'legacy')).toBe(200)
})

test('a result travels with 200', () => {
  expect(statusOf({ kind: 'result', id: 1, result: {} }, 'modern')).toBe(200)
})

test('a failure of our own making travels with 500', () => {
  const error = { code: -32603, message: '', data: { code: 'internal' } }
  expect(statusOf({ kind: 'error', id: 1, error }, 'modern')).toBe(500)
})
