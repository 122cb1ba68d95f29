import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentences } from './sentences.ts'

const split = (text: string) => [...sentences(text)].map(({ start, end }) => text.slice(start, end))

describe('sentences', () => {
  it.each<[string, readonly string[]]>([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    ['See e.g. section 3.5 of it. Done.', ['See e.g. section 3.5 of it.', 'Done.']],
    ['He said "stop." Then he left.', ['He said "stop."', 'Then he left.']],
    ['- first\n- second', ['- first', '- second']],
    ['一つ。二つ。', ['一つ。', '二つ。']],
    [
      'This line is long enough that an editor broke it, so the sentence\ngoes on here.',
      ['This line is long enough that an editor broke it, so the sentence\ngoes on here.'],
    ],
  ])('splits %j', (text, expected) => {
    expect(split(text)).toEqual(expected)
  })

  it('leaves out nothing but white space, in order, and cuts what does not end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('word', ' ', '.', '\n', '。', 'x'.repeat(500), '!'), {
          maxLength: 60,
        }),
        (parts) => {
          const text = parts.join('')
          const found = [...sentences(text)]
          let last = 0
          for (const { start, end } of found) {
            expect(text.slice(last, start).trim()).toBe('')
            expect(end - start).toBeLessThanOrEqual(641)
            last = end
          }
          expect(text.slice(last).trim()).toBe('')
        },
      ),
    )
  })
})
