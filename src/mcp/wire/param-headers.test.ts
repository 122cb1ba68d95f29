import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import {
  checkParamHeaders,
  type ParamHeader,
  paramHeaders,
  readParamHeaders,
} from './param-headers.ts'
import { failureOf } from './testing/failure-of.ts'

const schema = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
})
const region = { type: 'string', 'x-mcp-header': 'Region' }

type Invalid = readonly [JsonObject, string]

describe('annotations of a schema', () => {
  test.each([
    [schema({}), []],
    [schema({ a: { type: 'number' }, b: true }), []],
    [schema({ a: region }), [{ header: 'mcp-param-region', path: ['a'] }]],
    [
      schema({
        a: { type: 'integer', 'x-mcp-header': 'A' },
        b: schema({ c: schema({ d: { type: 'boolean', 'x-mcp-header': 'x-D_1' } }) }),
      }),
      [
        { header: 'mcp-param-a', path: ['a'] },
        { header: 'mcp-param-x-d_1', path: ['b', 'c', 'd'] },
      ],
    ],
    // A property that only has the name of the annotation; data that only looks like a schema.
    [schema({ 'x-mcp-header': { type: 'string' } }), []],
    [schema({ a: { type: 'object', default: { 'x-mcp-header': 'A' }, enum: [region] } }), []],
    [
      schema({ a: { ...region, $ref: '#/$defs/a' } }, { $defs: { a: { type: 'string' } } }),
      [{ header: 'mcp-param-region', path: ['a'] }],
    ],
  ])('%j', (inputSchema, headers) => {
    expect(readParamHeaders(inputSchema)).toEqual({ kind: 'valid', headers })
  })

  const token = '`x-mcp-header` at `a` is not a header token'
  const type = '`x-mcp-header` at `a` is not on a string, integer or boolean'
  const place = (path: string) =>
    `\`x-mcp-header\` at \`${path}\` is not on a property of the arguments`
  test.each<Invalid>([
    [schema({ a: { ...region, 'x-mcp-header': '' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 7 } }), token],
    [schema({ a: { ...region, 'x-mcp-header': null } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'My Region' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'Region:Primary' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'Région' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'Region\t1' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'A\r\nEvil: 1' } }), token],
    [schema({ a: { ...region, 'x-mcp-header': 'Region\n' } }), token],
    ...['object', 'array', 'null', 'number', ['string'], undefined].map(
      (name) => [schema({ a: { 'x-mcp-header': 'A', type: name } }), type] as const,
    ),
    [
      schema({ a: region, b: region }),
      '`x-mcp-header` at `b` names the header `mcp-param-region` a second time',
    ],
    [
      schema({
        a: region,
        b: { c: 1, properties: { d: { ...region, 'x-mcp-header': 'rEGION' } } },
      }),
      '`x-mcp-header` at `b.d` names the header `mcp-param-region` a second time',
    ],
    [{ ...region }, place('')],
    ...[
      'items',
      'contains',
      'additionalProperties',
      'not',
      'if',
      'then',
      'else',
      'propertyNames',
    ].map((keyword) => [schema({ a: { [keyword]: region } }), place('a')] as const),
    ...['oneOf', 'anyOf', 'allOf', 'prefixItems', 'items'].map(
      (keyword) => [schema({}, { [keyword]: [{}, schema({ x: region })] }), place('x')] as const,
    ),
    ...['$defs', 'definitions', 'patternProperties', 'dependentSchemas'].map(
      (keyword) => [schema({}, { [keyword]: { k: region } }), place('')] as const,
    ),
  ])('%j is invalid', (inputSchema, reason) => {
    expect(readParamHeaders(inputSchema)).toEqual({ kind: 'invalid', reason })
  })
})

const EXPECTED: readonly ParamHeader[] = [
  { header: 'mcp-param-region', path: ['region'] },
  { header: 'mcp-param-depth', path: ['inner', 'depth'] },
]

