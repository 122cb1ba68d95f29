import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from './read-json.ts'

test.each([
  ['{"\\u0061":1}', { a: 1 }],
  [' { "a\\"b" : [ ] , "c" : { } } ', { 'a"b': [], c: {} }],
  ['[1,-2.5e3 ,true,false,null,"\\n",[[]],"]"]', [1, -2500, true, false, null, '\n', [[]], ']']],
  ['"\\\\"', '\\'],
  ['0', 0],
])('reads %s', (text, value) => {
  expect(readJson(text)).toEqual(value)
})

test('reads all JSON as JSON.parse does where no name is escaped', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, space) => {
      fc.pre(!/\\/.test(text))
      expect(readJson(JSON.stringify(JSON.parse(text), null, space))).toEqual(JSON.parse(text))
    }),
  )
})

test('a name of `__proto__` is an ordinary member', () => {
  const value = readJson('{"\\u005f_proto__":{"a":1}}')
  expect(Object.keys(value as object)).toEqual(['__proto__'])
  expect((value as { a?: number }).a).toBeUndefined()
})
