import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { tool } from '../testing/definitions.ts'
import { SHAPES, type Shape } from '../vocabulary.ts'
import { type CedarSchema, cedarSchema } from './cedar-schema.ts'
import { contextType, RESOURCE_TYPE } from './context-type.ts'
import { argumentTypes } from './json-type.ts'
import type { ValueType } from './value-type.ts'

const cedar: typeof import('@cedar-policy/cedar-wasm/nodejs') = createRequire(import.meta.url)(
  '@cedar-policy/cedar-wasm/nodejs',
)

/** What Cedar's validator says of a condition over calls to one tool. */
function errors(schema: CedarSchema, condition: string): readonly string[] {
  const policy = `permit (principal, action == Action::"call", resource is Tool) when { ${condition} };`
  const answer = cedar.validate({ schema, policies: { staticPolicies: { p: policy } } })
  if (answer.type === 'failure') return answer.errors.map(({ message }) => message)
  return answer.validationErrors.map(({ error }) => error.message)
}

const PROPERTIES: Record<string, Json> = {
  text: { type: 'string', format: 'date-time' },
  word: { enum: ['a', 'b'] },
  count: { type: 'integer' },
  level: { enum: [1, 2] },
  sum: { type: 'number' },
  flag: { type: 'boolean' },
  list: { type: 'array', items: { type: 'string' } },
  sums: { type: 'array', items: { type: 'number' } },
  inner: { type: 'object', properties: { deep: { type: 'integer' } }, required: ['deep'] },
  'may?': { anyOf: [{ type: 'string' }, { type: 'null' }] },
  'nil?': { type: ['integer', 'null'] },
  shared: { $ref: '#/$defs/shared' },
  'x-y/é "z"': { type: 'string' },
  if: { type: 'string' },
  ['__proto__']: { type: 'string' },
}
const DEFS = { $defs: { shared: { type: 'object', properties: { a: { type: 'string' } } } } }

describe('arguments have the types that they will have', () => {
  const { schema } = cedarSchema([tool('s:t', PROPERTIES, { schema: DEFS })])
  test.each([
    'context.args.text like "*" && context.args.word == "a" && context.args.flag',
    'context.args.count < 3 && context.args.level == 1',
    'context.decimals.count.lessThan(decimal("1.0")) && context.decimals.sum.lessThan(decimal("1.0"))',
    'context.args.list.contains("x") && context.decimals.sums.contains(decimal("1.0"))',
    'context.args.inner.deep == 1 && context.decimals.inner.deep == decimal("1.0")',
    'context.args has may && context.args.may like "x"',
    'context.args has nil && context.args.nil < 3',
    'context.args.shared has a && context.args.shared.a == "x"',
    String.raw`context.args["x-y/é \"z\""] == "x" && context.args["if"] == "y"`,
    'context.args["__proto__"] == "x"',
    'context.facts.sql.tables.contains("x") && context.time < 3',
  ])('%s', (condition) => {
    expect(errors(schema, condition)).toEqual([])
  })

  test.each([
    'context.args.text == 1',
    'context.args.count == decimal("1.0")',
    'context.decimals.count == 1',
    'context.args.list == "x"',
    'context.args.may == "x"',
    'context.args.inner.deap == 1',
    'context.args.sum == 1',
    'context.args.sums.contains(1)',
  ])('refused: %s', (condition) => {
    expect(errors(schema, condition)).toHaveLength(1)
  })
})

test.each([
  ['oneOf', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, '`oneOf` has no Cedar type'],
  ['allOf', { allOf: [{ type: 'string' }] }, '`allOf` has no Cedar type'],
  ['several types', { type: ['string', 'integer'] }, 'it may be of several types'],
  ['anything', true, 'it may be anything'],
  ['no type', { description: 'x' }, 'it may be of several types'],
  ['mixed enum', { enum: ['a', 1] }, 'its values are of several types'],
  [
    'a map',
    { type: 'object', additionalProperties: { type: 'string' } },
    'it is a map: its names are not known',
  ],
  ['recursion', { $ref: '#/$defs/node' }, 'it is recursive'],
  ['a remote reference', { $ref: 'https://example.com/x' }, 'its `$ref` leads elsewhere'],
  ['a lost reference', { $ref: '#/$defs/none' }, 'its `$ref` leads nowhere'],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }] },
    'what it holds may be of several types',
  ],
  ['number', { type: 'number' }, 'it may be whole or not: compare it in `context.decimals`'],
])('%s is opaque, with a warning', (_, property, message) => {
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } }
  const { schema, warnings } = cedarSchema([
    tool('s:t', { x: property }, { schema: { $defs: { node } } }),
  ])
  expect(warnings.map((warning) => [warning.server, warning.tool, warning.message])).toContainEqual(
    ['s', 't', message],
  )
  expect(warnings.every(({ pointer }) => pointer.startsWith('/properties/x'))).toBe(true)
  expect(errors(schema, 'context.args has x')).toEqual([])
})

