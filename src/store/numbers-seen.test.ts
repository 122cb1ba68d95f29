import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numbersSeen } from './numbers-seen.ts'

test('a number that comes late is new once', () => {
  const seen = numbersSeen()
  expect([1, 2, 5].map((number) => seen.add(number, 0))).toEqual([true, true, true])
  expect(seen.missing()).toMatchObject([{ from: 3, to: 4 }])
  expect([4, 4, 3, 5, 1].map((number) => seen.add(number, 0))).toEqual([
    true,
    false,
    true,
    false,
    false,
  ])
  expect(seen.missing()).toEqual([])
  expect(seen.highest()).toBe(5)
})

test('what does not come for minutes is given up', () => {
  const seen = numbersSeen()
  seen.add(3, 1_000)
  seen.forgetMissing(1_000 + 5 * 60_000 - 1)
  expect(seen.missing()).toHaveLength(1)
  seen.forgetMissing(1_000 + 5 * 60_000)
  expect(seen.missing()).toEqual([])
})

test('in any order, and with any that fail, each number that comes is looked for and new', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Array.from({ length: 300 }, (_, index) => index + 1)),
      (numbers) => {
        const seen = numbersSeen()
        for (const number of numbers) {
          const lookedFor =
            number > seen.highest() ||
            seen.missing().some(({ from, to }) => from <= number && number <= to)
          expect(lookedFor).toBe(true)
          expect(seen.add(number, 0)).toBe(true)
        }
        expect(seen.missing().length).toBeLessThanOrEqual(64)
        const ends = seen.missing().flatMap(({ from, to }) => [from, to])
        expect(ends).toEqual(ends.toSorted((one, other) => one - other))
      },
    ),
  )
})

test('while there are few gaps, no number is new twice', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 200 }), (numbers) => {
      const seen = numbersSeen()
      const before = new Set<number>()
      for (const number of numbers) {
        expect(seen.add(number, 0)).toBe(!before.has(number))
        before.add(number)
      }
    }),
  )
})
