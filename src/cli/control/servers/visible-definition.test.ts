import { expect, test } from 'vitest'
import { visibleDefinition } from './visible-definition.ts'

test('what hides in a definition is spelled out, wherever it hides, and pointed at', () => {
  const { definition, hidden } = visibleDefinition({
    name: 'pay',
    description: 'pays\u202e nothing\nsecond line',
    inputSchema: {
      properties: {
        'to\u200b': { description: 'who\u{e0041}' },
        plain: { enum: ['a', 'b\u00ad'] },
      },
      required: ['plain'],
      maxProperties: 2,
    },
  })
  expect(definition).toEqual({
    name: 'pay',
    description: 'pays[U+202E] nothing\nsecond line',
    inputSchema: {
      properties: {
        'to[U+200B]': { description: 'who[U+E0041]' },
        plain: { enum: ['a', 'b[U+00AD]'] },
      },
      required: ['plain'],
      maxProperties: 2,
    },
  })
  expect(hidden).toEqual([
    '/description',
    '/inputSchema/properties/to[U+200B]',
    '/inputSchema/properties/to[U+200B]/description',
    '/inputSchema/properties/plain/enum/1',
  ])
})

test('lines and other languages hide nothing', () => {
  const plain = { description: 'erste Zeile\n\tzweite – größer\r\n日本語 🙂' }
  expect(visibleDefinition(plain).hidden).toEqual([])
})