test('the arguments of several tools are those of all of them', () => {
  const { schema } = cedarSchema([
    tool('s:a', {
      both: { type: 'string' },
      mine: { type: 'string' },
      odd: { type: 'string' },
      list: { type: 'array', items: { type: 'string' } },
    }),
    tool('s:b', {
      both: { type: 'string' },
      odd: { type: 'integer' },
      list: { type: 'array', items: { type: 'integer' } },
    }),
  ])
  expect(errors(schema, 'context.args.both == "x"')).toEqual([])
  expect(errors(schema, 'context.args has mine && context.args.mine == "x"')).toEqual([])
  expect(errors(schema, 'context.args.mine == "x"')).toHaveLength(1)
  expect(errors(schema, 'context.args.odd == "x"')).toHaveLength(1)
  expect(errors(schema, 'context.args.list.contains("x")')).toHaveLength(1)
  expect(errors(cedarSchema([]).schema, 'context.time == 1')).toEqual([])
})

const schemas: fc.Arbitrary<Json> = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json[]>(
      { type: 'string' },
      { type: 'integer' },
      { type: 'number' },
      { enum: ['a', 'b'] },
      true,
      null,
      {},
      { $ref: '#' },
      { const: 1.5 },
      { type: 'array' },
    ),
    fc.record({ type: fc.constant('array'), items: tie('node') }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.string({ unit: 'binary' }), tie('node'), { maxKeys: 4 }),
      required: fc.array(fc.string(), { maxLength: 2 }),
    }),
    fc.record({ anyOf: fc.array(tie('node'), { maxLength: 3 }) }),
  ),
})).node as fc.Arbitrary<Json>

test('any schema and any name make a schema that Cedar takes', () => {
  const property = fc.property(
    fc.dictionary(fc.string({ unit: 'binary' }), schemas, { maxKeys: 6 }),
    (properties) => {
      const { schema } = cedarSchema([tool('s:t', properties)])
      expect(cedar.checkParseSchema(schema)).toEqual({ type: 'success' })
    },
  )
  fc.assert(property, {
    numRuns: 500,
    interruptAfterTimeLimit: 8000,
    markInterruptAsFailure: false,
  })
})

test('a schema of any size and depth is bounded', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`p${index}`, { type: 'string' }]),
  )
  expect(argumentTypes({ type: 'object', properties: wide }).args.members.size).toBe(1000)
  let deep: Json = { type: 'string' }
  for (let level = 0; level < 5000; level++) deep = { type: 'object', properties: { a: deep } }
  expect(argumentTypes(deep).warnings.map(({ message }) => message)).toEqual([
    'it is nested too deeply',
  ])
  // Each definition names the next twice: written out, 2 to the 30.
  const defs = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` }
      return [`d${index}`, { type: 'object', properties: { a: next, b: next } }]
    }),
  )
  const doubling = argumentTypes({
    type: 'object',
    properties: { x: { $ref: '#/$defs/d0' } },
    $defs: defs,
  })
  expect(doubling.warnings.length).toBeLessThanOrEqual(1000)
})

/** Paths that a shape has and a type does not. */
function missing(shape: Shape, type: ValueType | undefined, path: string): readonly string[] {
  if (type === undefined) return [path]
  if (shape === 'open' || Array.isArray(shape) || type.kind === 'opaque') return []
  return Object.entries(shape).flatMap(([name, inner]) =>
    missing(
      inner,
      type.kind === 'record' ? type.members.get(name)?.type : undefined,
      `${path}.${name}`,
    ),
  )
}

test('everything that policies can name has a type', () => {
  const { args, decimals } = argumentTypes({})
  expect(missing(SHAPES.context, contextType({ args, decimals }), 'context')).toEqual([])
  expect(missing(SHAPES.resource, RESOURCE_TYPE, 'resource')).toEqual([])
})
