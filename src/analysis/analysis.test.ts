import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnalysisSubject, type FactKind, NO_FACTS, type UrlFact } from '../kernel/facts.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { ANALYSERS } from './all.ts'
import type { Analyser, World } from './analyser.ts'
import { createAnalysis } from './analysis.ts'

const WORLD: World = {
  files: { follow: (path) => ({ kind: 'followed', real: path, exists: false, linked: false }) },
  resolver: { resolve: async () => ['192.0.2.1'] },
}
const SUBJECT: AnalysisSubject = {
  server: 's',
  tool: 'run',
  inputSchema: undefined,
  hints: {},
  local: true,
}

interface Seen {
  readonly how: 'declared' | 'found'
  readonly at: string
  readonly value: Json
}

/** An analyser that notes what it is given, and cannot read the word `bad`. */
function noting(kind: FactKind, seen: Seen[]): Analyser {
  return {
    kind,
    declared: (value, { at }) => {
      seen.push({ how: 'declared', at, value })
      return value === 'bad' ? { unparsable: 'it is bad' } : { facts: [] }
    },
    found: (value, { at }) => {
      seen.push({ how: 'found', at, value })
      return []
    },
  }
}

async function seenBy(
  kind: FactKind,
  args: JsonObject,
  subject: Partial<AnalysisSubject> = {},
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  const analysis = createAnalysis({ analysers: [noting(kind, seen)], world: WORLD })
  await analysis.analyse({ ...SUBJECT, ...subject }, args)
  return seen
}

test.each<[FactKind, JsonObject, JsonObject | undefined, string]>([
  ['path', { path: 'a' }, undefined, '/path'],
  ['path', { sourceFilePath: 'a' }, undefined, '/sourceFilePath'],
  ['url', { where: 'a' }, { properties: { where: { type: 'string', format: 'uri' } } }, '/where'],
  ['sql', { sql: 'select' }, undefined, '/sql'],
  ['shell', { cmd: 'ls' }, undefined, '/cmd'],
  ['recipient', { to: 'a', subject: 'b' }, undefined, '/to'],
  ['amount', { amount: 3 }, undefined, '/amount'],
  ['path', { edit: { file_path: 'a' } }, undefined, '/edit/file_path'],
  [
    'path',
    { list: [{ x: 1 }, { path: 'a' }] },
    { properties: { list: { type: 'array', items: { properties: { path: {} } } } } },
    '/list/1/path',
  ],
  [
    'url',
    { a: 'x' },
    { $defs: { u: { format: 'uri' } }, properties: { a: { $ref: '#/$defs/u' } } },
    '/a',
  ],
  [
    'url',
    { a: 'x' },
    { allOf: [{ properties: { a: { anyOf: [{ type: 'null' }, { format: 'uri' }] } } }] },
    '/a',
  ],
])('a %s is declared by name or schema: %j', async (kind, args, schema, at) => {
  expect(await seenBy(kind, args, { inputSchema: schema })).toContainEqual(
    expect.objectContaining({ how: 'declared', at }),
  )
})

test.each<[FactKind, JsonObject, JsonObject | undefined]>([
  ['shell', { command: 'view' }, { properties: { command: { enum: ['view', 'edit'] } } }],
  ['recipient', { to: '2026-01-01' }, undefined],
  ['path', { title: 'a' }, undefined],
])('a %s is not declared by what only looks so: %j', async (kind, args, schema) => {
  const seen: Seen[] = []
  const analysis = createAnalysis({ analysers: [noting(kind, seen)], world: WORLD })
  const bad = Object.fromEntries(Object.keys(args).map((name) => [name, 'bad']))
  const facts = await analysis.analyse({ ...SUBJECT, inputSchema: schema }, bad)
  expect(facts.unparsable).toEqual([])
})

test('the operator has the last word, by name, by pointer, for items, and for free text', async () => {
  const hints = {
    q: { kind: 'sql', dialect: 'sqlite' },
    '/a/b': { kind: 'path' },
    '/list/*': { kind: 'url' },
    path: { kind: 'text' },
  } as const
  const args = { q: 'x', a: { b: 'y' }, list: ['z'], path: 'w' }
  const schema = { properties: { list: { type: 'array', items: { type: 'string' } } } }
  const all = await Promise.all(
    (['sql', 'path', 'url'] as const).map((kind) =>
      seenBy(kind, args, { hints, inputSchema: schema }),
    ),
  )
  const declared = all.map((seen) =>
    seen.filter(({ how }) => how === 'declared').map(({ at }) => at),
  )
  expect(declared).toEqual([['/q'], ['/a/b'], ['/list/0']])
})

