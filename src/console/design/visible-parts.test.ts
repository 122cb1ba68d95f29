import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleParts } from './visible-parts.ts'

const marked = (text: string) => visibleParts(text).filter(({ kind }) => kind !== 'plain')

test('plain text of any script stays in one piece', () => {
  for (const text of [
    'SELECT * FROM a;\n\tx',
    'Привет, мир',
    'καλημέρα',
    '日本語 テスト',
    'naïve é',
  ])
    expect(visibleParts(text)).toEqual([{ kind: 'plain', text }])
})

test('what nobody sees is spelled out', () => {
  expect(marked('rm\u202e -rf\u200b\u00a0/\r\x1b[31m')).toEqual([
    { kind: 'unseen', text: '\u202e', meaning: 'U+202E right-to-left override' },
    { kind: 'unseen', text: '\u200b', meaning: 'U+200B zero width space' },
    { kind: 'unseen', text: '\u00a0', meaning: 'U+00A0 another space' },
    { kind: 'unseen', text: '\r', meaning: 'U+000D carriage return' },
    { kind: 'unseen', text: '\x1b', meaning: 'U+001B escape' },
  ])
  expect(marked('a\u{e0041}\ue000\u115fb').map(({ kind }) => kind)).toEqual(Array(3).fill('unseen'))
})

test('look-alikes are marked in words that mix scripts, and in words of nothing else', () => {
  expect(marked('pаypal.com')).toEqual([
    { kind: 'twin', text: 'а', meaning: 'U+0430 looks like a' },
  ])
  expect(marked('аррӏе').map(({ text }) => text)).toEqual(['а', 'р', 'р', 'ӏ', 'е'])
  expect(marked('𝐫𝐨𝐨𝐭 ｅ').map(({ meaning }) => meaning?.slice(-1))).toEqual([
    ...['r', 'o', 'o', 't', 'e'],
  ])
})

test('the parts are the whole text, and no two plain ones touch', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('a', 'а', '\u200b', ' ', '\u202e', '\n', '.', 'ｅ'))
      .map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const parts = visibleParts(text)
      expect(parts.map((part) => part.text).join('')).toBe(text)
      const touching = parts.some(
        (one, i) => one.kind === 'plain' && parts[i + 1]?.kind === 'plain',
      )
      expect(touching).toBe(false)
    }),
  )
})