describe('headers of a call', () => {
  test.each([
    [{}, {}],
    [{ region: null, inner: null }, {}],
    [{ inner: {} }, { 'mcp-param-other': 'x' }],
    [{ region: 'us west' }, { 'mcp-param-region': ' us west ' }],
    [{ region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8=?=' }],
    [{ region: 'SGVsbG8=' }, { 'mcp-param-region': 'SGVsbG8=' }],
    [{ region: '=?base64?SGVsbG8=' }, { 'mcp-param-region': '=?base64?SGVsbG8=' }],
    [{ region: '' }, { 'mcp-param-region': '' }],
    [{ region: false }, { 'mcp-param-region': 'false' }],
    [{ inner: { depth: 42 } }, { 'mcp-param-depth': '42' }],
    [{ inner: { depth: 42 } }, { 'mcp-param-depth': '42.0' }],
    [{ inner: { depth: -7 } }, { 'mcp-param-depth': '=?base64?LTc=?=' }],
    // The schema refuses these arguments; no header could repeat them.
    [{ region: {}, inner: [1] }, {}],
    [{ inner: { depth: 1.5 } }, {}],
  ])('%j with %j agree', (args, headers) => {
    expect(failureOf(() => checkParamHeaders(headers, EXPECTED, args))).toBe('accepted')
  })

  const differs = 'does not match the argument `region`'
  test.each([
    [{ region: 'a' }, {}, 'is missing'],
    [{ region: '' }, {}, 'is missing'],
    [{ region: false }, {}, 'is missing'],
    [{ region: 'a' }, { 'mcp-param-region': 'b' }, differs],
    [{ region: 'a' }, { 'mcp-param-region': 'A' }, differs],
    [{ region: 'a' }, { 'mcp-param-region': '' }, differs],
    [{ region: true }, { 'mcp-param-region': 'TRUE' }, differs],
    [{ region: '42' }, { 'mcp-param-region': '42.0' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '42.5' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '42.00000000000000000001' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '0x2a' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '042' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '4.2e1' }, differs],
    [{ region: 42 }, { 'mcp-param-region': '' }, differs],
    [{ region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }, 'has an invalid value'],
    [{ region: 'é' }, { 'mcp-param-region': 'é' }, 'has an invalid value'],
    [{ region: 'a' }, { 'mcp-param-region': ['a', 'b'] }, 'occurs more than once'],
    // A header that says what the body does not.
    [{}, { 'mcp-param-region': 'a' }, differs],
    [{ region: null }, { 'mcp-param-region': 'null' }, differs],
    [{ region: {} }, { 'mcp-param-region': '[object Object]' }, differs],
  ])('%j with %j do not', (args, headers, problem) => {
    expect(failureOf(() => checkParamHeaders(headers, EXPECTED, args))).toBe(
      `header_mismatch: header \`mcp-param-region\` ${problem}`,
    )
  })

  test('inherited members are no arguments', () => {
    const args: JsonObject = Object.create({ region: 'a' })
    expect(paramHeaders(EXPECTED, args)).toEqual({})
  })

  test.each([
    [{}, {}],
    [{ region: null, inner: { depth: null } }, {}],
    [
      { region: ' padded ', inner: { depth: 42 } },
      { 'mcp-param-region': '=?base64?IHBhZGRlZCA=?=', 'mcp-param-depth': '42' },
    ],
    [{ region: false }, { 'mcp-param-region': 'false' }],
    [{ region: {}, inner: { depth: 2.5 } }, {}],
  ])('%j is sent as %j', (args, headers) => {
    expect(paramHeaders(EXPECTED, args)).toEqual(headers)
  })

  test('what is sent is accepted', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.constant(null),
    )
    fc.assert(
      fc.property(value, value, (a, b) => {
        fc.pre(String(a).isWellFormed() && String(b).isWellFormed())
        const args = { region: a, inner: { depth: b } }
        checkParamHeaders(paramHeaders(EXPECTED, args), EXPECTED, args)
      }),
    )
  })
})
