import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostText, plain } from './said.ts'

test('nothing invisible and nothing that turns the direction is left', () => {
  const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(80), (text, max) => {
      const shown = plain(text, max)
      expect(shown).not.toMatch(unseen)
      expect(shown.isWellFormed()).toBe(true)
      // Each character becomes `[U+10FFFF]` at most.
      expect(shown.length).toBeLessThanOrEqual(10 * max + 1)
    }),
  )
})

test.each([
  ['\u202egnp.exe', '[U+202E]gnp.exe'],
  ['Goo\u200bgle', 'Goo[U+200B]gle'],
  ['a\u2066b\u2069c', 'a[U+2066]b[U+2069]c'],
  ['line\nline\u2028', 'line[U+000A]line[U+2028]'],
  ['\u3164name\u2800', '[U+3164]name[U+2800]'],
  ['a\u00a0b', 'a b'],
  ['\ud800', '[U+D800]'],
  ['e\u0301', 'e\u0301'],
  ['a\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301[U+0301]'],
  ['Zoë’s 🦊', 'Zoë’s 🦊'],
])('%j is shown as %j', (text, shown) => {
  expect(plain(text, 100)).toBe(shown)
})

test('a long text is cut, and says so', () => {
  expect(plain('abcdef', 3)).toBe('abc…')
  expect(plain('abc', 3)).toBe('abc')
})

test('hosts of other scripts are shown as the network knows them', () => {
  expect(hostText('аррӏе.com')).toBe('xn--80ak6aa92e.com')
  expect(hostText('CLIENT.example:8443')).toBe('client.example:8443')
  expect(hostText('\u202eevil')).toBe('[U+202E]evil')
})
