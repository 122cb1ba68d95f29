import { expect, test } from 'vitest'
import { wantedConsent } from './wanted-consent.ts'

const MINUTE = 60_000

function at(start: number) {
  let now = start
  const wanted = wantedConsent(() => now)
  const wait = (ms: number) => {
    now += ms
  }
  return { wanted, wait }
}

test('is taken once, of the grant that it was noted of', () => {
  const { wanted } = at(0)
  wanted.note('a', MINUTE)
  expect(wanted.take('b')).toBe(false)
  expect(wanted.take('a')).toBe(true)
  expect(wanted.take('a')).toBe(false)
})

test('is over soon, and never later than the token is', () => {
  const { wanted, wait } = at(0)
  wanted.note('a', MINUTE)
  wanted.note('b', 5_000)
  wait(5_000)
  expect(wanted.take('b')).toBe(false)
  wanted.note('b', MINUTE)
  wait(5_000)
  expect(wanted.take('a')).toBe(false)
  expect(wanted.take('b')).toBe(true)
})

test('does not grow: the oldest is forgotten', () => {
  const { wanted } = at(0)
  for (let index = 0; index <= 10_000; index++) wanted.note(String(index), MINUTE)
  expect(wanted.take('0')).toBe(false)
  expect(wanted.take('1')).toBe(true)
  expect(wanted.take('10000')).toBe(true)
})
