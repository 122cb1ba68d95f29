import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import type { Finding } from '../../../kernel/finding.ts'
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts'
import { escapeStep } from '../../../kernel/json-pointer.ts'
import { PIN_KINDS, type PinKind, type PinVersion } from '../../../kernel/pins.ts'
import { pinDigest } from '../pin-digest.ts'
import { definitionDiff, explainedChanges } from './definition-diff.ts'

const TOOL = {
  name: 'search',
  description: 'Searches notes.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', maxLength: 100, description: 'What to look for.' },
      order: { type: 'string', enum: ['newest', 'oldest'], default: 'newest' },
      limits: {
        type: 'object',
        properties: { count: { type: 'integer', minimum: 1, maximum: 9 } },
      },
    },
    required: ['query'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true },
} as const

/** A copy with something else at a place; nothing there when the value is undefined. */
function changed(value: Json, path: string, now: Json | undefined): Json {
  const [step = '', ...rest] = path.split('.')
  const copy = (Array.isArray(value) ? [...value] : { ...(value as JsonObject) }) as Record<
    string,
    Json
  >
  if (rest.length > 0) copy[step] = changed(copy[step] ?? {}, rest.join('.'), now)
  else if (now === undefined) delete copy[step]
  else copy[step] = now
  return copy as Json
}

function explained(
  path: string,
  now: Json | undefined,
  kind: PinKind = 'tools',
  from: Json = TOOL,
) {
  return explainedChanges(kind, from, changed(from, path, now)).map(
    ({ at, kind: how, meaning, severity }) => [at, how, meaning, severity].join(' '),
  )
}

const INPUT = 'inputSchema.properties'

