import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocument } from '../formats/formats.ts'
import { applyPlan } from './apply.ts'
import { nodeFiles } from './node-files.ts'
import { planAdoption } from './plan.ts'
import type { FileSystem } from './ports.ts'
import { release } from './release.ts'
import { FILES, type Home, makeHome, PASSWORD, TOKEN } from './testing/home.ts'
import { keepers } from './testing/kept.ts'

const files = nodeFiles()
const textOf = (home: Home, name: string): string => readFileSync(home.pathOf(name), 'utf8')
const textsOf = (home: Home) => Object.keys(FILES).map((name) => textOf(home, name))
const ORIGINAL = Object.values(FILES).map(({ text }) => text)

async function adopt(
  home: Home,
  { with: port = files, kept = keepers() }: { with?: FileSystem; kept?: object } = {},
) {
  const { plan, values } = planAdoption(home.configs, home.parts)
  const keeping = kept as ReturnType<typeof keepers>
  const parts = { files: port, journal: home.journal(port), ...keeping }
  return { ...(await applyPlan(plan, values, parts)), keeping, plan }
}

test('all entries lead to the gateway, all else stays, and release gives back every byte', async () => {
  const home = makeHome()
  const { items, leftovers, keeping } = await adopt(home)
  expect(items.map(({ state }) => state)).toEqual(Array(6).fill('adopted'))
  expect(leftovers).toEqual([])
  const texts = textsOf(home)
  for (const text of texts) expect(text.includes(TOKEN) || text.includes(PASSWORD)).toBe(false)
  const [desktop = '', vscode = '', codex = '', continued = ''] = texts
  expect(readDocument(desktop, 'json').value).toEqual({
    theme: 'dark',
    mcpServers: {
      'GitHub Tools': {
        command: '/opt/bin/bailiwick',
        args: ['connect', 'github-tools'],
        timeout: 5,
      },
    },
  })
  expect(desktop.replaceAll('\r\n', '')).not.toContain('\n')
  expect(vscode).toContain('// the issues')
  expect(readDocument(vscode, 'jsonc').value).toEqual({
    servers: {
      github: { type: 'http', url: 'http://localhost:7463/mcp/github-tools' },
      web: { type: 'http', url: 'http://localhost:7463/mcp/web' },
    },
  })
  expect(readDocument(codex, 'toml').value).toEqual({
    model: 'x',
    mcp_servers: { db: { url: 'http://localhost:7463/mcp/db-2', startup_timeout_sec: 20 } },
    profiles: { a: { key: 1 } },
  })
  expect(readDocument(continued, 'yaml').value).toMatchObject({
    name: 'mine',
    mcpServers: [{ name: 'db', args: ['connect', 'db-2'] }, { name: 'last' }],
  })
  expect(keeping.order).toEqual([
    'secret github-tools-github_token',
    'secret db-2-db_password',
    'gateway',
  ])
  expect(keeping.kept.get('db-2-db_password')).toMatchObject({ value: PASSWORD, servers: ['db-2'] })

  const released = release({}, { files, journal: home.journal() })
  expect(released.items.map(({ state }) => state)).toEqual(Array(6).fill('restored'))
  expect(textsOf(home)).toEqual(ORIGINAL)
  expect(released.idle).toEqual({
    servers: ['db-2', 'github-tools', 'last', 'web'],
    secrets: ['db-2-db_password', 'github-tools-github_token'],
  })
  expect(readdirSync(home.journalFolder)).toEqual([])
})

test('files that held secrets are closed, others keep their mode; owner stays; the journal is private', async () => {
  const home = makeHome()
  const isRoot = process.getuid?.() === 0
  chmodSync(home.pathOf('mcp.json'), 0o664)
  if (isRoot) chownSync(home.pathOf('mcp.json'), 1234, 4321)
  const { plan, values } = planAdoption(home.configs, home.parts)
  const open = plan.files.map((file) =>
    file.host === 'codex' ? { ...file, holdsSecrets: false } : file,
  )
  const parts = { files, journal: home.journal(), ...keepers() }
  await applyPlan({ ...plan, files: open }, values, parts)
  const modeOf = (path: string): number => statSync(path).mode & 0o7777
  expect(modeOf(home.pathOf('mcp.json'))).toBe(0o600)
  expect(modeOf(home.pathOf('config.toml'))).toBe(0o644)
  if (isRoot) expect(statSync(home.pathOf('mcp.json'))).toMatchObject({ uid: 1234, gid: 4321 })
  expect(modeOf(home.journalFolder)).toBe(0o700)
  const records = readdirSync(home.journalFolder)
  expect(records.length).toBe(4)
  for (const name of records) expect(modeOf(join(home.journalFolder, name))).toBe(0o600)
  release({}, { files, journal: home.journal() })
  expect(modeOf(home.pathOf('mcp.json'))).toBe(0o600)
  if (isRoot) expect(statSync(home.pathOf('mcp.json'))).toMatchObject({ uid: 1234, gid: 4321 })
})

