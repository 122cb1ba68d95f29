import { type Schema, Validator } from '@cfworker/json-schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { compileSchema } from './compile.ts'
import { evaluate, type Violation } from './run.ts'

const TOO_MUCH = 'takes too much work to check against its schema'

function check(schema: Json, value: Json): readonly Violation[] {
  return evaluate(compileSchema(schema).check, value)
}

describe('agrees with an independent validator', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd/e', '__proto__', 'constructor')
  const number = fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3, 1e21)
  const scalar = fc.oneof(
    number,
    fc.constantFrom('', 'a', 'ab', 'abc', '😀', 'é'),
    fc.constantFrom(null, true, false),
  )
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))
  const count = fc.constantFrom(0, 1, 2, 3)
  const names = fc.uniqueArray(key, { maxLength: 3 })
  const type = fc.constantFrom('null', 'boolean', 'number', 'integer', 'string', 'array', 'object')
  const pattern = fc.constantFrom('^a', 'b$', '^[a-c]+$', '', '.')
  const { schema } = fc.letrec<{ schema: Json; list: readonly Json[]; map: JsonObject }>((tie) => ({
    list: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
    map: fc.dictionary(key, tie('schema'), {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonObject>,
    schema: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      fc.boolean(),
      fc.record(
        { type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) },
        { requiredKeys: [] },
      ),
      fc.record(
        { enum: fc.array(tie('schema') as fc.Arbitrary<Json>, { maxLength: 2 }), const: scalar },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          minimum: number,
          maximum: number,
          exclusiveMinimum: number,
          exclusiveMaximum: number,
          multipleOf: fc.constantFrom(0.5, 1, 2, 1e-7),
          minLength: count,
          maxLength: count,
          pattern,
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          properties: tie('map'),
          patternProperties: fc.dictionary(pattern, tie('schema'), {
            maxKeys: 2,
            noNullPrototype: true,
          }),
          additionalProperties: tie('schema'),
          propertyNames: tie('schema'),
          required: names,
          minProperties: count,
          maxProperties: count,
          dependentRequired: fc.dictionary(key, names, { maxKeys: 2, noNullPrototype: true }),
          dependentSchemas: tie('map'),
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          prefixItems: tie('list'),
          items: tie('schema'),
          minItems: count,
          maxItems: count,
          uniqueItems: fc.boolean(),
          contains: tie('schema'),
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          allOf: tie('list'),
          anyOf: tie('list'),
          oneOf: tie('list'),
          not: tie('schema'),
          if: tie('schema'),
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: tie('schema'),
          else: tie('schema'),
        },
        { requiredKeys: [] },
      ),
      fc.record({ $ref: fc.constantFrom('#/$defs/a', '#/$defs/b') }),
    ),
  }))
  const root = fc.record({
    $defs: fc.record({ a: schema, b: schema }),
    properties: fc.dictionary(key, schema, { maxKeys: 3, noNullPrototype: true }),
    anyOf: fc.array(schema, { minLength: 1, maxLength: 2 }),
  })

  test('on whatever both can evaluate', () => {
    let compared = 0
    fc.assert(
      fc.property(root, value, (definition, instance) => {
        const expected = verdict(definition as unknown as JsonObject, instance)
        const found = check(definition as unknown as Json, instance)
        // What only refers to itself has no meaning, and the order of keywords decides who meets it.
        fc.pre(expected !== undefined && found[0]?.message !== TOO_MUCH)
        compared += 1
        expect(found.length === 0).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
    expect(compared).toBe(1_000)
  })

  /** Undefined where the other validator recurses without end. */
  function verdict(definition: JsonObject, instance: Json): boolean | undefined {
    try {
      return new Validator(structuredClone(definition) as Schema, '2020-12').validate(instance)
        .valid
    } catch (thrown) {
      if (thrown instanceof RangeError) return undefined
      throw thrown
    }
  }
})

describe('says what is wrong, and where', () => {
  const schema = {
    type: 'object',
    properties: {
      path: { type: 'string', minLength: 1 },
      mode: { enum: ['read', 'write'] },
      tags: { type: 'array', items: { type: ['string', 'null'] } },
      'a/b~c': { type: 'integer' },
    },
    required: ['path'],
    additionalProperties: false,
  }
  test.each<[Json, readonly Violation[]]>([
    [{ path: 'x' }, []],
    [[], [{ pointer: '', message: 'must be an object' }]],
    [{}, [{ pointer: '', message: 'must have `path`' }]],
    [{ path: '' }, [{ pointer: '/path', message: 'must be at least 1 characters long' }]],
    [{ path: 'x', extra: 1 }, [{ pointer: '/extra', message: 'is not allowed' }]],
    [{ path: 'x', mode: 'run' }, [{ pointer: '/mode', message: 'must be one of "read","write"' }]],
    [
      { path: 1, tags: ['x', 2], 'a/b~c': 1.5 },
      [
        { pointer: '/path', message: 'must be a string' },
        { pointer: '/tags/1', message: 'must be a string or null' },
        { pointer: '/a~1b~0c', message: 'must be an integer' },
      ],
    ],
  ])('%j', (value, violations) => {
    expect(check(schema, value)).toEqual(violations)
  })

  test('but not more than eight times', () => {
    const many = Array.from({ length: 1_000 }, () => 0)
    expect(check({ items: { type: 'string' } }, many)).toHaveLength(8)
  })

  test('and keeps what failed on the way to success to itself', () => {
    const either = { anyOf: [{ type: 'string' }, { type: 'number' }] }
    expect(check(either, 1)).toEqual([])
    expect(check(either, null)).toEqual([
      { pointer: '', message: 'must match one of the forms that the schema allows' },
    ])
  })
})

describe('follows the document', () => {
  test('references, pointers and anchors inside it', () => {
    const schema = {
      $ref: '#/$defs/a~1b',
      $defs: { 'a/b': { $ref: '#named' }, c: { $anchor: 'named', type: 'string' } },
    }
    expect(check(schema, 'x')).toEqual([])
    expect(check(schema, 1)).toEqual([{ pointer: '', message: 'must be a string' }])
  })

  test('recursion to the depth of the value', () => {
    const list = {
      type: 'object',
      properties: { next: { $ref: '#' } },
      additionalProperties: false,
    }
    let value: Json = {}
    for (let i = 0; i < 60; i += 1) value = { next: value }
    expect(check(list, value)).toEqual([])
    expect(check(list, { next: { next: { other: 1 } } })).toEqual([
      { pointer: '/next/next/other', message: 'is not allowed' },
    ])
  })

  test('the dialect that it names', () => {
    const tuple = { items: [{ type: 'string' }], additionalItems: false }
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }
    expect(check(draft7, ['x'])).toEqual([])
    expect(check(draft7, ['x', 1])).toEqual([{ pointer: '/1', message: 'is not allowed' }])
    const siblings = { $ref: '#/definitions/any', type: 'string', definitions: { any: {} } }
    expect(check({ ...siblings, $schema: 'http://json-schema.org/draft-07/schema#' }, 1)).toEqual(
      [],
    )
    expect(check(siblings, 1)).toHaveLength(1)
  })

  test('what other keywords saw', () => {
    const schema = {
      allOf: [{ properties: { a: {} } }],
      anyOf: [{ required: ['b'], properties: { b: {} } }, {}],
      unevaluatedProperties: false,
    }
    expect(check(schema, { a: 1, b: 2 })).toEqual([])
    expect(check(schema, { a: 1, c: 2 })).toEqual([{ pointer: '/c', message: 'is not allowed' }])
  })
})

