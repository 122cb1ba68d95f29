import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { createCatalog } from './catalog.ts'

const none = { override: () => undefined }

function tool(name: string, more: JsonObject = {}): JsonObject {
  return { name, inputSchema: { type: 'object' }, ...more }
}

test('keeps a definition exactly, with its digest', () => {
  const catalog = createCatalog(none)
  const definition = tool('read_file', { title: 'Read', 'x-vendor': { b: 1, a: [2] } })
  const { entries, findings } = catalog.replace('files', 'tools', [definition])
  const entry = catalog.tool('files', 'read_file')
  expect(entry?.definition).toBe(definition)
  expect(entry?.digest()).toBe(sha256(canonicalJson(definition)))
  expect(entry?.classification.effects).toEqual(['read'])
  expect(entries).toEqual([entry])
  expect(findings).toEqual([])
})

test('any difference in a definition is another digest', () => {
  const catalog = createCatalog(none)
  const digests = [tool('x'), tool('x', { description: '' }), tool('x', { _meta: {} })].map(
    (definition) => catalog.replace('s', 'tools', [definition]).entries[0]?.digest(),
  )
  expect(new Set(digests).size).toBe(3)
})

test('a definition that is not Unicode text is not usable', () => {
  const catalog = createCatalog(none)
  catalog.replace('s', 'tools', [tool('x', { description: '\ud800' })])
  expect(() => catalog.tool('s', 'x')?.violations({})).toThrow(
    expect.objectContaining({
      code: 'definition_unsupported',
      message: 'the definition holds text that is not Unicode',
    }),
  )
})

describe('lists', () => {
  test('replace and merge', () => {
    const catalog = createCatalog(none)
    const names = (): string[] => [...catalog.entries('s', 'tools')].map(({ name }) => name)
    expect(catalog.complete('s', 'tools')).toBe(false)
    catalog.merge('s', 'tools', [tool('a'), tool('b')])
    expect(catalog.complete('s', 'tools')).toBe(false)
    catalog.merge('s', 'tools', [tool('c'), tool('a', { title: 'new' })])
    expect(names()).toEqual(['b', 'c', 'a'])
    expect(catalog.tool('s', 'a')?.definition['title']).toBe('new')
    catalog.replace('s', 'tools', [tool('d')])
    expect(names()).toEqual(['d'])
    expect(catalog.complete('s', 'tools')).toBe(true)
    catalog.invalidate('s', 'tools')
    expect(names()).toEqual([])
    expect(catalog.complete('s', 'tools')).toBe(false)
  })

  test('are apart for each server and kind', () => {
    const catalog = createCatalog(none)
    catalog.replace('one', 'tools', [tool('x')])
    catalog.replace('one', 'prompts', [{ name: 'y' }])
    catalog.replace('one', 'resources', [{ uri: 'a://b', name: 'z' }])
    catalog.replace('one', 'resourceTemplates', [{ uriTemplate: 'a://{b}', name: 'z' }])
    expect(catalog.tool('two', 'x')).toBeUndefined()
    expect(catalog.tool('one', 'y')).toBeUndefined()
    expect(catalog.entry('one', 'prompts', 'y')).toBeDefined()
    expect(catalog.entry('one', 'resources', 'a://b')?.classification.effects).toEqual(['read'])
    expect(catalog.entry('one', 'resourceTemplates', 'a://{b}')).toBeDefined()
    expect(catalog.tool('one', '__proto__')).toBeUndefined()
  })
})

