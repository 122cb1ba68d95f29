import { expect, test } from 'vitest'
import { stepIn } from './step-in.ts'

test('keys lead through a list, and stop at its ends', () => {
  expect(stepIn('ArrowDown', -1, 3, 10)).toBe(0)
  expect(stepIn('ArrowUp', -1, 3, 10)).toBe(2)
  expect(stepIn('ArrowDown', 2, 3, 10)).toBe(2)
  expect(stepIn('ArrowUp', 0, 3, 10)).toBe(0)
  expect(stepIn('PageDown', 4, 100, 10)).toBe(14)
  expect(stepIn('PageUp', 4, 100, 10)).toBe(0)
  expect(stepIn('Home', 50, 100, 10)).toBe(0)
  expect(stepIn('End', 50, 100, 10)).toBe(99)
})

test('other keys, and keys in an empty list, lead nowhere', () => {
  expect(stepIn('a', 1, 3, 10)).toBeUndefined()
  expect(stepIn('ArrowDown', -1, 0, 10)).toBeUndefined()
})
