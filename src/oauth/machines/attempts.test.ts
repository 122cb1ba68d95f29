import { expect, test } from 'vitest'
import { attempts } from './attempts.ts'

test('a bucket empties, refills evenly, and is one for each key', () => {
  const state = { time: 1_000 }
  const { wait, count } = attempts({ most: 3, every: 100, now: () => state.time })
  for (let times = 0; times < 3; times += 1) {
    expect(wait('a')).toBe(0)
    count('a')
  }
  expect(wait('a')).toBe(100)
  expect(wait('b')).toBe(0)
  state.time += 40
  expect(wait('a')).toBe(60)
  state.time += 60
  expect(wait('a')).toBe(0)
  count('a')
  expect(wait('a')).toBe(100)
  state.time += 100_000
  for (let times = 0; times < 3; times += 1) count('a')
  expect(wait('a')).toBe(100)
})

test('no more keys are held than there is place for', () => {
  const { wait, count } = attempts({ most: 1, every: 100, now: () => 0, maxKeys: 2 })
  for (const key of ['a', 'b', 'a', 'c']) count(key)
  expect([wait('a'), wait('b'), wait('c')]).toEqual([200, 0, 100])
})