describe('refuses', () => {
  const nested = (depth: number): Json => (depth === 0 ? {} : { not: nested(depth - 1) })
  test.each<[string, Json, string]>([
    ['a remote reference', { $ref: 'https://x.example/s' }, 'refers to another document'],
    ['a file', { $ref: 'file:///etc/passwd#/a' }, 'refers to another document'],
    ['a relative reference', { $ref: 'other.json' }, 'refers to another document'],
    ['a reference to nothing', { $ref: '#/$defs/x' }, 'refers to a place that it does not have'],
    ['an anchor that is not there', { $ref: '#x' }, 'refers to a place that it does not have'],
    ['an inherited member', { $ref: '#/constructor' }, 'refers to a place that it does not have'],
    ['a malformed reference', { $ref: '#/%zz' }, 'has a malformed reference'],
    ['a dynamic reference', { $dynamicRef: '#x' }, 'uses `$dynamicRef`'],
    [
      'a nested document',
      { properties: { a: { $id: 'https://x.example/' } } },
      'has a nested `$id`',
    ],
    [
      'an unknown dialect',
      { $schema: 'https://x.example/' },
      'is written in a dialect that is not supported',
    ],
    ['a wrong type', { type: 'text' }, 'is not valid JSON Schema at `type`'],
    ['a wrong keyword', { required: true }, 'is not valid JSON Schema at `required`'],
    ['a wrong bound', { minimum: '1' }, 'is not valid JSON Schema at `minimum`'],
    ['a wrong subschema', { properties: { a: 1 } }, 'has a subschema that is not a schema'],
    ['a wrong branch', { anyOf: {} }, 'is not valid JSON Schema at `anyOf`'],
    ['lookahead', { pattern: '^(?=a)' }, 'has a pattern that cannot be matched in linear time'],
    ['a malformed pattern', { pattern: '(' }, 'has a malformed pattern'],
    ['depth', nested(70), 'is nested too deeply'],
    ['size', { description: 'x'.repeat(300_000) }, 'is too large'],
    ['number', { allOf: Array.from({ length: 5_001 }, () => ({})) }, 'has too many subschemas'],
    [
      'patterns',
      { allOf: Array.from({ length: 10 }, () => ({ pattern: '^.{3000}$' })) },
      'has too large patterns',
    ],
  ])('%s', (_what, schema, message) => {
    expect(() => compileSchema(schema)).toThrow(
      expect.objectContaining({
        code: 'definition_unsupported',
        message: `the definition ${message}`,
      }),
    )
  })
})

