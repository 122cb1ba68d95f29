import { expect, test } from 'vitest'
import { passageIn, unseenAgain, valueAt } from './passage.ts'

const DEFINITION = {
  name: 'x',
  inputSchema: { properties: { 'a/b~c': { description: 'one two' } } },
}
const AT = '/inputSchema/properties/a~1b~0c/description'

test('pointers lead to members, whatever their names hold', () => {
  expect(valueAt(DEFINITION, AT)).toBe('one two')
  expect(valueAt(DEFINITION, '')).toBe(DEFINITION)
  expect(valueAt(DEFINITION, '/toString')).toBeUndefined()
  expect(valueAt({ list: ['a', 'b'] }, '/list/1')).toBe('b')
})

test('a passage is shown where it stands', () => {
  expect(passageIn(DEFINITION, AT, 'two')).toEqual({ before: 'one ', passage: 'two', after: '' })
  expect(passageIn(DEFINITION, AT, 'three')).toBeUndefined()
  expect(passageIn(DEFINITION, '/inputSchema', 'two')).toBeUndefined()
  const long = { description: `${'a'.repeat(500)}HERE${'b'.repeat(500)}` }
  expect(passageIn(long, '/description', 'HERE')).toEqual({
    ...{ before: `…${'a'.repeat(120)}`, passage: 'HERE', after: `${'b'.repeat(120)}…` },
  })
})

test('what was spelled out is the character again, unless it is a letter', () => {
  expect(unseenAgain('a[U+202E]b')).toBe('a\u202eb')
  expect(unseenAgain('а[U+0430]b')).toBe('а[U+0430]b')
  expect(unseenAgain('[U+FFFFFF]')).toBe('[U+FFFFFF]')
})
