import fc from 'fast-check'
import { expect, test } from 'vitest'
import { survives } from './number-literal.ts'

test.each([
  '0',
  '-0',
  '42',
  '9007199254740991',
  '-9007199254740991',
  '1.0',
  '100.000',
  '1e2',
  '1E+2',
  '0.1',
  '0.30000000000000004',
  '0.10000000000000001',
  '123456.789',
  '1e22',
  '1e-7',
  '1.7976931348623157e308',
  '5e-324',
  '0.0e999',
  '0e-999',
  '9007199254740992.0',
  '0.000001',
  '1e0000002',
])('`%s` keeps its value', (literal) => {
  expect(survives(literal)).toBe(true)
})

test.each([
  '9007199254740992',
  '12345678901234567890',
  '-9007199254740992',
  '1e400',
  '-1e309',
  '1e-400',
  '0.1000000000000000055',
  '9007199254740993.0',
  '0.1000000000000000056',
  `0.${'1'.repeat(200)}`,
  '12345678901234567.0',
  '3e-324',
  `1.${'0'.repeat(30)}1`,
  '1e99999999999999999999',
  '1.2345e-320',
  '123456789012345678e-2',
])('`%s` does not', (literal) => {
  expect(survives(literal)).toBe(false)
})

test('every double survives as it is printed, shortest or with 17 digits', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const shortest = String(value)
      // An integer without point or exponent is held to 2^53.
      if (!/^-?\d+$/.test(shortest)) expect(survives(shortest)).toBe(true)
      expect(survives(value.toExponential(16))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('decimals of up to 15 digits survive', () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10n ** 15n - 1n),
      fc.integer({ min: -290, max: 290 }),
      (digits, power) => {
        expect(survives(`${digits}e${power}`)).toBe(true)
      },
    ),
  )
})

test('long literals cost linear time', () => {
  const zeros = '0'.repeat(1e6)
  expect(survives(`0.${zeros}1`)).toBe(false)
  expect(survives(`1.${zeros}`)).toBe(true)
  expect(survives(`${zeros}1${zeros}.5`)).toBe(false)
})
