import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { beforeAll, expect, test } from 'vitest'
import type { Context } from './context.ts'
import { hiddenLine } from './secrets/hidden-line.ts'
import { createPlace, type Place } from './testing/command-line.ts'

const VALUE = 'a-value-that-nobody-sees'
let place: Place
beforeAll(() => {
  place = createPlace()
  place.file(
    'bailiwick.yaml',
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

test('a secret is kept, listed and checked, rotated and destroyed, and never shown', async () => {
  const said: string[] = []
  const run = async (args: string, options: Parameters<Place['run']>[1] = {}) => {
    const { code, stdout, stderr } = await place.run(['secrets', ...args.split(' ')], options)
    said.push(stdout, stderr)
    return { code, stdout, stderr }
  }
  const set = await run('set pat --server github --purpose tests --stdin', { input: `${VALUE}\n` })
  expect(set).toMatchObject({ code: 0, stdout: 'pat: stored, version 1, for github\n' })
  const check = await run('check --json', { env: { SET: 'x' } })
  expect(check.code).toBe(1)
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
  expect(await run('set pat --server github --from-env NEW', { env })).toMatchObject({ code: 2 })
  const rotated = await run('rotate pat --overlap 1h --from-env NEW --json', { env })
  expect(JSON.parse(rotated.stdout)).toMatchObject({ secret: { version: 2, overlaps: true } })
  const list = await run('ls --json')
  expect([list.code, JSON.parse(list.stdout).secrets]).toMatchObject([
    0,
    [{ name: 'pat', owner: 'shared', servers: ['github'], state: 'good', version: 2 }],
  ])
  expect((await run('rm pat')).stderr).toContain('--yes')
  expect(await run('rm pat --yes')).toMatchObject({ code: 0, stdout: 'pat: destroyed\n' })
  expect(said.join('')).not.toContain(VALUE)
  const state = join(place.root, 'state')
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
  const ended = await place.run(['secrets', ...args.split(' ')], { input })
  expect(ended.code).toBe(2)
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
