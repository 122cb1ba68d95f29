import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textDiff } from './texts.ts'

function of(before: string, after: string, ...kinds: readonly string[]): string {
  const chunks = textDiff(before, after).filter(({ kind }) => kinds.includes(kind))
  return chunks.map(({ text }) => text).join('')
}

test('texts differ by words', () => {
  expect(textDiff('adds two numbers', 'adds many numbers, quietly')).toEqual([
    { kind: 'same', text: 'adds ' },
    { kind: 'removed', text: 'two' },
    { kind: 'added', text: 'many' },
    { kind: 'same', text: ' ' },
    { kind: 'removed', text: 'numbers' },
    { kind: 'added', text: 'numbers, quietly' },
  ])
  expect(textDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }])
  expect(textDiff('', '')).toEqual([])
  expect(textDiff('', 'a\u200bb \u0430bc')).toEqual([
    { kind: 'added', text: 'a[U+200B]b \u0430[U+0430]bc' },
  ])
})

test('both texts can be read from it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ' ', '\n'), { maxLength: 40 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join(''), other.join('')]
      expect(of(before, after, 'same', 'removed')).toBe(before)
      expect(of(before, after, 'same', 'added')).toBe(after)
    }),
    { numRuns: 1_000 },
  )
})

test('much that differs in all words differs as a whole', () => {
  const words = (word: string): string =>
    Array.from({ length: 50_000 }, (_, i) => word + i).join(' ')
  const chunks = textDiff(words('a'), words('b'))
  expect(chunks.map(({ kind }) => kind)).toEqual(['removed', 'added'])
  expect(chunks.every(({ text }) => text.endsWith('…') && text.length < 20_000)).toBe(true)
})
