import { beforeEach, expect, test } from 'vitest'
import { buckets } from './buckets.ts'

let now: number
beforeEach(() => {
  now = 0
})
const clock = () => now
const at = (time: number): void => {
  now = time
}

test('a burst, then one more each time one has come', () => {
  const { take } = buckets({ most: 3, every: 100, maxKeys: 10, overflow: 'refuse', clock })
  expect([1, 2, 3, 4].map(() => take('a'))).toEqual([0, 0, 0, 100])
  at(99)
  expect(take('a')).toBe(1)
  at(100)
  expect([take('a'), take('a')]).toEqual([0, 100])
  expect(take('b')).toBe(0)
  at(900)
  // full again, and no fuller
  expect([1, 2, 3, 4].map(() => take('a'))).toEqual([0, 0, 0, 100])
})

test('whoever takes without asking waits the longer', () => {
  const { wait, count } = buckets({ most: 3, every: 100, maxKeys: 10, overflow: 'forget', clock })
  for (let times = 0; times < 3; times += 1) {
    expect(wait('a')).toBe(0)
    count('a')
  }
  expect([wait('a'), wait('b')]).toEqual([100, 0])
  at(40)
  expect(wait('a')).toBe(60)
  count('a')
  expect(wait('a')).toBe(160)
})

test('whoever invents keys makes nobody forgotten, where new keys are refused', () => {
  const { take } = buckets({ most: 1, every: 100, maxKeys: 2, overflow: 'refuse', clock })
  expect(take('a')).toBe(0)
  at(50)
  expect(take('b')).toBe(0)
  at(60)
  expect(take('c')).toBe(40)
  expect([take('a'), take('b')]).toEqual([40, 90])
  at(100)
  expect([take('c'), take('d')]).toEqual([0, 50])
})

test('and shuts nobody out, where the idle are forgotten', () => {
  const { wait, count } = buckets({ most: 1, every: 100, maxKeys: 2, overflow: 'forget', clock })
  for (const key of ['a', 'b', 'a', 'c']) count(key)
  expect([wait('a'), wait('b'), wait('c'), wait('d')]).toEqual([200, 0, 100, 0])
})
