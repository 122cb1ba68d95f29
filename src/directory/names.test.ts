import { expect, test } from 'vitest'
import { checkGroups, cleanName, federatedId, isId, requireText } from './names.ts'

test('ids are plain', () => {
  for (const id of ['a', '0', 'ada.lovelace_1-x', 'a'.repeat(64)]) expect(isId(id)).toBe(true)
  for (const id of ['', 'A', '.a', '-a', 'a b', 'a|b', 'ä', 'a\n', 'a'.repeat(65), 'a/b'])
    expect(isId(id)).toBe(false)
})

test('names lose what nobody sees, and are short', () => {
  expect(cleanName('  Ada\u200b\u202e \t Love\u0000lace\u2066\ufeff ')).toBe('Ada Lovelace')
  expect(cleanName('x'.repeat(1_000))).toHaveLength(128)
  expect(requireText('the name', 'Ada\u202e')).toBe('Ada')
  expect(() => requireText('the name', '\u200b')).toThrow('the name is empty')
})

test('two subjects of providers never share an id, nor one with ours', () => {
  expect(federatedId('okta', 'A7')).toBe('okta|A7')
  expect(federatedId('okta', 'a|b')).toBe('okta|a|b')
  expect(isId('okta|A7')).toBe(false)
  const wrong = [
    ['okta|x', '1'],
    ['', '1'],
    ['okta', ''],
    ['okta', 'a\n'],
    ['okta', 'ä'],
    ['okta', 'x'.repeat(256)],
  ]
  for (const [provider = '', subject = ''] of wrong)
    expect(federatedId(provider, subject)).toBeUndefined()
})

test('groups are a set of plain names', () => {
  expect(checkGroups(['b', 'a', 'b'])).toEqual(['a', 'b'])
  expect(() => checkGroups(['Owners'])).toThrow('a group begins with')
  expect(() => checkGroups(Array.from({ length: 201 }, (_, at) => `g${at}`))).toThrow('at most 200')
})