test('a file that changed since it was read is not written, and nothing is left for it', async () => {
  const home = makeHome()
  const edited = `${FILES['config.yaml']?.text}# by the host\n`
  writeFileSync(home.pathOf('config.yaml'), edited)
  const { items, keeping } = await adopt(home)
  const failed = items.filter(({ state }) => state === 'failed')
  expect(failed.map(({ server, code }) => [server, code])).toEqual([
    ['db', 'changed_meanwhile'],
    ['last', 'changed_meanwhile'],
  ])
  expect(textOf(home, 'config.yaml')).toBe(edited)
  expect([...keeping.servers.keys()]).toEqual(['github-tools', 'web', 'db-2'])
})

test('a host that writes in the last moment keeps what it wrote; what was for it alone is taken back', async () => {
  const home = makeHome()
  const victim = home.pathOf('config.yaml')
  const late: FileSystem = {
    ...files,
    create: (path, file) => {
      files.create(path, file)
      if (dirname(path) === dirname(victim) && path.includes('config.yaml'))
        writeFileSync(victim, 'name: by the host\n')
    },
  }
  const { items, keeping, leftovers } = await adopt(home, { with: late })
  expect(items.filter(({ state }) => state === 'failed')).toMatchObject([
    { server: 'db', code: 'changed_meanwhile' },
    { server: 'last', code: 'changed_meanwhile' },
  ])
  expect(textOf(home, 'config.yaml')).toBe('name: by the host\n')
  expect([...keeping.servers.keys()]).toEqual(['github-tools', 'web', 'db-2'])
  expect([...keeping.kept.keys()]).toEqual(['github-tools-github_token', 'db-2-db_password'])
  expect(leftovers).toEqual([])
  expect(readdirSync(home.journalFolder).length).toBe(3)
  expect(readdirSync(dirname(victim)).sort()).toEqual(Object.keys(FILES).sort())
})

test.each([
  ['vault', { store: 'db-2-db_password' }],
  ['gateway', { add: true }],
])('when the %s fails, everything is as before', async (code, fails) => {
  const home = makeHome()
  const { items, keeping } = await adopt(home, { kept: keepers(fails) })
  expect(items.map((item) => item.code)).toEqual(Array(6).fill(code))
  expect([keeping.kept.size, keeping.servers.size]).toEqual([0, 0])
  expect(textsOf(home)).toEqual(ORIGINAL)
  expect(readdirSync(home.journalFolder)).toEqual([])
})

test('when the journal cannot be written, nothing is begun', async () => {
  const home = makeHome()
  mkdirSync(dirname(home.journalFolder))
  writeFileSync(home.journalFolder, 'in the way')
  const { items, keeping } = await adopt(home)
  expect(items.map((item) => item.code)).toEqual(Array(6).fill('journal'))
  expect(keeping.order).toEqual([])
  expect(textsOf(home)).toEqual(ORIGINAL)
})

test('a file with two names, or behind a link, is not written', async () => {
  const home = makeHome()
  linkSync(home.pathOf('mcp.json'), join(home.folder, 'other'))
  unlinkSync(home.pathOf('config.toml'))
  const target = join(home.folder, 'target')
  writeFileSync(target, FILES['config.toml']?.text ?? '')
  symlinkSync(target, home.pathOf('config.toml'))
  const { items } = await adopt(home)
  const codes = items.filter(({ state }) => state === 'failed').map((item) => item.code)
  expect(codes).toEqual(['hard_linked', 'hard_linked', 'unreadable'])
  expect(readFileSync(target, 'utf8')).toBe(FILES['config.toml']?.text)
  expect(textOf(home, 'mcp.json')).toBe(FILES['mcp.json']?.text)
})

test('no message and no item holds a secret', async () => {
  const home = makeHome()
  writeFileSync(home.pathOf('desktop.json'), `{"broken": "${TOKEN}`)
  const { items } = await adopt(home, { kept: keepers({ add: true }) })
  expect(JSON.stringify(items)).not.toMatch(new RegExp(`${TOKEN}|${PASSWORD}`))
})
