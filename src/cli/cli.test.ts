import { chmodSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REVISION_SETTINGS } from '../config/server-schema.ts'
import { REVISIONS } from '../mcp/revision.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { createPlace } from './testing/command-line.ts'

const CONFIG = `# ours
dataDir: data
listen: { port: 0 } # any
policies: [./policies]
servers:
  # the files
  files: { transport: stdio, command: node, args: [files.js] }
`

test('exit codes are what scripts rely on', () => {
  const codes = Object.entries(EXIT_CODES).map(([name, { code }]) => [name, code])
  expect(Object.fromEntries(codes)).toEqual({
    ok: 0,
    findings: 1,
    usage: 2,
    configuration: 3,
    authentication: 4,
    unreachable: 5,
    internal: 10,
  })
})

test('the revisions of the configuration are those of the wire', () => {
  expect(REVISION_SETTINGS).toEqual(['auto', 'legacy', ...REVISIONS])
})

describe('the command line', () => {
  test('version and help', async () => {
    const place = createPlace()
    const version = await place.run(['version', '--json'])
    expect(JSON.parse(version.stdout)).toEqual({
      bailiwick: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.versions.node,
    })
    const help = await place.run(['help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['up', 'connect', 'servers', 'calls', 'verify', 'config', 'doctor'])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
  })

  test.each([
    ['an unknown command', ['bogus'], /unknown command 'bogus'/],
    ['an unknown option', ['calls', 'ls', '--bogus'], /unknown option '--bogus'/],
    ['a missing argument', ['servers', 'show'], /missing required argument 'name'/],
    ['a wrong choice', ['completion', 'csh'], /Allowed choices are bash, zsh, fish/],
    ['a wrong number', ['calls', 'ls', '--limit', '0'], /whole number from 1 to 1000/],
  ])('%s is a usage error, said on stderr', async (_, args, message) => {
    const { code, stdout, stderr } = await createPlace().run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('an error is one line of JSON with --json', async () => {
    const place = createPlace()
    const { code, stdout, stderr } = await place.run(['servers', 'show', 'x', '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 2,
        kind: 'usage',
        message: 'there is no server `x` in the configuration',
        fix: '`bailiwick servers ls` lists them',
      },
    })
  })

  test('completion knows the tree', async () => {
    const place = createPlace()
    const bash = await place.run(['completion', 'bash'])
    expect(bash.stdout).toContain(
      '" servers") next="ls show add rm diff approve reject pin history"',
    )
    const script = `${bash.stdout}\nCOMP_WORDS=(bailiwick calls t) COMP_CWORD=2; _bailiwick; echo "\${COMPREPLY[@]}"`
    const { execFileSync } = await import('node:child_process')
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('tail\n')
    expect((await place.run(['completion', 'zsh'])).stdout).toMatch(/^#compdef bailiwick/)
    expect((await place.run(['completion', 'fish'])).stdout).toContain("-a 'tail'")
  })
})

describe('config', () => {
  test('check reports every problem with its place', async () => {
    const place = createPlace()
    const file = place.file('bailiwick.yaml', 'lisen: {}\nlimits:\n  callTimeout: soon\n')
    const { code, stdout, stderr } = await place.run(['config', 'check', '--json'])
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      file,
      problems: [
        { path: 'lisen', line: 1, column: 1, message: 'unknown key; did you mean `listen`?' },
        { path: 'limits.callTimeout', line: 3, column: 16 },
      ],
    })
    const text = await place.run(['config', 'check'])
    expect(text.stdout.split('\n')[0]).toBe(
      `${file}:1:1: \`lisen\`: unknown key; did you mean \`listen\`?`,
    )
  })

  test('check reads the policies too', async () => {
    const place = createPlace()
    place.file('bailiwick.yaml', CONFIG)
    expect(await place.run(['config', 'check'])).toMatchObject({ code: 0, stderr: '' })
    place.file('policies/all.cedar', 'permit (')
    const { code, stdout } = await place.run(['config', 'check', '--json'])
    expect(code).toBe(3)
    expect(JSON.parse(stdout).problems[0]).toMatchObject({ path: 'policies', line: 1 })
  })

  test('any other command refuses a wrong configuration on stderr', async () => {
    const place = createPlace()
    place.file('bailiwick.yaml', 'lisen: {}')
    const { code, stdout, stderr } = await place.run(['servers', 'ls'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^error: .*bailiwick\.yaml:1:1: .*\n {2}fix: /)
  })

  test('explain says where a value came from', async () => {
    const place = createPlace()
    const file = place.file('bailiwick.yaml', CONFIG)
    const run = await place.run(['config', 'explain', 'listen.port', '--json'])
    expect(JSON.parse(run.stdout)).toMatchObject({
      value: 0,
      default: 7463,
      origin: { kind: 'file', file, line: 3, column: 11 },
    })
    const wrong = await place.run(['config', 'explain', 'listen.prot'])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('did you mean `listen.port`?')
  })
})

describe('servers', () => {
  test('add and rm keep comments, order and mode', async () => {
    const place = createPlace()
    const file = place.file('bailiwick.yaml', CONFIG)
    chmodSync(file, 0o664)
    const add = ['servers', 'add', 'web', 'https://a.example/mcp', '--timeout', '5s']
    const header = ['--header', 'Authorization: Bearer secret://env/WEB']
    expect(await place.run([...add, ...header])).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(`${CONFIG}  web:
    transport: http
    url: https://a.example/mcp
    headers:
      Authorization: Bearer secret://env/WEB
    timeout: 5s
`)
    expect(statSync(file).mode & 0o777).toBe(0o664)
    expect(await place.run(['servers', 'rm', 'web'])).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toBe(CONFIG)
  })

  test('add takes a command with its arguments, and starts a file where there is none', async () => {
    const place = createPlace()
    const command = [
      'servers',
      'add',
      'local',
      '--env',
      'MODE=x',
      '--',
      'node',
      'server.js',
      '--deep',
    ]
    const { code, stdout } = await place.run(['--json', ...command])
    expect(code).toBe(0)
    const file = join(place.root, 'home', '.config', 'bailiwick', 'bailiwick.yaml')
    expect(JSON.parse(stdout)).toMatchObject({
      file,
      added: { command: 'node', args: ['server.js', '--deep'], env: { MODE: 'x' } },
    })
    const list = JSON.parse((await place.run(['servers', 'ls', '--json'])).stdout)
    expect(list.servers).toMatchObject([{ name: 'local', transport: 'stdio' }])
  })

  test.each([
    ['a bad name', ['Bad_Name', 'https://a.example/'], 3],
    ['a literal secret', ['web', 'https://a.example/', '--header', 'Authorization: s3cr3t'], 3],
    ['a known name', ['files', 'https://a.example/'], 2],
    ['a header without a name', ['web', 'https://a.example/', '--header', 's3cr3t'], 2],
    ['arguments of an address', ['web', 'https://a.example/', 'x'], 2],
  ])('nothing is written for %s, and no secret is repeated', async (_, args, expected) => {
    const place = createPlace()
    const file = place.file('bailiwick.yaml', CONFIG)
    const { code, stdout, stderr } = await place.run(['servers', 'add', ...args])
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
    expect(stderr).toMatch(/^error: /)
    expect(stderr).not.toContain('s3cr3t')
    expect(readFileSync(file, 'utf8')).toBe(CONFIG)
  })
})

describe('without a gateway', () => {
  test('connect says so, with the fix; it never reads the current folder', async () => {
    const place = createPlace()
    place.file('bailiwick.yaml', 'lisen: {}')
    const { code, stdout, stderr } = await place.run(['connect', '--data-dir', 'data'])
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
    expect(stderr).toMatch(/^error: no gateway runs on .*\n {2}fix: start it with `bailiwick up`/)
  })

  test('records that are not there are no empty records', async () => {
    const place = createPlace()
    for (const args of [['calls', 'ls'], ['calls', 'tail'], ['verify']]) {
      const { code, stderr } = await place.run([...args, '--data-dir', 'data'])
      expect(code).toBe(3)
      expect(stderr).toContain('there are no records in')
    }
  })

  test('doctor finds what is wrong, each with its fix', async () => {
    const place = createPlace()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : undefined
    place.file(
      'bailiwick.yaml',
      `listen: { port: ${port} }
policies: [./policies]
dataDir: data
servers:
  gone: { transport: stdio, command: ./none }
  clear: { transport: http, url: "http://a.invalid/", headers: { Authorization: secret://env/T } }
`,
    )
    const { code, stdout } = await place.run(['doctor', '--json'], { env: { T: 'x' } })
    taken.close()
    expect(code).toBe(1)
    const { ok, checks } = JSON.parse(stdout)
    const all: string[] = checks.map(
      ({ check, state }: { check: string; state: string }) => `${check} ${state}`,
    )
    expect(ok).toBe(false)
    // how well each limit holds is the machine's
    const states = all.filter((one) => !/^sandbox (?!ok|backends|of )/.test(one))
    expect(states).toEqual([
      'node ok',
      'configuration ok',
      'policies ok',
      'data directory warn',
      'operator key warn',
      'port fail',
      'store warn',
      'sandbox ok',
      'sandbox backends ok',
      'sandbox of gone ok',
      'server gone fail',
      'server clear fail',
      // In clear, and the same for all.
      'server clear warn',
      'server clear warn',
    ])
    for (const { state, fix } of checks)
      if (state === 'fail') expect(fix).toEqual(expect.any(String))
  })
})
