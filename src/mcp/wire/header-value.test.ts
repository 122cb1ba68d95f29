import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHeaderValue, encodeHeaderValue, readHeader } from './header-value.ts'
import { codeOf } from './testing/failure-of.ts'

test.each([
  ['us-west1', 'us-west1'],
  ['a b', 'a b'],
  ['x', 'x'],
  ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
  ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ['=?base64?=', '=?base64?PT9iYXNlNjQ/PQ==?='],
  ['', '=?base64??='],
  ['\t', '=?base64?CQ==?='],
])('%j is written as %s', (value, header) => {
  expect(encodeHeaderValue(value)).toBe(header)
  expect(decodeHeaderValue(header)).toBe(value)
})

test.each([
  ['=?base64?SGVsbG8', '=?base64?SGVsbG8'],
  ['SGVsbG8=', 'SGVsbG8='],
  ['=?BASE64?SGVsbG8=?=', '=?BASE64?SGVsbG8=?='],
  ['', ''],
])('%s is literal', (header, value) => {
  expect(decodeHeaderValue(header)).toBe(value)
})

test.each([
  '=?base64?SGVsbG8?=',
  '=?base64?SGVs!!!bG8=?=',
  '=?base64?SGVsbG9=?=',
  '=?base64?SGVs bG8=?=',
  '=?base64?_-==?=',
  '=?base64?/w==?=',
  '=?base64?7aCA?=',
  '=?base64?=',
  'caf\u00e9',
  'a\nb',
  'a\0',
  '\u4e16',
])('%j is refused', (header) => {
  expect(decodeHeaderValue(header)).toBeUndefined()
})

test('a byte order mark is part of the value', () => {
  expect(decodeHeaderValue(encodeHeaderValue('\u{feff}x'))).toBe('\u{feff}x')
})

test('every text comes back, as characters a header can carry', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(text.isWellFormed())
      expect(encodeHeaderValue(text)).toMatch(/^[!-~](?:[ -~]*[!-~])?$/)
      expect(decodeHeaderValue(encodeHeaderValue(text))).toBe(text)
    }),
  )
})

test('a header is read without the white space around it, and once', () => {
  expect(readHeader({ a: ' \tx y\t ' }, 'a')).toBe('x y')
  expect(readHeader({ a: `x${' '.repeat(50_000)}y` }, 'a')).toHaveLength(50_002)
  expect(readHeader({}, 'a')).toBeUndefined()
  expect(codeOf(() => readHeader({ a: ['x', 'x'] }, 'a'))).toBe('header_mismatch')
})