describe('stops', () => {
  const tooMuch = [{ pointer: '', message: TOO_MUCH }]

  test('a schema that doubles with every reference', () => {
    const $defs: Record<string, Json> = { a0: { type: 'string' } }
    for (let i = 1; i < 60; i += 1) {
      const next = { $ref: `#/$defs/a${i - 1}` }
      $defs[`a${i}`] = { allOf: [next, next] }
    }
    expect(check({ $defs, $ref: '#/$defs/a59' }, 'x')).toEqual(tooMuch)
  })

  test('a schema that doubles with every level of the value', () => {
    const schema = {
      $defs: {
        n: { properties: { n: { anyOf: [{ $ref: '#/$defs/n' }, { $ref: '#/$defs/n' }, false] } } },
      },
      oneOf: [{ $ref: '#/$defs/n' }, { not: { $ref: '#/$defs/n' } }],
      unevaluatedProperties: false,
    }
    let value: Json = 1
    for (let i = 0; i < 60; i += 1) value = { n: value }
    expect(check(schema, value)).toEqual(tooMuch)
  })

  test('a schema that only refers to itself', () => {
    expect(check({ $ref: '#' }, 1)).toEqual(tooMuch)
    expect(check({ allOf: [{ $ref: '#/allOf/0' }] }, 1)).toEqual(tooMuch)
    expect(check({ $ref: '#a', $defs: { a: { $anchor: 'a', $ref: '#a' } } }, 1)).toEqual(tooMuch)
  })

  test('not at long lists of different items', () => {
    const items = Array.from({ length: 200_000 }, (_, i) => i)
    expect(check({ uniqueItems: true, items: { type: 'integer' } }, items)).toEqual([])
    expect(check({ uniqueItems: true }, [...items, 0])).toEqual([
      { pointer: '', message: 'must not have equal items' },
    ])
  })
})
