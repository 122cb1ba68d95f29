// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is tested.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { type Entry, makeEntry } from '../entry.ts'
import { validatorCache } from '../validators.ts'
import type { Renderers } from './filling.ts'
import { type VirtualTool, type VirtualToolSource, virtualTool } from './virtual-tool.ts'

/** A place for an argument. */
const $ = (name: string): string => `\${${name}}`

const validators = validatorCache(10_000)
const renderers: Renderers = {
  sql: (template, values) =>
    Object.values(values).includes('bad')
      ? { why: 'is bad' }
      : { text: `${template} ${JSON.stringify(values)}` },
}
const places = { workspace: '/srv/work' }

function original(more: JsonObject = {}): Entry {
  const json = {
    name: 'run',
    description: 'Runs.',
    inputSchema: {
      type: 'object',
      properties: { sql: { type: 'string', maxLength: 60 }, options: { type: 'object' } },
      required: ['sql'],
      additionalProperties: false,
    },
    ...more,
  }
  return makeEntry('tools', { name: 'run', json, size: 0 }, validators, () => undefined)
}

const OF = { server: 'crm', name: 'run' }

function make(source: Partial<VirtualToolSource>): VirtualTool {
  const made = virtualTool(
    'status',
    { of: OF, description: 'D.', ...source },
    { renderers, validators, places },
  )
  if ('over' in made) return made
  throw new Error(JSON.stringify(made))
}

function flaws(source: Partial<VirtualToolSource>): readonly string[] {
  const made = virtualTool(
    'status',
    { of: OF, description: 'D.', ...source },
    { renderers, validators, places },
  )
  return 'over' in made ? [] : made.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const TEXT = { type: 'string' }
const id = { id: { type: 'integer', minimum: 1 } }

describe('what the original gets', () => {
  test('is made of fixed values, arguments and templates, at any depth', () => {
    const tool = make({
      arguments: {
        ...id,
        flag: { type: 'boolean', optional: true },
        tag: { ...TEXT, default: 'x' },
        tags: { type: 'array' },
      },
      with: {
        sql: { sql: `S ${$('id')}`, dialect: 'sqlite' },
        options: {
          fixed: { fixed: { path: $('tag') } },
          id: $('id'),
          flag: $('flag'),
          list: [$('tag'), $('flag'), 1, null, { text: `<${$('tag')}>` }],
          tags: $('tags'),
          file: { path: `${$('workspace')}/${$('tag')}.csv` },
        },
      },
    }).over(original())
    expect(tool.fill({ id: 3, tags: ['a', { b: 1 }] })).toEqual({
      sql: 'S ${id} {"id":3}',
      options: {
        fixed: { path: $('tag') },
        id: 3,
        list: ['x', 1, null, '<x>'],
        tags: ['a', { b: 1 }],
        file: '/srv/work/x.csv',
      },
    })
    expect(tool.fill({ id: 3, flag: false, tag: 'y', tags: [] })).toMatchObject({
      options: { flag: false, list: ['y', false, 1, null, '<y>'], file: '/srv/work/y.csv' },
    })
  })

  test('is its own arguments, where nothing is said', () => {
    const tool = virtualTool('other', { of: OF }, { renderers, validators, places })
    const entry = 'over' in tool ? tool.over(original()) : undefined
    expect(entry?.definition).toEqual({ ...original().definition, name: 'other' })
    expect(entry?.fill({ sql: 'S' })).toEqual({ sql: 'S' })
    expect(entry?.fill({ sql: 'S', more: 1 })).toBeUndefined()
  })

  test('fits its schema, or nothing is sent', () => {
    const tool = make({ arguments: { name: TEXT }, with: { sql: $('name') } }).over(original())
    const long = { name: 'x'.repeat(61) }
    expect(tool.violations(long)).toEqual([
      { pointer: '', message: 'cannot be passed on: the tool behind does not take these values' },
    ])
    expect(tool.fill(long)).toBeUndefined()
    expect(tool.violations({ name: 'x' })).toEqual([])
  })

  test('is not made of arguments that do not fit', () => {
    const tool = make({
      arguments: { a: TEXT, b: { enum: ['x', null] } },
      with: {
        sql: { sql: `S ${$('a')}`, dialect: 'mysql' },
        options: { b: { text: `-${$('b')}` } },
      },
    }).over(original())
    expect(tool.violations({ a: 'bad', b: 'x' })).toEqual([{ pointer: '/a', message: 'is bad' }])
    expect(tool.violations({ a: 'x', b: null })).toEqual([
      { pointer: '/b', message: 'must be text, a number or a boolean' },
    ])
    for (const args of [{}, { a: 'x' }, { a: 1, b: 'x' }, { a: 'x', b: 'x', c: 1 }]) {
      expect(tool.violations(args)).not.toEqual([])
      expect(tool.fill(args)).toBeUndefined()
    }
  })
})

describe('the definition', () => {
  const annotations = (claimed: JsonObject, classes?: VirtualToolSource['classes']) =>
    make({ arguments: id, with: { sql: { text: $('id') } }, classes }).over(
      original({ annotations: claimed }),
    ).definition['annotations']

  test('keeps what stays true when less can be done', () => {
    expect(
      annotations({
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
        title: 'T',
      }),
    ).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    })
    expect(
      annotations({
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      }),
    ).toBeUndefined()
  })

  test('says what the operator says', () => {
    const classes = {
      effects: ['write'],
      reversible: true,
      risk: 'low',
      reads: [],
      trust: 'trusted',
    } as const
    expect(annotations({ readOnlyHint: true, destructiveHint: true }, classes)).toEqual({
      readOnlyHint: false,
      destructiveHint: false,
    })
  })

  test('has a digest of all that it does', () => {
    const base = { arguments: id, with: { sql: { text: $('id') } } }
    const digest = (source: Partial<VirtualToolSource>, more: JsonObject = {}): string =>
      make(source).over(original(more)).digest()
    const digests = [
      digest(base),
      digest({ ...base, with: { sql: { text: `${$('id')} ` } } }),
      digest({ ...base, description: 'E.' }),
      digest({ ...base, arguments: { id: { type: 'integer' } } }),
      digest({ ...base, of: { server: 'crm2', name: 'run' } }),
      digest(base, { description: 'Runs something else.' }),
    ]
    expect(new Set(digests).size).toBe(digests.length)
    expect(digest(base)).toBe(digests[0])
  })

  test('is that of the original in what nobody narrowed: its classes, its result', () => {
    const entry = make({ arguments: id, with: { sql: { text: $('id') } } }).over(
      original({ outputSchema: { type: 'object', required: ['rows'] } }),
    )
    expect(entry.classification).toEqual(original().classification)
    expect(entry.flaws({ content: [], structuredContent: {} })).not.toEqual([])
    expect(entry.flaws({ content: [], structuredContent: { rows: [] } })).toEqual([])
  })
})

