import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDocument, readDocument } from '../formats/formats.ts'
import { applyPlan } from './apply.ts'
import { nodeFiles } from './node-files.ts'
import { planAdoption } from './plan.ts'
import { release } from './release.ts'
import { FILES, type Home, makeHome, PLACES } from './testing/home.ts'
import { keepers } from './testing/kept.ts'
import { reread } from './testing/reread.ts'
import { valueAt } from './value-at.ts'

const files = nodeFiles()
const textOf = (home: Home, name: string): string => readFileSync(home.pathOf(name), 'utf8')

async function adopted(
  names: readonly string[],
  only?: { readonly server: string },
): Promise<Home> {
  const home = makeHome(names)
  await adopt(home, only)
  return home
}

async function adopt(home: Home, only: { readonly server?: string } = {}): Promise<void> {
  const { plan, values } = planAdoption(home.configs, { ...home.parts, only })
  await applyPlan(plan, values, { files, journal: home.journal(), ...keepers() })
}

const free = (home: Home, choice = {}, dryRun = false) =>
  release(choice, { files, journal: home.journal(), dryRun })
const states = ({ items }: ReturnType<typeof free>) =>
  items.map(({ server, state }) => `${server} ${state}`)

/** Edits that people make around our entries, each with its opposite being no edit at all. */
const around: Readonly<Record<string, readonly ((text: string) => string)[]>> = {
  'mcp.json': [
    (text) => `// a line before\n${text}`,
    (text) => `${text}\n// a line behind\n`,
    (text) => text.replace('// the issues', '// the issues, and more "github": {'),
    (text) => text.replace('"servers": {', '"servers": {\n    "new": { "command": "n" },'),
    (text) => text.replace('// mine', '// mine\r'),
    (text) => text.replace(/\}\s*$/, '  "inputs": [ {"id": "x"} ]\n}\n'),
  ],
  'config.toml': [
    (text) => `# before\n${text}`,
    (text) => `${text}\n[mcp_servers.other]\ncommand = "o"\n`,
    (text) => text.replace('key = 1', 'key = 2 # now'),
    (text) => text.replace('model = "x"', 'model = "y"'),
    (text) => text.replace('[profiles.a]', '[profiles.b]\nz = 1\n\n[profiles.a]'),
  ],
  'config.yaml': [
    (text) => `# before\n${text}`,
    (text) => `${text}more: [ 1 ]\n`,
    (text) => text.replace('name: mine', 'name: yours'),
    (text) => text.replace('# first', '# first of all\n  - name: new\n    command: n'),
    (text) => text.replace('models: []', '  - name: z\n    command: z\nmodels: []'),
  ],
}

test.each(Object.keys(around))(
  'in %s, what others edit meanwhile stays, and only our entries are put back',
  async (name) => {
    const edits = around[name] ?? []
    const home = await adopted([name])
    const ours = textOf(home, name)
    const { records } = home.journal().list()
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(edits.length - 1)), async (order) => {
        const change = (text: string): string =>
          order.reduce((now, index) => edits[index]?.(now) ?? now, text)
        for (const record of records) home.journal().write(record)
        writeFileSync(home.pathOf(name), change(ours))
        const { items } = free(home)
        expect(items.every(({ state }) => state === 'restored')).toBe(true)
        expect(textOf(home, name)).toBe(change(FILES[name]?.text ?? ''))
      }),
      { numRuns: 40 },
    )
  },
)

test.each(Object.keys(FILES))(
  'in %s, values that are set anywhere else meanwhile stay',
  async (name) => {
    const { format = 'json', text = '' } = FILES[name] ?? {}
    const home = await adopted([name])
    const ours = textOf(home, name)
    const { records } = home.journal().list()
    const key = fc.string({ minLength: 1, maxLength: 8 }).map((word) => `new ${word}`)
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 4 }), async (settings) => {
        const edits = Object.entries(settings).map(([word, set]) => ({ at: [word], value: set }))
        const changed = editDocument(ours, format, edits)
        fc.pre(changed.ok)
        for (const record of records) home.journal().write(record)
        writeFileSync(home.pathOf(name), changed.ok ? changed.text : '')
        free(home)
        const now = readDocument(textOf(home, name), format).value
        const { value: before } = readDocument(text, format)
        for (const { at } of PLACES.filter(({ file }) => file === name))
          expect(valueAt(now, at)).toEqual(valueAt(before, at))
        for (const { at, value: set } of edits) expect(valueAt(now, at)).toEqual(set)
      }),
      { numRuns: 30 },
    )
  },
)

