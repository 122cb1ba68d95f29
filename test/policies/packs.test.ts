import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPolicyTests } from '../../src/policy/tests/read-tests.ts'
import type { PolicyTest } from '../../src/policy/tests/to-test.ts'
import {
  type RecordingUpstream,
  startRecordingUpstream,
  tool,
} from '../attacks/recording-upstream.ts'
import { callTool } from '../faults/client.ts'
import { command } from '../faults/command.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'

const PACKS = resolve('policies/packs')

describe('the pack `filesystem`, copied by the command, before the real server', () => {
  let folder: string
  let gateway: RunningGateway
  let work: string

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'bailiwick-pack-')))
    work = join(folder, 'work')
    mkdirSync(join(work, '.git', 'hooks'), { recursive: true })
    writeFileSync(join(work, 'notes.md'), 'notes')
    writeFileSync(join(work, '.env'), 'PASSWORD=x')
    writeFileSync(join(folder, 'secret.md'), 'secret')
    symlinkSync(folder, join(work, 'out'))
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'bailiwick.yaml'), '{}')
    const made = await command(
      dataDir,
      'policy',
      'init',
      'filesystem',
      '--server',
      'files',
      '--into',
      join(folder, 'policies'),
      '--json',
    )
    const { configuration, folder: pack } = JSON.parse(made.stdout)
    const require = createRequire(import.meta.url)
    const manifest = require.resolve('@modelcontextprotocol/server-filesystem/package.json')
    const program = join(dirname(manifest), require(manifest).bin['mcp-server-filesystem'])
    // The server itself would hand out everything: what is denied, the pack denies.
    const server = {
      transport: 'stdio',
      command: process.execPath,
      args: [program, folder],
      cwd: work,
      ...configuration.servers.files,
    } as const
    gateway = await startGateway(
      { files: server },
      { policies: ['balanced', pack], places: { workspace: work } },
      { dataDir },
    )
  }, 60_000)

  afterAll(async () => {
    await gateway?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const call = async (name: string, args: Record<string, string | string[]>): Promise<string> => {
    const { code, body } = await callTool(gateway, 'files', name, args)
    return `${code ?? 'done'} ${JSON.stringify(body)}`
  }

  test('work is done', async () => {
    expect(await call('read_text_file', { path: join(work, 'notes.md') })).toMatch(/^done .*notes/)
    expect(
      await call('write_file', { path: join(work, 'new.md'), content: '/etc/passwd' }),
    ).toMatch(/^done/)
    expect(
      await call('move_file', { source: join(work, 'new.md'), destination: join(work, 'b.md') }),
    ).toMatch(/^done/)
    expect(readFileSync(join(work, 'b.md'), 'utf8')).toBe('/etc/passwd')
  })

  test.each([
    ['read_text_file', 'a link', { path: 'out/secret.md' }],
    ['read_text_file', 'the way up', { path: '../secret.md' }],
    ['read_text_file', 'passwords', { path: '.env' }],
    ['list_directory', 'the folder above', { path: 'out' }],
    ['write_file', 'a hook', { path: '.git/hooks/pre-commit', content: 'x' }],
    ['write_file', 'through a link', { path: 'out/new.md', content: 'x' }],
    ['move_file', 'out', { source: 'notes.md', destination: 'out/notes.md' }],
    ['move_file', 'into hooks', { source: 'notes.md', destination: '.git/hooks/post-merge' }],
  ])('%s: %s is denied', async (name, _, args: Record<string, string>) => {
    const absolute = Object.entries(args).map(([key, value]) => [
      key,
      key === 'content' ? value : `${work}/${value}`,
    ])
    for (const paths of [args, Object.fromEntries(absolute)])
      expect(await call(name, paths)).toMatch(
        /^policy_denied .*files-(stay-inside|nothing-that-runs)/,
      )
  })
})

/** Nobody is there to answer, so no call is held, and any number may wait. */
const UNATTENDED = { hold: '0s', flood: { pending: 1_000, requests: 1_000 } }

/** Tests that hang on nothing but their arguments: the gateway of a test has no other hosts and links. */
function plain(pack: string): {
  readonly tests: readonly PolicyTest[]
  readonly server: string
  readonly tools: object
} {
  const file = join(PACKS, pack, `${pack}.test.yaml`)
  const { tests, world } = readPolicyTests({ file, text: readFileSync(file, 'utf8') })
  const hosts = Object.keys(world.hosts)
  const usable = tests.filter(({ facts, request }) => {
    const text = JSON.stringify(request.arguments)
    return (
      request.approval === undefined &&
      facts === undefined &&
      request.target.kind === 'tool' &&
      !hosts.some((host) => text.includes(host))
    )
  })
  const server = usable[0]?.request.target.server ?? ''
  const hints = world.servers[server]?.tools ?? {}
  const tools = usable.map(({ request: { target } }) => [
    target.name,
    { effects: ['read'], ...hints[target.name] },
  ])
  return { tests: usable, server, tools: Object.fromEntries(tools) }
}

describe.each(['github', 'kubernetes', 'mail', 'postgresql', 'slack'])(
  'the pack `%s` before a server',
  (pack) => {
    const { tests, server, tools } = plain(pack)
    let upstream: RecordingUpstream
    let gateway: RunningGateway

    beforeAll(async () => {
      // A schema that says nothing: every argument of a test reaches the policies.
      upstream = await startRecordingUpstream(Object.keys(tools).map((name) => tool(name, {}, [])))
      gateway = await startGateway(
        { [server]: { transport: 'http', url: upstream.url, tools } as never },
        { policies: [join(PACKS, pack)], approvals: UNATTENDED },
      )
    }, 60_000)
    afterAll(async () => {
      await gateway?.stop()
      await upstream?.stop()
    })

    test('what its tests expect is what the gateway does', async () => {
      const wrong: string[] = []
      for (const { name, request, expect: verdict } of tests) {
        upstream.taken()
        const answer = await callTool(gateway, server, request.target.name, request.arguments)
        const reached = upstream.taken().length > 0
        if (reached !== (verdict === 'permit')) wrong.push(name)
        if ((answer.code === 'approval_pending') !== (verdict === 'ask'))
          wrong.push(`${name}, asked`)
      }
      expect(wrong).toEqual([])
      expect(tests.length).toBeGreaterThan(15)
    })
  },
)
