import { expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import type { PinBook, PinStatus } from '../kernel/pins.ts'
import { type CatalogPort, catalogPort } from './catalog-port.ts'
import type { StatedClasses } from './operator-words.ts'
import { TRUSTING } from './testing/trusting.ts'

const region = { type: 'string', 'x-mcp-header': 'Region' }
const TOOLS: readonly JsonObject[] = [
  { name: 'read_a', inputSchema: { type: 'object', properties: { region } } },
  { name: 'bad name', inputSchema: { type: 'object' } },
  {
    name: 'write_b',
    inputSchema: { type: 'object', properties: { region: { ...region, type: 'array' } } },
  },
]
const TEXT = JSON.stringify({ tools: TOOLS })

const empty = (): CatalogPort => catalogPort({ servers: {}, ...TRUSTING })
const listed = (items: readonly JsonObject[], text?: string) => ({
  items,
  exact: () => items,
  text,
})
const learn = async (catalog: CatalogPort, items: readonly JsonObject[], text?: string) => {
  const list = listed(items, text)
  await catalog.see('files', 'tools', list)
  return catalog.learn('files', 'tools', list).shown()
}

test('knows what the operator, the schema and its annotations say of a tool', async () => {
  const files = {
    tools: { read_a: { effects: ['send'], arguments: {}, returns: { fields: {} } } },
  }
  const catalog = catalogPort({ servers: { files } as never, ...TRUSTING })
  expect(await learn(catalog, TOOLS)).toEqual([TOOLS[0], undefined, TOOLS[2]])
  const known = catalog.tool('files', 'read_a')
  expect(known).toMatchObject({
    classification: { effects: ['send'], source: 'catalog' },
    definition: expect.stringMatching(/^[0-9a-f]{64}$/),
    paramHeaders: { kind: 'valid', headers: [{ header: 'mcp-param-region', path: ['region'] }] },
  })
  expect(known?.violations({ region: 1 })).toEqual([expect.stringContaining('/region')])
  expect(catalog.tool('files', 'write_b')?.paramHeaders.kind).toBe('invalid')
  expect(catalog.tool('files', 'bad name')).toBeUndefined()
  expect(catalog.tool('other', 'read_a')).toBeUndefined()
})

test('hands out what people say of arguments and fields; the console beats the configuration', async () => {
  const read_a = {
    effects: ['send'],
    arguments: { region: { kind: 'text', role: 'destination' }, note: { kind: 'path' } },
    returns: { fields: { author: 'members' } },
  }
  const servers = { files: { tools: { read_a } } } as never
  let stated: ReturnType<StatedClasses>
  const catalog = catalogPort({ servers, ...TRUSTING, stated: () => stated })
  await learn(catalog, TOOLS)
  const known = catalog.tool('files', 'read_a')
  expect(known?.analysis?.hints).toEqual({ region: { kind: 'text' }, note: { kind: 'path' } })
  expect(known?.roles).toEqual({ region: 'destination' })
  expect(known?.fields).toEqual({ author: 'members' })
  expect(catalog.tool('files', 'write_b')).toMatchObject({ roles: {}, fields: {} })
  const classes = {
    effects: [],
    reversible: true,
    risk: 'low',
    reads: [],
    trust: 'members',
  } as const
  stated = classes
  expect(known?.roles).toEqual({ region: 'destination' })
  stated = { ...classes, roles: { region: 'setting' }, fields: {} }
  expect(known?.roles).toEqual({ region: 'setting' })
  expect(known?.fields).toEqual({})
})

test('learns the same text once, and still leaves out what is not fit', async () => {
  const catalog = empty()
  await learn(catalog, TOOLS, TEXT)
  const known = catalog.tool('files', 'read_a')
  const edition = catalog.edition('files', 'tools')
  const again = structuredClone(TOOLS)
  expect(await learn(catalog, again, TEXT)).toEqual([again[0], undefined, again[2]])
  expect(catalog.tool('files', 'read_a')).toBe(known)
  expect(catalog.edition('files', 'tools')).toBe(edition)
})

test.each([
  ['another list', (catalog: CatalogPort) => learn(catalog, [], '{}')],
  ['a change', async (catalog: CatalogPort) => catalog.invalidate('files', 'tools')],
])('after %s the same text is learned anew', async (_, change) => {
  const catalog = empty()
  await learn(catalog, TOOLS, TEXT)
  const known = catalog.tool('files', 'read_a')
  const edition = catalog.edition('files', 'tools')
  await change(catalog)
  await learn(catalog, TOOLS, TEXT)
  expect(catalog.tool('files', 'read_a')).toBeDefined()
  expect(catalog.tool('files', 'read_a')).not.toBe(known)
  expect(catalog.edition('files', 'tools')).not.toBe(edition)
})

/** A book in which what holds `evil` is not approved. */
function bookOf(decided: ReadonlyMap<string, PinStatus> = new Map()) {
  const statuses = new Map<string, PinStatus>()
  const book: PinBook = {
    see(_, __, seen) {
      for (const { digest, definition } of seen)
        statuses.set(
          digest,
          JSON.stringify(definition).includes('evil') ? 'quarantined' : 'approved',
        )
      return undefined
    },
    status: (_, __, name, digest) => decided.get(name) ?? statuses.get(digest) ?? 'quarantined',
  }
  return book
}

test('what is not approved is neither shown nor known, at the moment of asking', async () => {
  const decided = new Map<string, PinStatus>()
  const catalog = catalogPort({ servers: {}, book: bookOf(decided), sanitize: TRUSTING.sanitize })
  const evil = { ...TOOLS[0], description: 'evil' }
  const other = TOOLS[2] ?? {}
  expect(await learn(catalog, [evil, other], TEXT)).toEqual([undefined, other])
  expect(catalog.standing('files', 'tools', 'read_a')).toBe('quarantined')
  expect(catalog.standing('files', 'tools', 'nothing')).toBeUndefined()
  expect(catalog.tool('files', 'read_a')).toBeUndefined()
  expect(catalog.toolsOf('files').map(({ name }) => name)).toEqual(['write_b'])
  expect(catalog.page('files', 'tools', listed([evil]))).toEqual([undefined])
  decided.set('read_a', 'approved')
  expect(await learn(catalog, [evil, other], TEXT)).toEqual([evil, other])
  expect(catalog.page('files', 'tools', listed([evil]))).toEqual([evil])
  expect(catalog.tool('files', 'read_a')).toBeDefined()
  decided.set('read_a', 'rejected')
  expect(catalog.tool('files', 'read_a')).toBeUndefined()
})

test('nothing is shown of a list that was not seen, nor of a page that is not the list', async () => {
  const catalog = catalogPort({ servers: {}, book: bookOf(), sanitize: TRUSTING.sanitize })
  const list = listed(TOOLS)
  expect(catalog.learn('files', 'tools', list).shown()).toEqual([undefined, undefined, undefined])
  await learn(catalog, TOOLS)
  const [first] = TOOLS
  const changed = { ...first, title: 'other' }
  expect(catalog.page('files', 'tools', listed([changed]))).toEqual([undefined])
})

test('two numbers that are one double are two definitions', async () => {
  const catalog = empty()
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): JsonObject }
  const digestOf = async (limit: string) => {
    const items = [{ name: 'a', inputSchema: { maximum: Number(limit) } }]
    const exact = [{ name: 'a', inputSchema: { maximum: rawJSON(limit) } }]
    const list = { items, exact: () => exact, text: undefined }
    await catalog.see('files', 'tools', list)
    expect(catalog.learn('files', 'tools', list).shown()).toEqual(exact)
    return catalog.tool('files', 'a')?.definition
  }
  expect(await digestOf('9007199254740993')).not.toBe(await digestOf('9007199254740992'))
})

test('models get the sanitised form, and what a server says of itself only as approved', async () => {
  const sanitize = <T>(definition: T): T => {
    const safe = JSON.parse(JSON.stringify(definition).replaceAll('hidden', '')) as T
    return JSON.stringify(safe) === JSON.stringify(definition) ? definition : safe
  }
  const catalog = catalogPort({ servers: {}, book: bookOf(), sanitize })
  const tool = { name: 'a', description: 'hidden words', inputSchema: { type: 'object' } }
  const [shown] = await learn(catalog, [tool])
  expect(shown).toEqual({ ...tool, description: ' words' })
  const info = { name: 'theirs', version: '3' }
  const said = (serverInfo: JsonObject, instructions?: string) =>
    catalog.introduce('files', { serverInfo, instructions })
  expect(await said(info, 'hidden use a')).toEqual({ serverInfo: info, instructions: ' use a' })
  expect(await said({ ...info, title: 'evil' }, 'evil')).toEqual({
    serverInfo: { name: 'files', version: '3' },
    instructions: undefined,
  })
})
