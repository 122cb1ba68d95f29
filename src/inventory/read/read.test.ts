import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { OPERATING_SYSTEMS, type OperatingSystem } from '../../kernel/inventory.ts'
import { HOSTS, hostOf } from '../hosts/hosts.ts'
import { readEntry } from '../hosts/read-entry.ts'
import { entryFor } from '../hosts/write-entry.ts'
import { HOST_FIXTURES } from '../testing/host-files.ts'
import { type ReadHostsOptions, readHosts } from './read.ts'

const top = mkdtempSync(join(tmpdir(), 'inventory-'))
afterAll(() => rmSync(top, { recursive: true }))

let machines = 0
function machine(
  files: Readonly<Record<string, string | Buffer>>,
  more: Partial<ReadHostsOptions> = {},
): ReadHostsOptions {
  const root = join(top, String(machines++))
  for (const [path, content] of Object.entries({ 'home/.keep': '', 'work/.keep': '', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const [home, projects] = [join(root, 'home'), [join(root, 'work')]]
  return { os: 'linux', root, home, projects, env: {}, owner: process.getuid?.(), ...more }
}

const ONE = '{"mcpServers": {"one": {"command": "x"}}}'

test('there is a file by hand for every host', () => {
  expect(HOST_FIXTURES.map(({ host }) => host)).toEqual(HOSTS.map(({ id }) => id))
})

describe.each(OPERATING_SYSTEMS)('%s', (os: OperatingSystem) => {
  test('the servers of every host are found', async () => {
    const place = machine(
      Object.fromEntries(
        HOST_FIXTURES.map(({ path, text }) => [
          `home/${typeof path === 'string' ? path : path[os]}`,
          text,
        ]),
      ),
      { os },
    )
    const read = await readHosts(place)
    expect(read.map(({ host }) => host)).toEqual(HOSTS.map(({ id }) => id))
    expect(read.flatMap(({ problems }) => problems)).toEqual([])
    for (const { host, far } of HOST_FIXTURES) {
      const servers = read.find((config) => config.host === host)?.servers
      const near = { kind: 'stdio', command: 'npx', args: ['-y', 'near-server'], env: { KEY: 'v' } }
      const url = host === 'lm-studio' ? 'https://far.example/sse' : 'https://far.example/mcp'
      const away = { kind: far, url, headers: { 'X-Key': 'v' } }
      const found = servers?.map(({ name, transport, unknown, enabled }) => ({
        ...{ host, name, transport, unknown, enabled },
      }))
      const expected = [
        { host, name: 'near', transport: near, unknown: [], enabled: true },
        { host, name: 'far', transport: away, unknown: [], enabled: true },
      ]
      expect(found).toEqual(far === undefined ? expected.slice(0, 1) : expected)
    }
  })
})

test.each(HOSTS.map((host) => [host.id, host] as const))(
  '%s reads what is written for it',
  (_, host) => {
    const near = { kind: 'stdio', command: 'c', args: ['a', ''], env: { K: 'v' } } as const
    for (const kind of ['http', 'sse'] as const) {
      const far = { kind, url: `https://x.example/${kind}`, headers: { H: 'v' } }
      const entry = entryFor(host, 'n', far)
      const read = entry && readEntry(entry, host.shape)
      // Some have one word for both kinds.
      if (read?.kind === 'server')
        expect(read.server.transport).toMatchObject({ url: far.url, headers: far.headers })
      else expect(host.id).toBe('claude-desktop')
    }
    const read = readEntry(entryFor(host, 'n', near), host.shape)
    expect(read).toMatchObject({ kind: 'server', server: { transport: near, unknown: [] } })
    expect(read).not.toHaveProperty('problem')
  },
)

test('scopes: of a machine, a project, a folder of one person, and a plugin', async () => {
  const place = machine({
    'etc/claude-code/managed-mcp.json': ONE,
    'work/.mcp.json': ONE,
    'work/.codex/config.toml': '[mcp_servers.one]\ncommand = "x"\n',
    'home/.claude.json': '{"projects": {"/p": {"mcpServers": {"one": {"command": "x"}}}}}',
    'home/.claude/plugins/cache/m/p/1.0.0/.mcp.json': '{"one": {"command": "x"}}',
    'home/.config/Claude/Claude Extensions/ext/manifest.json':
      '{"name": "one", "server": {"mcp_config": {"command": "x"}}}',
  })
  const read = await readHosts(place)
  expect(
    read.flatMap(({ servers }) =>
      servers.map(({ host, scope, name, project }) => [host, scope, name, project]),
    ),
  ).toEqual([
    ['claude-desktop', 'plugin', 'one', undefined],
    ['claude-code', 'local', 'one', '/p'],
    ['claude-code', 'project', 'one', place.projects[0]],
    ['claude-code', 'managed', 'one', undefined],
    ['claude-code', 'plugin', 'one', undefined],
    ['codex', 'project', 'one', place.projects[0]],
  ])
  expect((await readHosts({ ...place, hosts: ['copilot-cli'] })).map(({ file }) => file)).toEqual([
    join(place.root, 'work/.mcp.json'),
  ])
})

test('variables of the environment say where files are; relative ones are nobody’s', async () => {
  const place = machine({ 'else/config.toml': '[mcp_servers.one]\nurl = "https://a.example"\n' })
  const env = { CODEX_HOME: join(place.root, 'else'), CLAUDE_CONFIG_DIR: 'else' }
  const read = await readHosts({ ...place, env })
  expect(read.map(({ host, servers }) => [host, servers.length])).toEqual([['codex', 1]])
})

test('what the host fills in, what it does not know, and what is off', async () => {
  const place = machine({
    'home/.cursor/mcp.json': `{"mcpServers": {"a": {"command": "\${env:RUN}", "args": ["\${workspaceFolder}", "\${input:key}"], "disabled": true, "odd": 1}}}`,
    'home/.gemini/settings.json': `{"mcpServers": {"a": {"command": "x", "env": {"A": "$TOKEN", "B": "\${OTHER:-d}"}}}}`,
  })
  const [cursor, gemini] = await readHosts(place)
  expect(cursor?.servers).toMatchObject([
    {
      enabled: false,
      unknown: ['odd'],
      variables: ['env:RUN', 'host:workspaceFolder', 'input:key'],
    },
  ])
  expect(gemini?.servers[0]?.variables).toEqual(['env:OTHER', 'env:TOKEN'])
})

test('entries that are wrong are named, without a value, and the others are read', async () => {
  const place = machine({
    'home/.cursor/mcp.json': `{"mcpServers": {
      "list": [], "none": {"env": {"A": "hunter2"}}, "args": {"command": "x", "args": "hunter2"},
      "env": {"command": "x", "env": {"A": {"b": "hunter2"}}}, "kind": {"type": "hunter2", "command": "x"},
      "both": {"command": "x", "url": "https://a.example"}, "good": {"command": "x"}, "good": {"command": "y"},
      "__proto__": {"command": "z"}
    }}`,
    'home/.kiro/settings/mcp.json': '{"mcpServers": "no"}',
    'home/.continue/config.yaml':
      'mcpServers:\n  - command: x\n  - {name: a, command: x}\n  - {name: a, command: y}\n',
  })
  const read = await readHosts(place)
  expect(read.map(({ servers }) => servers.map(({ name }) => name))).toEqual([
    ['both', 'good'],
    ['a', 'a'],
    [],
  ])
  const problems = read.flatMap((config) => config.problems)
  expect(problems.map(({ kind, at }) => [kind, at?.at(-1)])).toEqual([
    ['duplicate_name', 'good'],
    ['malformed', '__proto__'],
    ...['list', 'none', 'args', 'env', 'kind', 'both'].map((name) => ['entry_malformed', name]),
    ['entry_malformed', 0],
    ['duplicate_name', 2],
    ['entry_malformed', 'mcpServers'],
  ])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})

describe('files that are not to be trusted', () => {
  const kindOf = async (place: ReadHostsOptions): Promise<unknown> => {
    const [config, ...more] = await readHosts(place)
    expect(more).toEqual([])
    expect(config?.servers).toEqual([])
    return config?.problems.map(({ kind }) => kind)
  }
  const FILE = 'home/.cursor/mcp.json'

  test('too long, binary, no UTF-8, broken', async () => {
    expect(await kindOf(machine({ [FILE]: `${ONE}${' '.repeat(4 * 1024 * 1024)}` }))).toEqual([
      'too_large',
    ])
    expect(await kindOf(machine({ [FILE]: `${ONE}\0` }))).toEqual(['binary'])
    expect(await kindOf(machine({ [FILE]: Buffer.from([0x7b, 0xff, 0x7d]) }))).toEqual(['binary'])
    expect(await kindOf(machine({ [FILE]: '{"mcpServers": {' }))).toEqual(['malformed'])
  })

  test('one that is too long is not looked at', async () => {
    const place = machine({ [FILE]: `${ONE}${' '.repeat(4 * 1024 * 1024)}` })
    expect((await readHosts(place))[0]?.digest).toBe('')
  })

  test('a link that leads out, and one in a circle', async () => {
    const place = machine({
      'secret.json': ONE,
      'home/.cursor/.keep': '',
      'home/dotfiles/mcp.json': ONE,
    })
    const file = join(place.root, FILE)
    symlinkSync(join(place.root, 'secret.json'), file)
    expect(await kindOf(place)).toEqual(['symlink'])
    rmSync(file)
    symlinkSync(file, file)
    expect(await kindOf(place)).toEqual(['symlink'])
    rmSync(file)
    symlinkSync('../dotfiles/mcp.json', file)
    const inside = join(place.home, 'dotfiles/mcp.json')
    expect(await readHosts(place)).toMatchObject([
      { file: inside, servers: [{ file: inside }], problems: [] },
    ])
  })

  test('a folder that is a link out', async () => {
    const place = machine({ 'other/mcp.json': ONE })
    symlinkSync(join(place.root, 'other'), join(place.home, '.cursor'))
    expect(await kindOf(place)).toEqual(['symlink'])
  })

  test('a folder, and a pipe that nobody writes to', async () => {
    const place = machine({ [`${FILE}/x`]: '' })
    expect(await kindOf(place)).toEqual(['unreadable'])
    const pipe = machine({ 'home/.cursor/.keep': '' })
    execFileSync('mkfifo', [join(pipe.root, FILE)])
    expect(await kindOf(pipe)).toEqual(['unreadable'])
  })

  test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
    const place = machine({ [FILE]: ONE })
    chmodSync(join(place.root, FILE), 0)
    expect(await kindOf(place)).toEqual(['unreadable'])
  })

  test.skipIf(process.getuid?.() === undefined)('one of another person', async () => {
    const place = machine({ [FILE]: ONE })
    const nobody = 65_534
    // The owner of a file cannot be changed by everybody: the person who asks can.
    if (process.getuid?.() === 0) execFileSync('chown', [String(nobody), join(place.root, FILE)])
    const owner = process.getuid?.() === 0 ? 12_345 : nobody
    expect(await kindOf({ ...place, owner })).toEqual(['foreign_owner'])
  })
})

test('a host that is not there is unknown', () => {
  expect(hostOf('nobody')).toBeUndefined()
  expect(hostOf('cursor')?.name).toBe('Cursor')
})