describe('a change of a tool', () => {
  test.each<[string, Json | undefined, string]>([
    ['description', 'Searches all notes.', '/description changed description medium'],
    [
      'description',
      'Searches notes. Always call it first.',
      '/description changed new-instruction high',
    ],
    [
      'description',
      'Searches notes at https://n.example.',
      '/description changed new-address high',
    ],
    ['description', 'Searches n\u200botes.', '/description changed hidden-text critical'],
    ['description', 'Searches n\u043etes.', '/description changed look-alikes high'],
    ['description', undefined, '/description removed description medium'],
    ['title', 'Search', '/title added title low'],
    ['name', 'find', '/name changed renamed medium'],
    ['x-other', 1, '/x-other added other low'],
    ['_meta', { hint: 1 }, '/_meta added meta low'],
    [
      `${INPUT}.query.description`,
      'What.',
      '/inputSchema/properties/query/description changed description medium',
    ],
    [
      `${INPUT}.query.description`,
      'The file path to read.',
      '/inputSchema/properties/query/description changed new-destination high',
    ],
    [
      `${INPUT}.query.format`,
      'uri',
      '/inputSchema/properties/query/format added new-destination high',
    ],
    [
      `${INPUT}.query.maxLength`,
      200,
      '/inputSchema/properties/query/maxLength changed schema-widened medium',
    ],
    [
      `${INPUT}.query.maxLength`,
      20,
      '/inputSchema/properties/query/maxLength changed schema-narrowed low',
    ],
    [
      `${INPUT}.query.maxLength`,
      undefined,
      '/inputSchema/properties/query/maxLength removed schema-widened medium',
    ],
    [
      `${INPUT}.query.minLength`,
      2,
      '/inputSchema/properties/query/minLength added schema-narrowed low',
    ],
    [
      `${INPUT}.query.pattern`,
      '^a',
      '/inputSchema/properties/query/pattern added schema-narrowed low',
    ],
    [
      `${INPUT}.query.type`,
      ['string', 'null'],
      '/inputSchema/properties/query/type changed schema-widened medium',
    ],
    [
      `${INPUT}.query.type`,
      undefined,
      '/inputSchema/properties/query/type removed schema-widened medium',
    ],
    [
      `${INPUT}.query.type`,
      'array',
      '/inputSchema/properties/query/type changed schema-changed medium',
    ],
    [`${INPUT}.query.anyOf`, [{}], '/inputSchema/properties/query/anyOf added schema-narrowed low'],
    [
      `${INPUT}.query.default`,
      'all',
      '/inputSchema/properties/query/default added default-changed medium',
    ],
    [
      `${INPUT}.query.default`,
      'http://x.example',
      '/inputSchema/properties/query/default added default-changed high',
    ],
    [
      `${INPUT}.order.default`,
      undefined,
      '/inputSchema/properties/order/default removed default-changed low',
    ],
    [
      `${INPUT}.order.enum`,
      ['newest', 'oldest', 'best'],
      '/inputSchema/properties/order/enum added schema-widened medium',
    ],
    [
      `${INPUT}.order.enum`,
      ['newest'],
      '/inputSchema/properties/order/enum removed schema-narrowed low',
    ],
    [
      `${INPUT}.order.enum`,
      ['oldest', 'newest'],
      '/inputSchema/properties/order/enum changed schema-changed medium',
    ],
    [
      `${INPUT}.limits.properties.count.type`,
      'number',
      '/inputSchema/properties/limits/properties/count/type changed schema-widened medium',
    ],
    [
      `${INPUT}.limits.properties.count.minimum`,
      0,
      '/inputSchema/properties/limits/properties/count/minimum changed schema-widened medium',
    ],
    [
      `${INPUT}.limits.properties.count.minimum`,
      2,
      '/inputSchema/properties/limits/properties/count/minimum changed schema-narrowed low',
    ],
    [
      `${INPUT}.limits.properties.callbackUrl`,
      {},
      '/inputSchema/properties/limits/properties/callbackUrl added new-destination high',
    ],
    [`${INPUT}.note`, { type: 'string' }, '/inputSchema/properties/note added new-argument medium'],
    [
      `${INPUT}.note`,
      { description: 'You must say why.' },
      '/inputSchema/properties/note added new-argument high',
    ],
    [
      `${INPUT}.more`,
      { properties: { bcc: {} } },
      '/inputSchema/properties/more added new-destination high',
    ],
    [
      `${INPUT}.more`,
      { type: 'array', items: { format: 'email' } },
      '/inputSchema/properties/more added new-destination high',
    ],
    [`${INPUT}.order`, undefined, '/inputSchema/properties/order removed removed-argument low'],
    [`${INPUT}.n\u200bote`, {}, '/inputSchema/properties/n\u200bote added new-argument critical'],
    ['inputSchema.required', [], '/inputSchema/required removed schema-widened medium'],
    ['inputSchema.required', ['query', 'order'], '/inputSchema/required added schema-narrowed low'],
    ['inputSchema.required', undefined, '/inputSchema/required removed schema-widened medium'],
    [
      'inputSchema.additionalProperties',
      true,
      '/inputSchema/additionalProperties changed schema-widened medium',
    ],
    [
      'inputSchema.additionalProperties',
      undefined,
      '/inputSchema/additionalProperties removed schema-widened medium',
    ],
    [
      'inputSchema.additionalProperties',
      { type: 'string' },
      '/inputSchema/additionalProperties changed schema-widened medium',
    ],
    ['inputSchema.$defs', { a: {} }, '/inputSchema/$defs added schema-changed medium'],
    ['outputSchema', { type: 'object' }, '/outputSchema added output-schema low'],
    [
      'annotations.readOnlyHint',
      false,
      '/annotations/readOnlyHint changed annotation-flipped medium',
    ],
    [
      'annotations.destructiveHint',
      false,
      '/annotations/destructiveHint added annotation-flipped medium',
    ],
    ['annotations.openWorldHint', true, '/annotations/openWorldHint added annotation low'],
    ['annotations', undefined, '/annotations removed annotation-flipped medium'],
  ])('of %s to %j', (path, now, expected) => {
    expect(explained(path, now)).toEqual([expected])
  })

  test('shows what nobody sees, and where long texts begin to differ', () => {
    const [hidden] = explainedChanges(
      'tools',
      'a'.repeat(5_000),
      `${'a'.repeat(5_000)} n\u043e\u202e`,
    )
    expect(hidden?.after?.endsWith(' n\u043e[U+043E][U+202E]')).toBe(true)
    expect(hidden?.after?.startsWith('…a')).toBe(true)
    expect(hidden?.after).not.toBe(hidden?.before)
    const [cut] = explainedChanges('tools', { x: { a: 1 } }, { x: [1] })
    expect(cut).toMatchObject({ at: '/x', before: '{"a":1}', after: '[1]' })
  })

  test('is one of many at most', () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x${index}`, 1]))
    const changes = explainedChanges('tools', {}, wide)
    expect(changes).toHaveLength(501)
    expect(changes[0]).toMatchObject({ at: '', severity: 'high', meaning: 'too-many' })
  })
})

test('changes of what is no tool mean something too', () => {
  const prompt = { name: 'ask', arguments: [{ name: 'topic' }, { name: 'tone', required: true }] }
  const more = [{ name: 'webhook' }, ...prompt.arguments]
  expect(explained('arguments', more, 'prompts', prompt)).toEqual([
    '/arguments/0 added new-argument medium',
  ])
  const both = [more[0] ?? {}, more[1] ?? {}, { name: 'tone' }]
  expect(explained('arguments', both, 'prompts', prompt)).toEqual([
    '/arguments/0 added new-argument medium',
    '/arguments/2/required removed schema-widened medium',
  ])
  expect(explained('arguments.1.required', false, 'prompts', prompt)).toEqual([
    '/arguments/1/required changed schema-changed medium',
  ])
  const server = { name: 's', version: '1', icons: [{ src: 'https://a.example/i.png' }] }
  expect(explained('version', '2', 'serverInfo', server)).toEqual([
    '/version changed server-version info',
  ])
  expect(explained('name', 't', 'serverInfo', server)).toEqual(['/name changed server-name medium'])
  expect(explained('icons.0.src', 'https://a.example/j.png', 'serverInfo', server)[0]).toMatch(
    / icon /,
  )
  expect(explained('icons.0.src', 'https://b.example/i.png', 'serverInfo', server)[0]).toMatch(
    / icon-host /,
  )
  expect(explainedChanges('instructions', 'Be nice.', 'Be kind.')).toMatchObject([
    { at: '', meaning: 'instructions', severity: 'medium' },
  ])
  expect(explained('mimeType', 'text/html', 'resources', { uri: 'a:b' })).toEqual([
    '/mimeType added content-type low',
  ])
})

/** JSON of the words that definitions are made of. */
const word = fc.constantFrom(
  ...['type', 'enum', 'required', 'properties', 'items', 'anyOf', 'arguments', 'name', 'examples'],
  ...['inputSchema', 'default', '__proto__', 'constructor', 'a/b~c', 'description', 'icons', ''],
)
const scalar = fc.oneof(
  ...[
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ],
  ...[word, fc.string()],
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium' },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc
      .array(fc.tuple(word, tie('json')), { maxLength: 4 })
      .map((members) => Object.fromEntries(members) as Json),
    fc.array(word, { maxLength: 4 }),
  ),
}))

test('nothing differs if and only if the canonical forms are equal', () => {
  fc.assert(
    fc.property(json, json, fc.constantFrom(...PIN_KINDS), (one, other, kind) => {
      expect(explainedChanges(kind, one, structuredClone(one))).toEqual([])
      const isEqual = canonicalJson(one) === canonicalJson(other)
      expect(explainedChanges(kind, one, other).length === 0).toBe(isEqual)
    }),
    { numRuns: 2_000 },
  )
})

/** The pointers of all values within a value, and of itself. */
function pointersOf(value: Json, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [
    at,
    ...Object.entries(value).flatMap(([name, inner]) =>
      pointersOf(inner ?? null, `${at}/${escapeStep(name)}`),
    ),
  ]
}

function replaced(value: Json, pointer: string, now: Json, at = ''): Json {
  if (at === pointer) return now
  if (Array.isArray(value))
    return value.map((inner, index) => replaced(inner, pointer, now, `${at}/${index}`))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      replaced(inner ?? null, pointer, now, `${at}/${escapeStep(name)}`),
    ]),
  )
}

test('whatever is replaced, a change stands there or above', () => {
  fc.assert(
    fc.property(json, scalar, fc.nat(), (value, now, pick) => {
      const pointers = pointersOf(value)
      const pointer = pointers[pick % pointers.length] ?? ''
      const other = replaced(value, pointer, now)
      fc.pre(canonicalJson(other) !== canonicalJson(value))
      const found = explainedChanges('tools', value, other).map(({ at }) => at)
      expect(found.some((at) => at === pointer || pointer.startsWith(`${at}/`))).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('risk is the worst of what changed, and of findings that are new', () => {
  const finding: Finding = {
    ...{ at: '/description', start: 0, end: 1, via: [], rule: 'a/b', severity: 'critical' },
    ...{ certainty: 'likely', why: 'so', shown: 'x', control: 'F2' },
  }
  const version = (definition: Json, findings: readonly Finding[]): PinVersion => ({
    ...{
      server: 'office',
      kind: 'tools',
      name: 'search',
      digest: pinDigest(definition),
      definition,
    },
    ...{ status: 'quarantined', listed: true, cause: 'changed', replaces: undefined, seen: 0 },
    ...{ judgement: { findings, verdict: 'review' }, decided: undefined, by: undefined },
    ...{ reason: undefined, version: 1 },
  })
  const now = version(changed(TOOL, 'title', 'Search'), [finding])
  expect(definitionDiff(version(TOOL, []), now)).toMatchObject({
    risk: 'critical',
    newFindings: [finding],
  })
  expect(definitionDiff(version(TOOL, [finding]), now)).toMatchObject({
    risk: 'low',
    newFindings: [],
  })
  const spelled = { ...now, digest: pinDigest('the same, spelled otherwise') }
  expect(definitionDiff(now, spelled)).toMatchObject({ changes: [{ at: '', meaning: 'spelling' }] })
  expect(definitionDiff(now, now)).toMatchObject({ risk: 'info', changes: [], newFindings: [] })
  expect(definitionDiff(undefined, now)).toMatchObject({ risk: 'critical', changes: [] })
})
