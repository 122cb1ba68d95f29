import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteParts } from './quote-parts.ts'

const hits = (quote: string, value: string) =>
  quoteParts(quote, value).flatMap(({ text, hit }) => (hit ? [text] : []))

test('a value is told apart wherever it stands, in either case', () => {
  expect(quoteParts('to Eve@evil.example, eve@evil.example', 'eve@EVIL.example')).toEqual([
    { at: 0, text: 'to ', hit: false },
    { at: 3, text: 'Eve@evil.example', hit: true },
    { at: 19, text: ', ', hit: false },
    { at: 21, text: 'eve@evil.example', hit: true },
  ])
  expect(hits('nothing of it', 'eve')).toEqual([])
  expect(hits('aaa', 'aa')).toEqual(['aa'])
  expect([quoteParts('', 'x'), hits('x', ' ')]).toEqual([[], []])
})

test('nothing of a quote is lost, and where letters grow nothing is told apart wrongly', () => {
  expect(hits('\u0130\u0130 eve', 'eve')).toEqual([])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ maxLength: 3 }), (quote, value) => {
      const parts = quoteParts(quote, value)
      expect(parts.map(({ text }) => text).join('')).toBe(quote)
    }),
  )
})
