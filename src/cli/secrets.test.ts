import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { beforeAll, expect, test } from 'vitest'
import type { CommandError } from './command-error.ts'
import type { Context } from './context.ts'
import { createProgram } from './program.ts'
import { hiddenLine } from './secrets/hidden-line.ts'

const VALUE = 'a-value-that-nobody-sees'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-secrets-'))
  writeFileSync(
    join(folder, 'bailiwick.yaml'),
    `dataDir: ./state
store: { kind: sqlite }
servers:
  github:
    transport: http
    url: https://github.example/mcp
    headers:
      Authorization: Bearer secret://vault/pat
      X-Mine: secret://user/mine
      X-Env: secret://env/SET
  other:
    transport: http
    url: https://other.example/mcp
    headers: { X-Key: 'secret://vault/pat' }
`,
  )
})

interface Given {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command line in this process, with streams of its own. */
async function secrets(args: string, { input = '', env = {} }: Given = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(input)
  let exit = 'usage'
  let error = ''
  const program = createProgram(async (command, action) => {
    const { json = false, quiet = false } = command.optsWithGlobals()
    const options = { json, quiet, config: undefined, dataDir: undefined }
    const streams = { stdin, stdout, stderr, signal: new AbortController().signal }
    const place = { env, cwd: folder, homedir: folder, color: false }
    exit = await action({ options, ...streams, ...place }).catch((cause: CommandError) => {
      error = `${cause.message} ${cause.fix}`
      return cause.exit
    })
  })
  await program.parseAsync(['secrets', ...args.split(' ')], { from: 'user' })
  const said = (stream: PassThrough) => String(stream.read() ?? '')
  return { exit, stdout: said(stdout), stderr: said(stderr) + error }
}

test('a secret is kept, listed and checked, rotated and destroyed, and never shown', async () => {
  const said: string[] = []
  const run = async (args: string, given?: Given) => {
    const ended = await secrets(args, given)
    said.push(ended.stdout, ended.stderr)
    return ended
  }
  const set = await run('set pat --server github --purpose tests --stdin', { input: `${VALUE}\n` })
  expect(set).toMatchObject({ exit: 'ok', stdout: 'pat: stored, version 1, for github\n' })
  const check = await run('check --json', { env: { SET: 'x' } })
  expect(check.exit).toBe('findings')
  const { references } = JSON.parse(check.stdout) as {
    references: readonly { path: string; state: string; says: string }[]
  }
  expect(references.map(({ path, state }) => `${path} ${state}`)).toEqual([
    'servers.github.headers.Authorization good',
    'servers.github.headers.X-Mine of each user',
    'servers.github.headers.X-Env good',
    'servers.other.headers.X-Key wrong',
  ])
  expect(references.at(-1)?.says).toContain('is not for the server `other`')
  const env = { NEW: `${VALUE}-2` }
  expect(await run('set pat --server github --from-env NEW', { env })).toMatchObject({
    exit: 'usage',
  })
  const rotated = await run('rotate pat --overlap 1h --from-env NEW --json', { env })
  expect(JSON.parse(rotated.stdout)).toMatchObject({ secret: { version: 2, overlaps: true } })
  const list = await run('ls --json')
  expect([list.exit, JSON.parse(list.stdout).secrets]).toMatchObject([
    'ok',
    [{ name: 'pat', owner: 'shared', servers: ['github'], state: 'good', version: 2 }],
  ])
  expect((await run('rm pat')).stderr).toContain('--yes')
  expect(await run('rm pat --yes')).toMatchObject({ exit: 'ok', stdout: 'pat: destroyed\n' })
  expect(said.join('')).not.toContain(VALUE)
  const state = join(folder, 'state')
  for (const name of readdirSync(state)) {
    if (!name.startsWith('bailiwick.db') && name !== 'records.head') continue
    expect(readFileSync(join(state, name)).includes(VALUE)).toBe(false)
  }
})

test.each([
  ['without a server', 'set x --stdin', VALUE, 'say which servers may get it'],
  ['without a value', 'set x --server a --stdin', '', 'no value was given'],
  ['with nobody to type it', 'set x --server a', '', 'nobody is here to type the value'],
  ['twice', 'set x --server a --stdin --from-env X', VALUE, 'not both'],
])('what is given %s is refused', async (_, args, input, message) => {
  const ended = await secrets(args, { input })
  expect(ended.exit).toBe('usage')
  expect(ended.stderr).toContain(message)
  expect(ended.stderr).not.toContain(VALUE)
})

test('what is typed is not shown; breaking off does nothing', async () => {
  const terminal = () => {
    const [stdin, stderr] = [new PassThrough(), new PassThrough()]
    const context = { stdin, stderr, signal: new AbortController().signal }
    return { stdin, stderr, line: hiddenLine(context as unknown as Context, 'value: ') }
  }
  const typed = terminal()
  typed.stdin.write(`${VALUE}\r`)
  expect(await typed.line).toBe(VALUE)
  expect(String(typed.stderr.read())).toBe('value: \n')
  for (const key of ['\u0003', '\u0004']) {
    const broken = terminal()
    broken.stdin.write(key)
    await expect(broken.line).rejects.toThrow('nothing was done')
  }
})
