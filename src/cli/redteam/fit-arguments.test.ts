import { expect, test } from 'vitest'
import { argumentFitter } from './fit-arguments.ts'

const properties = {
  yards: { type: 'integer' },
  colour: { type: ['string', 'null'] },
  'a/b': { type: 'string' },
  pattern: { anyOf: [{ type: 'string' }, { type: 'array' }] },
}

test('leaves out what is null where nothing may be, and changes nothing else', () => {
  const fitted = argumentFitter({ type: 'object', properties })
  expect(fitted({ yards: null, colour: null, 'a/b': null, pattern: null, other: null })).toEqual({
    args: { colour: null, other: null },
    dropped: 3,
  })
  const wrong = { yards: 'three', colour: 7, pattern: [null] }
  expect(fitted(wrong)).toEqual({ args: wrong, dropped: 0 })
})

test('finds every one of many', () => {
  const names = Array.from({ length: 40 }, (_, index) => `n${index}`)
  const of = <T>(value: T): Record<string, T> => Object.fromEntries(names.map((n) => [n, value]))
  const fitted = argumentFitter({ type: 'object', properties: of({ type: 'string' }) })
  expect(fitted(of(null))).toEqual({ args: {}, dropped: 40 })
})

test('sends what a schema that cannot be used says nothing about', () => {
  const args = { yards: null }
  expect(argumentFitter({ $ref: 'https://schemas.example/loom' })(args)).toEqual({
    args,
    dropped: 0,
  })
})
