import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordDiff } from './word-diff.ts'

const word = fc.constantFrom('a', 'b', 'cat', ' ', '\n', '.', 'é', '\u202e', '😀')
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(''))

test('says what was taken out and put in', () => {
  expect(wordDiff('Adds two numbers.', 'Adds many numbers, and mails them.')).toEqual([
    { kind: 'same', text: 'Adds ' },
    { kind: 'removed', text: 'two' },
    { kind: 'added', text: 'many' },
    { kind: 'same', text: ' numbers' },
    { kind: 'added', text: ', and mails them' },
    { kind: 'same', text: '.' },
  ])
})

test('loses nothing of either text', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const runs = wordDiff(before, after)
      const without = (kind: string) =>
        runs
          .filter((run) => run.kind !== kind)
          .map((run) => run.text)
          .join('')
      expect([without('added'), without('removed')]).toEqual([before, after])
      expect(before === after).toBe(runs.every(({ kind }) => kind === 'same'))
    }),
  )
})

test('of long texts compares the ends, and still loses nothing', () => {
  const [before, after] = ['x y '.repeat(3_000), 'z w '.repeat(3_000)]
  expect(wordDiff(`same ${before}end`, `same ${after}end`)).toEqual([
    { kind: 'same', text: 'same ' },
    { kind: 'removed', text: before.trimEnd() },
    { kind: 'added', text: after.trimEnd() },
    { kind: 'same', text: ' end' },
  ])
})
