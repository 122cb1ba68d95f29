import fc from 'fast-check'
import { expect, test } from 'vitest'
import { searchOf, searchText } from './search-text.ts'

test('what is empty or no text does not stand in an address', () => {
  expect(searchText({ a: 'x y', b: '', c: undefined, d: 7 })).toBe('?a=x+y')
  expect(searchText({})).toBe('')
})

test('filters come back from an address as they were', () => {
  const filters = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  )
  fc.assert(
    fc.property(filters, (search) => {
      expect(searchOf(searchText(search))).toEqual({ ...search })
    }),
  )
})
