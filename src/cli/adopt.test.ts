import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import type { CommandError } from './command-error.ts'
import { createProgram } from './program.ts'

// Each command opens a database of its own, and makes records.
vi.setConfig({ testTimeout: 120_000 })

const TOKEN = 'a-token-that-nobody-sees-4711'
const CURSOR = `{
  // mine
  "mcpServers": {
    "Issues": { "command": "npx", "args": ["-y", "issues"], "env": { "ISSUES_TOKEN": "${TOKEN}" } },
    "off": { "command": "x", "disabled": true },
  },
}
`
const CODEX = `model = "m"

[mcp_servers.issues]
command = "npx"
args = ["-y", "issues"]
env = { ISSUES_TOKEN = "${TOKEN}" }
`
const CONFIG = '# ours\ndataDir: ./state\nstore: { kind: sqlite }\n'

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-adopt-cli-'))
  const put = (name: string, text: string): string => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o644 })
    return path
  }
  const cursor = put('.cursor/mcp.json', CURSOR)
  const codex = put('.codex/config.toml', CODEX)
  const config = put('bailiwick.yaml', CONFIG)
  return { folder, cursor, codex, config, state: join(folder, 'state') }
}
type Home = ReturnType<typeof home>

const said: string[] = []

/** Runs a command line in this process, with streams of its own. */
async function run({ folder }: Home, args: string, input = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(input)
  let exit = 'usage'
  let error = ''
  const program = createProgram(async (command, action) => {
    const { json = false, quiet = false } = command.optsWithGlobals()
    const options = { json, quiet, config: undefined, dataDir: undefined }
    const streams = { stdin, stdout, stderr, signal: new AbortController().signal }
    const place = { env: {}, cwd: folder, homedir: folder, color: false }
    exit = await action({ options, ...streams, ...place }).catch((cause: CommandError) => {
      error = `${cause.message} ${cause.fix}`
      return cause.exit ?? String(cause.stack)
    })
  })
  await program.parseAsync(args.split(' '), { from: 'user' })
  const text = (stream: PassThrough) => String(stream.read() ?? '')
  const ended = { exit, stdout: text(stdout), stderr: text(stderr) + error }
  said.push(ended.stdout, ended.stderr)
  return ended
}

const read = (path: string): string => readFileSync(path, 'utf8')

test('adopt and release: secrets into the vault, hosts to the gateway, and back byte for byte', async () => {
  const at = home()
  const dry = await run(at, 'adopt --dry-run')
  expect(dry).toMatchObject({ exit: 'ok' })
  expect(dry.stdout).toContain('-    "Issues": { "command": "npx"')
  expect(dry.stdout).toContain('********')
  expect(dry.stdout).toContain('disabled')
  expect([read(at.cursor), read(at.codex), read(at.config)]).toEqual([CURSOR, CODEX, CONFIG])
  expect(existsSync(at.state)).toBe(false)

  expect((await run(at, 'adopt')).stderr).toContain('--yes')
  expect(read(at.cursor)).toBe(CURSOR)

  const done = await run(at, 'adopt --yes --json')
  expect(done.exit).toBe('ok')
  const { items } = JSON.parse(done.stdout) as { items: readonly { state: string }[] }
  expect(items.map(({ state }) => state)).toEqual(['adopted', 'adopted'])
  expect(read(at.cursor)).toContain('/mcp/issues')
  expect(read(at.cursor)).toContain('// mine')
  expect(read(at.config)).toBe(
    `${CONFIG}servers:\n  issues:\n    transport: stdio\n    command: npx\n    args:\n      - -y\n      - issues\n    env:\n      ISSUES_TOKEN: secret://vault/issues-issues_token\n`,
  )
  expect(statSync(at.cursor).mode & 0o777).toBe(0o600)
  expect((await run(at, 'secrets check')).exit).toBe('ok')
  for (const path of [at.cursor, at.codex, at.config]) expect(read(path)).not.toContain(TOKEN)

  const again = await run(at, 'adopt --yes')
  expect(again).toMatchObject({ exit: 'ok' })
  expect(again.stdout).toContain('nothing to adopt')

  const shown = await run(at, 'release --dry-run')
  expect(shown.stdout).toContain('+    "Issues": { "command": "npx"')
  expect((await run(at, 'release --host codex --yes')).exit).toBe('ok')
  expect(read(at.codex)).toBe(CODEX)
  writeFileSync(at.cursor, read(at.cursor).replace('// mine', '// mine, edited'))
  expect((await run(at, 'release --yes --remove')).exit).toBe('ok')
  expect(read(at.cursor)).toBe(CURSOR.replace('// mine', '// mine, edited'))
  expect(read(at.config)).toBe(CONFIG)
  expect((await run(at, 'secrets ls --json')).stdout).toContain('"secrets":[]')
  expect(readdirSync(join(at.state, 'adoption'))).toEqual([])
  expect(said.join('\n')).not.toContain(TOKEN)
})

test('the first configuration finds what was kept before there was one', async () => {
  const at = home()
  rmSync(at.config)
  expect((await run(at, 'adopt --yes')).exit).toBe('ok')
  expect(read(at.cursor)).toContain('/mcp/issues')
  expect((await run(at, 'secrets check')).exit).toBe('ok')
  expect((await run(at, 'release --yes')).exit).toBe('ok')
  expect([read(at.cursor), read(at.codex)]).toEqual([CURSOR, CODEX])
})

test('an entry of ours that was edited is a finding, and one host is taken alone', async () => {
  const at = home()
  expect((await run(at, 'adopt --host cursor --yes --connect')).exit).toBe('ok')
  expect(read(at.codex)).toBe(CODEX)
  expect(read(at.cursor)).toContain('"connect"')
  const edited = read(at.cursor).replace('"connect"', '"connect", "--quiet"')
  writeFileSync(at.cursor, edited)
  const done = await run(at, 'release --yes')
  expect(done.exit).toBe('findings')
  expect(done.stdout).toContain('edited')
  expect(read(at.cursor)).toBe(edited)
  expect((await run(at, 'adopt --host nobody')).exit).toBe('usage')
})

test('a configuration that cannot be had leaves everything as it is', async () => {
  const at = home()
  writeFileSync(at.config, `${CONFIG}servers: { broken: }\n`)
  const done = await run(at, 'adopt --yes')
  expect(done.exit).not.toBe('ok')
  expect([read(at.cursor), read(at.codex)]).toEqual([CURSOR, CODEX])
})
