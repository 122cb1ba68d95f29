import { diffLines } from 'diff'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparedLines } from './compared-lines.ts'
import { editsIn, isDiff, linesOfDiff } from './edits.ts'

test('two texts of which one takes the place of the other', () => {
  expect(editsIn({ path: 'x', old_string: 'a', new_string: 'b' })).toEqual([
    { from: 'old_string', to: 'new_string' },
  ])
  expect(editsIn({ oldText: 'a', newText: 'b', before: '1', after: '2' })).toHaveLength(2)
  expect(editsIn({ old_a: 'a', new_b: 'b' })).toEqual([])
  expect(editsIn({ old: 'a', new: 7 })).toEqual([])
  expect(editsIn({ new: 'a' })).toEqual([])
})

test('a diff is one by its places', () => {
  const text = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n+++ odd'
  expect(isDiff(text)).toBe(true)
  expect(linesOfDiff(text).map(({ kind }) => kind)).toEqual([
    ...['place', 'place', 'place', 'same', 'removed', 'added', 'added'],
  ])
  for (const other of ['--- a list', '- one\n+ two', 'text', '']) expect(isDiff(other)).toBe(false)
})

test('nothing of either text is lost', () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\r\n', 'd')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = comparedLines(before, after)
      const side = (dropped: string) =>
        lines
          .filter(({ kind }) => kind !== dropped)
          .map((line) => line.text)
          .join('')
      expect(side('added')).toBe(before)
      expect(side('removed')).toBe(after)
    }),
  )
})

test('two texts that have nothing in common are shown whole, one after the other', () => {
  const before = Array.from({ length: 3_000 }, (_, index) => `a${index}\n`).join('')
  const after = before.replaceAll('a', 'b')
  expect(diffLines(before, after, { maxEditLength: 1_000 })).toBeUndefined()
  const lines = comparedLines(before, after)
  expect(lines.map(({ kind }) => kind)).toEqual(['removed', 'added'])
})
