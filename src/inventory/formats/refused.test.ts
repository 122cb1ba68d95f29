import { expect, test } from 'vitest'
import { editDocument, readDocument, replaceSlice } from './formats.ts'

test('what would say something else than was asked for is refused', () => {
  const shared = 'a: &x {k: 1}\nb: *x\n'
  expect(editDocument(shared, 'yaml', [{ at: ['b', 'k'], value: 2 }]).ok).toBe(false)
})

test('a text that is more than one value is not put in', () => {
  const text = '{"s": {"a": 1}}'
  const slice = { form: 'value', text: '1, "b": 2' } as const
  expect(replaceSlice(text, 'json', ['s', 'a'], slice).ok).toBe(false)
})

test('depth is bounded before a parser sees it', () => {
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`
  for (const format of ['json', 'jsonc', 'yaml'] as const)
    expect(readDocument(deep, format).problems[0]?.message).toContain('nested too deeply')
})
