import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test('members are sorted by code units, at every level', () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }], a: '\u2028"', '\u{1f600}': 1, '\ufb33': 2 })).toBe(
    '{"a":"\u2028\\"","b":[{"a":null,"z":1}],"\u{1f600}":1,"\ufb33":2}',
  )
})

test('it is the same value, however its members came', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      const plain: unknown = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(text)).toEqual(plain)
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
})
