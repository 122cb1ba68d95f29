import { expect, test } from 'vitest'
import { tokenBuckets } from './token-buckets.ts'

test('a burst, then one more each time one has come', () => {
  const buckets = tokenBuckets({ most: 3, every: 100, maxKeys: 10 })
  expect([0, 0, 0, 0].map((now) => buckets.take('a', now))).toEqual([0, 0, 0, 100])
  expect(buckets.take('a', 99)).toBe(1)
  expect([buckets.take('a', 100), buckets.take('a', 100)]).toEqual([0, 100])
  expect(buckets.take('b', 100)).toBe(0)
  // full again, and no fuller
  expect([900, 900, 900, 900].map((now) => buckets.take('a', now))).toEqual([0, 0, 0, 100])
})

test('whoever invents keys makes nobody forgotten', () => {
  const buckets = tokenBuckets({ most: 1, every: 100, maxKeys: 2 })
  expect([buckets.take('a', 0), buckets.take('b', 50)]).toEqual([0, 0])
  expect(buckets.take('c', 60)).toBe(40)
  expect([buckets.take('a', 60), buckets.take('b', 60)]).toEqual([40, 90])
  expect([buckets.take('c', 100), buckets.take('d', 100)]).toEqual([0, 50])
})