test('what should be of a kind and is not is unparsable; what only may be is looked at as text', async () => {
  const analysis = createAnalysis({ analysers: [noting('path', [])], world: WORLD })
  const facts = await analysis.analyse(SUBJECT, { path: 'bad', source: 'bad' })
  expect(facts.unparsable).toEqual([{ at: '/path', kind: 'path', why: 'it is bad' }])
})

test('null is no value, whatever it should have been', async () => {
  const analysis = createAnalysis({ analysers: ANALYSERS, world: WORLD })
  const names = ['path', 'url', 'sql', 'command', 'email', 'amount', 'id', 'mimetype', 'regex']
  const args = Object.fromEntries(names.map((name) => [name, null]))
  expect(await analysis.analyse(SUBJECT, args)).toEqual(NO_FACTS)
})

test('every text is looked at: values, names of members, and JSON within texts', async () => {
  const args = {
    a: ['one', { b: 'two' }],
    'https://three': 1,
    c: '{"path": "four", "d": ["five"]}',
  }
  const seen = await seenBy('url', args)
  expect(seen.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['one', 'two', 'https://three', 'four', 'five']),
  )
  const inner = await seenBy('path', args)
  expect(inner).toContainEqual({ how: 'declared', at: '/c/path', value: 'four' })
})

test('a program and its arguments beside it are one command', async () => {
  expect(await seenBy('shell', { command: 'rm', args: ['-rf', 1] })).toContainEqual({
    how: 'declared',
    at: '/command',
    value: ['rm', '-rf', '1'],
  })
})

test('every text of any arguments reaches every analyser', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (args) => {
      const seen = await seenBy('media', args as JsonObject)
      const texts = new Set(seen.map(({ value }) => value))
      const visit = (value: unknown): void => {
        if (typeof value === 'string') expect(texts).toContain(value)
        else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
      }
      visit(args)
    }),
  )
})

test('too many facts of a kind say so', async () => {
  const fact: UrlFact = {
    at: '',
    origin: 'found',
    flags: [],
    href: 'x:',
    scheme: 'x',
    host: '',
    path: '',
    addresses: [],
    ranges: [],
  }
  const many: Analyser<'url'> = {
    kind: 'url',
    declared: () => ({ facts: [] }),
    found: () => [fact, fact],
  }
  const analysis = createAnalysis({ analysers: [many], world: WORLD })
  const facts = await analysis.analyse(SUBJECT, { a: Array.from({ length: 501 }, () => 'x') })
  expect(facts.urls.length).toBe(1_000)
  expect(facts.unparsable).toEqual([{ at: '', kind: 'url', why: 'more than 1000 of them' }])
})

test.each([
  ['loads badly', { load: () => Promise.reject(new Error('no wasm')) }],
  [
    'throws',
    {
      found: () => {
        throw new Error('bug')
      },
    },
  ],
  [
    'cannot complete',
    { complete: () => Promise.reject(new Error('no resolver')), found: () => [{}] },
  ],
])('an analyser that %s makes the call fail, closed', async (_, broken) => {
  const analyser = { ...noting('url', []), ...broken } as Analyser
  const analysis = createAnalysis({ analysers: [analyser], world: WORLD })
  const run = async (): Promise<unknown> => analysis.analyse(SUBJECT, { a: 'x' })
  await expect(run()).rejects.toMatchObject({ code: 'analysis_unavailable' })
  await expect(run()).rejects.toMatchObject({ code: 'analysis_unavailable' })
})

test('once everything is loaded, facts that need nobody come at once', async () => {
  const analysis = createAnalysis({ analysers: [noting('path', [])], world: WORLD })
  await analysis.analyse(SUBJECT, {})
  expect(analysis.analyse(SUBJECT, { a: 'x' })).not.toBeInstanceOf(Promise)
})

test('schemas that refer to themselves, or are huge, end', async () => {
  const node: Record<string, unknown> = { $ref: '#/$defs/node' }
  const schema = {
    $defs: { node: { properties: { next: node, path: {}, other: node } } },
    $ref: '#/$defs/node',
  }
  const seen = await seenBy(
    'path',
    { next: { next: { path: 'deep' } } },
    {
      inputSchema: schema as unknown as JsonObject,
    },
  )
  expect(seen).toContainEqual({ how: 'declared', at: '/next/next/path', value: 'deep' })
})