test('an entry of ours that was edited, or is gone, is reported and left; its original is kept', async () => {
  const home = await adopted(['mcp.json'])
  const text = textOf(home, 'mcp.json')
  const edited = text.replace('"github": {', '"github": { "mine": 1,')
  writeFileSync(home.pathOf('mcp.json'), edited)
  const first = free(home)
  expect(states(first)).toEqual(['web restored', 'github edited'])
  expect(textOf(home, 'mcp.json')).toContain('"mine": 1')
  writeFileSync(home.pathOf('mcp.json'), '{ "servers": {} }')
  expect(states(free(home))).toEqual(['github gone'])
  expect(textOf(home, 'mcp.json')).toBe('{ "servers": {} }')
  writeFileSync(home.pathOf('mcp.json'), '{ "servers": ')
  expect(states(free(home))).toEqual(['github malformed'])
  expect(home.journal().list().records).toMatchObject([{ entries: [{ server: 'github' }] }])
  writeFileSync(home.pathOf('mcp.json'), text)
  expect(states(free(home))).toEqual(['github restored'])
})

test('an edit of white space within a text of ours is an edit; a new layout is none', async () => {
  const home = await adopted(['desktop.json'])
  const text = textOf(home, 'desktop.json')
  writeFileSync(home.pathOf('desktop.json'), text.replace('github-tools"', 'github-tools "'))
  expect(states(free(home))).toEqual(['GitHub Tools edited'])
  writeFileSync(home.pathOf('desktop.json'), JSON.stringify(JSON.parse(text), undefined, 7))
  expect(states(free(home))).toEqual(['GitHub Tools restored'])
  const { text: original = '' } = FILES['desktop.json'] ?? {}
  expect(JSON.parse(textOf(home, 'desktop.json'))).toEqual(JSON.parse(original))
})

test('an entry that was renamed is put back under its new name', async () => {
  const home = await adopted(['mcp.json'])
  const renamed = textOf(home, 'mcp.json').replace('"github": {', '"hub": {')
  writeFileSync(home.pathOf('mcp.json'), renamed)
  free(home)
  expect(textOf(home, 'mcp.json')).toBe(FILES['mcp.json']?.text.replace('"github": {', '"hub": {'))
})

test('release works by host, by file and by server, and tells what nobody uses then', async () => {
  const home = await adopted(['mcp.json', 'config.toml', 'config.yaml'])
  const dry = free(home, {}, true)
  expect(states(dry).length).toBe(5)
  expect(dry.files.map(({ after }) => after)).toEqual(
    dry.files.map(({ file }) => FILES[file.split('/').at(-1) ?? '']?.text),
  )
  expect(textOf(home, 'mcp.json')).not.toBe(FILES['mcp.json']?.text)
  expect(states(free(home, { host: 'codex' }))).toEqual(['db restored'])
  const second = free(home, { server: 'github' })
  expect(states(second)).toEqual(['github restored'])
  // the other server of that file has the same token still
  expect(second.idle).toEqual({ servers: ['github'], secrets: [] })
  const third = free(home, { file: home.pathOf('config.yaml') })
  expect(states(third)).toEqual(['last restored', 'db restored'])
  expect(third.idle).toEqual({ servers: ['db-2', 'last'], secrets: ['db-2-db_password'] })
  expect(states(free(home))).toEqual(['web restored'])
  for (const name of ['mcp.json', 'config.toml', 'config.yaml'])
    expect(textOf(home, name)).toBe(FILES[name]?.text)
})

test('what two adoptions changed in one file is given back together, or one by one', async () => {
  for (const order of [[{}], [{ server: 'web' }, {}], [{ server: 'github' }, {}]]) {
    const home = await adopted(['mcp.json'], { server: 'github' })
    const { plan, values } = planAdoption(reread(home), { ...home.parts, only: { server: 'web' } })
    await applyPlan(plan, values, { files, journal: home.journal(), ...keepers() })
    expect(home.journal().list().records.length).toBe(2)
    for (const choice of order) free(home, choice)
    expect(textOf(home, 'mcp.json')).toBe(FILES['mcp.json']?.text)
    expect(home.journal().list().records).toEqual([])
  }
})

test('a record that cannot be read is told, and stays', async () => {
  const home = await adopted(['config.toml'])
  const [record] = home.journal().list().records
  const name = `${record?.id}.json`
  writeFileSync(`${home.journalFolder}/${name}`, '{"version":2}')
  const done = free(home)
  expect([done.items, done.unreadable]).toEqual([[], [name]])
  expect(readFileSync(`${home.journalFolder}/${name}`, 'utf8')).toBe('{"version":2}')
})
