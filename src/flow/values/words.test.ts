import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spokenWords, wordsOf } from './words.ts'

describe('words', () => {
  test.each([
    ['Mark.Black-21@Mail.example', ['mark', 'black', '21', 'mail', 'example']],
    ['  a\tb\n\nc ', ['a', 'b', 'c']],
    ['ＭＡＲＫ', ['mark']],
    ['café', ['cafe']],
    ['cafe\u0301', ['cafe']],
    ['ma\u200Brk', ['mark']],
    ['ma\u00ADrk', ['mark']],
    ['𝐦𝐚𝐫𝐤', ['mark']],
    ['田中さん', ['田', '中', 'さ', 'ん']],
    ['…!?', []],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  test('are the same in any case, spacing and form', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,12}( [a-z0-9]{1,12}){0,6}$/), (text) => {
        const words = text.split(' ')
        expect(wordsOf(text.toUpperCase())).toEqual(words)
        expect(wordsOf(words.join('\n - '))).toEqual(words)
        expect(wordsOf(words.join('\u00A0'))).toEqual(words)
        expect(wordsOf(text.replaceAll(/[a-z0-9]/g, '$&\u2060'))).toEqual(words)
      }),
    )
  })

  test('are hardly longer than what they come from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(wordsOf(text).join('').length).toBeLessThanOrEqual(20 * text.length)
      }),
    )
  })
})

describe('what words say beside themselves', () => {
  test.each([
    ['write to m a r k today', ['mark']],
    ['dial two one three four now', ['2134']],
    ['plan b', []],
    ['one or two', []],
    ['five oh oh', ['500']],
  ])('%j', (text, said) => {
    expect(spokenWords(wordsOf(text))).toEqual(said)
  })
})