describe('what is wrong with a tool', () => {
  const sql = { text: $('id') }
  test.each<[Partial<VirtualToolSource>, string]>([
    [
      { description: undefined, with: { sql: 'S' } },
      'description: missing; say what the narrowed tool does',
    ],
    [
      { arguments: { ...id, a: TEXT }, with: { sql } },
      'arguments.a: nothing in `with` uses this argument',
    ],
    [{ arguments: id }, 'arguments.id: nothing in `with` uses this argument'],
    [
      { arguments: { 'a b': TEXT } },
      'arguments.a b: expected a name and the JSON Schema of an argument',
    ],
    [
      { arguments: { id: { type: 'integr' } }, with: { sql } },
      'arguments.id: the definition is not valid JSON Schema at `type`',
    ],
    [
      { arguments: { id: { ...id.id, default: 0 } }, with: { sql } },
      'arguments.id.default: the default does not fit: `/id` must',
    ],
    [
      { arguments: { id: { ...id.id, optional: 1 } }, with: { sql } },
      'arguments.id.optional: expected `true` or `false`',
    ],
    [
      { arguments: { id: { ...id.id, optional: true } }, with: { sql } },
      'with.sql.text: `id` may be absent; give it a `default`',
    ],
    [{ with: { sql: $('id') } }, 'with.sql: no argument `id`'],
    [
      { arguments: id, with: { sql: `S ${$('id')}` } },
      'with.sql: a text around an argument needs its kind',
    ],
    [{ with: { sql: '${' } }, 'with.sql: a `${` begins no name of an argument; write `{ fixed'],
    [{ with: { a: [{ b: { text: $('x') } }] } }, 'with.a.0.b.text: no argument `x`'],
    [{ arguments: id, with: { sql: { sql: $('id') } } }, 'with.sql.sql: expected `dialect`'],
    [
      { arguments: id, with: { sql: { shell: $('id') } } },
      'with.sql.shell: the program of a template must be fixed',
    ],
    [
      { arguments: id, with: { sql: { url: $('id') } } },
      'with.sql.url: scheme and host of an address must be fixed',
    ],
    [
      { arguments: id, with: { sql: { path: `${$('home')}/${$('id')}` } } },
      'with.sql.path: no argument `home`',
    ],
    [
      { arguments: { a: TEXT }, with: { sql: { path: `a/${$('workspace')}/${$('a')}` } } },
      'with.sql.path: no argument `workspace`',
    ],
    [{ with: { a: Number.NaN } }, 'with.a: not a number that JSON knows'],
    [{ with: { a: ['\ud800'] } }, 'with.a.0: not Unicode'],
  ])('%j', (source, message) => {
    const found = flaws(source)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(message)
  })
})
