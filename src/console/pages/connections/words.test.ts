import { expect, test } from 'vitest'
import { FAILURE_CODES, failureOf, ownerWords } from './words.ts'

test('every known code has a title, a cause and a fix of its own', () => {
  const titles = FAILURE_CODES.map((code) => failureOf(code).title)
  expect(new Set(titles).size).toBe(FAILURE_CODES.length)
  for (const code of FAILURE_CODES) {
    const { cause, fix, code: shown } = failureOf(code)
    expect([cause, fix, shown]).toEqual([expect.any(String), expect.any(String), code])
  }
})

test.each(['new_code', 'constructor', '__proto__'])('an unknown code %s has words, too', (code) => {
  expect(failureOf(code)).toMatchObject({ title: 'You were not connected', code })
})

test('what is no code is not repeated: anybody can write a link', () => {
  expect(failureOf('Call 555-0100 to fix this').code).toBeUndefined()
})

test('owners', () => {
  expect([ownerWords('shared'), ownerWords('user:ann')]).toEqual(['everybody', 'user:ann'])
})
