import { expect, test } from 'vitest'
import {
  changeOf,
  draftAnew,
  draftOf,
  freeName,
  isChanged,
  nameFault,
  withName,
  withoutFile,
  withText,
} from './draft.ts'

const DRAFT = draftOf({ 'a.cedar': 'one', 'b.yaml': 'two' }, 3, 4)

test('a draft has changed when a file was written, added, renamed or taken away, and not when it is as it was', () => {
  expect(isChanged(DRAFT)).toBe(false)
  const written = withText(DRAFT, 'a.cedar', 'other')
  expect(isChanged(written)).toBe(true)
  expect(isChanged(withText(written, 'a.cedar', 'one'))).toBe(false)
  expect(isChanged(withText(DRAFT, 'c.cedar', ''))).toBe(true)
  expect(isChanged(withoutFile(DRAFT, 'b.yaml'))).toBe(true)
  expect(isChanged(draftAnew({ 'a.cedar': '' }, 0))).toBe(true)
  expect(DRAFT.files).toEqual({ 'a.cedar': 'one', 'b.yaml': 'two' })
})

test('a renamed file keeps its text, and is new', () => {
  const renamed = withName(DRAFT, 'a.cedar', 'z.cedar')
  expect(renamed.files).toEqual({ 'b.yaml': 'two', 'z.cedar': 'one' })
  expect([changeOf(renamed, 'z.cedar'), changeOf(renamed, 'b.yaml')]).toEqual(['new', undefined])
})

test.each([
  ['mail.cedar', undefined],
  ['mail.test.yaml', undefined],
  ['a.cedar', 'there is such a file already'],
  ['mail.txt', expect.stringContaining('ends in')],
  ['Mail.cedar', expect.stringContaining('small letters')],
  ['../mail.cedar', expect.stringContaining('small letters')],
  [`${'a'.repeat(64)}.cedar`, expect.stringContaining('63 at most')],
])('%s as a name', (name, expected) => {
  expect(nameFault(name, DRAFT.files)).toEqual(expected)
})

test('a free name counts up before its ending', () => {
  expect(freeName('c.cedar', DRAFT.files)).toBe('c.cedar')
  expect(freeName('a.cedar', DRAFT.files)).toBe('a-2.cedar')
  expect(freeName('a.test.yaml', { 'a.test.yaml': '', 'a-2.test.yaml': '' })).toBe('a-3.test.yaml')
})
