import { expect, test } from 'vitest'
import { catalogPort } from './catalog-port.ts'

const region = { type: 'string', 'x-mcp-header': 'Region' }
const TOOLS = [
  { name: 'read_a', inputSchema: { type: 'object', properties: { region } } },
  { name: 'bad name', inputSchema: { type: 'object' } },
  {
    name: 'write_b',
    inputSchema: { type: 'object', properties: { region: { ...region, type: 'array' } } },
  },
]
const TEXT = JSON.stringify({ tools: TOOLS })

test('knows what the operator, the schema and its annotations say of a tool', () => {
  const catalog = catalogPort({
    files: { tools: { read_a: { effects: ['send'], reversible: false, risk: 'high' } } },
  } as never)
  expect(catalog.learn('files', 'tools', TOOLS, true)).toEqual([TOOLS[0], TOOLS[2]])
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

test('learns the same text once, and still leaves out what is not fit', () => {
  const catalog = catalogPort({})
  catalog.learn('files', 'tools', TOOLS, true, TEXT)
  const known = catalog.tool('files', 'read_a')
  const again = structuredClone(TOOLS)
  expect(catalog.learn('files', 'tools', again, true, TEXT)).toEqual([again[0], again[2]])
  expect(catalog.tool('files', 'read_a')).toBe(known)
})

test.each([
  [
    'another list',
    (catalog: ReturnType<typeof catalogPort>) => catalog.learn('files', 'tools', [], true, '{}'),
  ],
  [
    'a page',
    (catalog: ReturnType<typeof catalogPort>) => catalog.learn('files', 'tools', [], false, '{}'),
  ],
  ['a change', (catalog: ReturnType<typeof catalogPort>) => catalog.invalidate('files', 'tools')],
])('after %s the same text is learned anew', (_, change) => {
  const catalog = catalogPort({})
  catalog.learn('files', 'tools', TOOLS, true, TEXT)
  const known = catalog.tool('files', 'read_a')
  change(catalog)
  catalog.learn('files', 'tools', TOOLS, true, TEXT)
  expect(catalog.tool('files', 'read_a')).toBeDefined()
  expect(catalog.tool('files', 'read_a')).not.toBe(known)
})
