import { expect, test } from 'vitest'
import { definitionOf, withUnseen } from './hidden-text.ts'

test('what was spelled out is the character again', () => {
  expect(withUnseen('rm[U+202E] x[U+E0041]')).toBe('rm\u202e x\u{e0041}')
  expect(withUnseen('[U+XYZ] [U+FFFFFF] [u+202e]')).toBe('[U+XYZ] [U+FFFFFF] [u+202e]')
})

test('only where something is said to hide: a server may write the same letters itself', () => {
  const definition = {
    description: 'pays[U+202E] nothing',
    title: 'says [U+202E] itself',
    inputSchema: {
      properties: { 'to[U+200B]': { enum: ['a', 'b[U+00AD]'] } },
      required: [1, null],
    },
  }
  const hidden = [
    '/description',
    '/inputSchema/properties/to[U+200B]',
    '/inputSchema/properties/to[U+200B]/enum/1',
  ]
  expect(definitionOf({ definition, hidden })).toEqual({
    description: 'pays\u202e nothing',
    title: 'says [U+202E] itself',
    inputSchema: { properties: { 'to\u200b': { enum: ['a', 'b\u00ad'] } }, required: [1, null] },
  })
})
