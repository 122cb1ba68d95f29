import fc from 'fast-check'
import { expect, test } from 'vitest'
import { schemaNodes } from './schema-nodes.ts'

test('arguments with their types, bounds and parts', () => {
  const nodes = schemaNodes({
    type: 'object',
    required: ['to'],
    properties: {
      to: { type: 'string', description: 'who', format: 'email', maxLength: 9 },
      kind: { enum: ['a', 'b'], default: 'a' },
      rows: {
        type: 'array',
        items: { type: 'object', properties: { id: { type: ['integer', 'null'], minimum: 0 } } },
      },
      any: {},
      either: { anyOf: [{ type: 'string' }, { type: 'object', properties: { x: {} } }] },
      odd: 7,
    },
  })
  expect(nodes.map(({ name, type, required }) => [name, type, required])).toEqual([
    ['to', 'string', true],
    ['kind', 'anything', false],
    ['rows', 'list of object', false],
    ['any', 'anything', false],
    ['either', 'string or object', false],
    ['odd', 'anything', false],
  ])
  expect(nodes[0]?.bounds).toEqual(['a email', 'characters at most 9'])
  expect(nodes[1]?.bounds).toEqual(['one of "a", "b"', 'unless given a'])
  expect(nodes[2]?.parts).toMatchObject([{ name: 'id', type: 'integer or null' }])
  expect(nodes[4]?.parts).toMatchObject([{ name: 'choice 1', parts: [{ name: 'x' }] }])
})

test('whatever a server sends as a schema, something is shown', () => {
  const names = fc.constantFrom('type', 'properties', 'items', 'enum', 'required', 'anyOf', '$ref')
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('schema'), { maxLength: 2 }),
      fc.dictionary(names, tie('schema'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(schema, (value) => {
      expect(Array.isArray(schemaNodes({ properties: { x: value } }))).toBe(true)
    }),
  )
})

test('a schema without an end does not hang', () => {
  let schema: object = { type: 'string' }
  for (let depth = 0; depth < 400; depth += 1)
    schema = { type: 'object', properties: { a: schema } }
  const deep = (nodes: ReturnType<typeof schemaNodes>): number =>
    nodes.length === 0 ? 0 : 1 + deep(nodes[0]?.parts ?? [])
  expect(deep(schemaNodes(schema))).toBeLessThan(20)
})