describe('leaves out', () => {
  test.each<[string, readonly Json[], readonly string[]]>([
    ['what is no object', [tool('ok'), null, 'x'], ['#1 not_an_object', '#2 not_an_object']],
    ['what has no name', [tool('ok'), { inputSchema: {} }], ['#1 illegal_name']],
    [
      'illegal names',
      [tool('ok'), tool(''), tool('a b'), tool('a/b'), tool('x'.repeat(129)), tool('é\u202e')],
      [
        '"" illegal_name',
        '"a b" illegal_name',
        '"a/b" illegal_name',
        `"${'x'.repeat(100)}" illegal_name`,
        '"é\\u{202e}" illegal_name',
      ],
    ],
    ['both of a name', [tool('a'), tool('ok'), tool('a', { title: 'b' })], ['"a" duplicate_name']],
    [
      'what has no schema',
      [
        { name: 'a' },
        tool('ok'),
        tool('b', { outputSchema: true }),
        tool('c', { inputSchema: [] }),
      ],
      ['"a" schema_not_an_object', '"b" schema_not_an_object', '"c" schema_not_an_object'],
    ],
    [
      'what is too large',
      [tool('ok'), tool('a', { description: 'x'.repeat(1_100_000) })],
      ['"a" too_large'],
    ],
  ])('%s', (_what, items, problems) => {
    const catalog = createCatalog(none)
    const { entries, findings } = catalog.replace('s', 'tools', items)
    expect(entries.map(({ name }) => name)).toEqual(['ok'])
    expect(findings.map(({ item, problem }) => `${item} ${problem}`)).toEqual(problems)
    expect(catalog.findings()).toEqual(findings)
    expect(catalog.tool('s', 'a')).toBeUndefined()
  })

  test('what a later page makes ambiguous', () => {
    const catalog = createCatalog(none)
    catalog.merge('s', 'tools', [tool('a')])
    catalog.merge('s', 'tools', [tool('a', { title: '1' }), tool('a', { title: '2' })])
    expect(catalog.tool('s', 'a')).toBeUndefined()
  })

  test('what there is no room for', () => {
    const catalog = createCatalog({ ...none, maxEntries: 2 })
    const { entries } = catalog.replace('s', 'tools', [tool('a'), tool('b'), tool('c')])
    expect(entries.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(catalog.findings()).toEqual([
      { server: 's', kind: 'tools', item: '"c"', problem: 'no_room' },
    ])
    catalog.invalidate('s', 'tools')
    expect(catalog.replace('t', 'tools', [tool('c'), tool('d')]).findings).toEqual([])

    const small = createCatalog({ ...none, maxSize: 100 })
    const large = tool('b', { description: 'x'.repeat(100) })
    expect(small.replace('s', 'tools', [tool('a'), large]).findings).toHaveLength(1)
    for (let i = 0; i < 10; i += 1) {
      expect(small.merge('s', 'tools', [tool('a')]).findings).toEqual([])
    }
  })
})

describe('checks', () => {
  test('arguments and results of tools', () => {
    const catalog = createCatalog(none)
    const properties = { n: { type: 'integer' } }
    const definition = tool('x', {
      inputSchema: { type: 'object', properties },
      outputSchema: { type: 'object', properties },
    })
    catalog.replace('s', 'tools', [definition])
    const entry = catalog.tool('s', 'x')
    expect(entry?.violations({ n: 1 })).toEqual([])
    expect(entry?.violations({ n: 'x' })).toHaveLength(1)
    expect(entry?.flaws({ structuredContent: { n: 1 } })).toEqual([])
    expect(entry?.flaws({ structuredContent: { n: 'x' } })).toHaveLength(1)
  })

  test('an output schema that cannot be evaluated before the call', () => {
    const catalog = createCatalog(none)
    catalog.replace('s', 'tools', [tool('x', { outputSchema: { $ref: 'https://x.example/' } })])
    expect(() => catalog.tool('s', 'x')?.violations({})).toThrow(
      expect.objectContaining({ code: 'definition_unsupported' }),
    )
  })

  test('arguments of prompts', () => {
    const catalog = createCatalog(none)
    const argumentsOf = [{ name: 'topic', required: true }, { name: 'tone' }]
    catalog.replace('s', 'prompts', [{ name: 'p', arguments: argumentsOf }])
    const entry = catalog.entry('s', 'prompts', 'p')
    expect(entry?.violations({ topic: 'x' })).toEqual([])
    expect(entry?.violations({ tone: 'x' })).toHaveLength(1)
    expect(entry?.violations({ topic: 1 })).toHaveLength(1)
  })

  test('nothing of resources', () => {
    const catalog = createCatalog(none)
    catalog.replace('s', 'resources', [{ uri: 'a://b' }])
    const entry = catalog.entry('s', 'resources', 'a://b')
    expect(entry?.violations({ anything: 1 })).toEqual([])
    expect(entry?.flaws({ contents: [] })).toEqual([])
  })
})

test("the operator's classification is the one in force", () => {
  const override = {
    effects: ['pay'],
    reversible: false,
    risk: 'high',
    reads: ['financial'],
    trust: 'trusted',
  } as const
  const catalog = createCatalog({
    override: (server, name) => (server === 's' && name === 'get_it' ? override : undefined),
  })
  catalog.replace('s', 'tools', [tool('get_it'), tool('get_that')])
  expect(catalog.tool('s', 'get_it')?.classification).toEqual({
    ...override,
    source: 'catalog',
    confidence: 'stated',
  })
  expect(catalog.tool('s', 'get_that')?.classification.source).toBe('inferred')
})

test('holds ten thousand tools', () => {
  const catalog = createCatalog(none)
  const tools = Array.from({ length: 10_000 }, (_, i) => tool(`get_${i}`))
  expect(catalog.replace('s', 'tools', tools).findings).toEqual([])
  expect(catalog.tool('s', 'get_9999')?.violations({})).toEqual([])
})
