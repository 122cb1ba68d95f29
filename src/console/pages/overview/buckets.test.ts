import { expect, test } from 'vitest'
import { barOf, barsOf, counted, type Heard, heardOf, scaleOf } from './buckets.ts'

const AT = Date.parse('2026-11-01T10:00:00Z')
const second = (offset: number) => AT + offset * 1_000

test('a call counts once: as it leaves, or as it is refused', () => {
  const at = new Date(AT + 250).toISOString()
  expect(heardOf({ at, phase: 'intent', verdict: 'permit' })?.second).toBe(AT)
  expect(heardOf({ at, phase: 'outcome', verdict: null })).toBeUndefined()
  expect(heardOf({ at, phase: 'outcome', verdict: 'deny' })?.verdict).toBe('deny')
  expect(heardOf({ at: 'x', phase: 'intent' })).toBeUndefined()
})

test('seconds are those of the gateway, and of the stream where it has not counted', () => {
  const heard = new Map<number, Heard>([[second(-99), { calls: 1, denied: 0, asked: 0 }]])
  for (const verdict of ['permit', 'deny', 'ask'])
    counted(heard, { second: second(-1), verdict }, second(-60))
  counted(heard, { second: second(-2), verdict: 'permit' }, second(-60))
  expect([...heard.keys()]).toEqual([second(-1), second(-2)])
  const told = [
    { at: new Date(second(-2)).toISOString(), calls: 9, denied: 3, asked: 1, failed: 0 },
  ]
  expect(barsOf(told, heard, AT + 400, 3)).toEqual([
    { at: second(-3), calls: 0, permitted: 0, asked: 0, denied: 0 },
    { at: second(-2), calls: 9, permitted: 6, asked: 1, denied: 2 },
    { at: second(-1), calls: 3, permitted: 1, asked: 1, denied: 1 },
  ])
})

test('the parts of a bar are its calls', () => {
  const { calls, permitted, asked, denied } = barOf(AT, { calls: 7, denied: 4, asked: 3 })
  expect(permitted + asked + denied).toBe(calls)
})

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [99, 100],
  [101, 200],
])('a scale for %i goes to %i', (most, top) => {
  expect(scaleOf(most)).toBe(top)
})
