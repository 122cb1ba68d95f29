import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from './challenge-words.ts'

test('a quoted string ends where it should', () => {
  expect(quoted('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"')
  expect(quoted('a\r\nb\u00e9\u{1f600}')).toBe('"ab"')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(quoted(text)).toMatch(/^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/)
    }),
  )
})
