import { mkdirSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mount, refusalOf, type TestMachine, testMachine } from './testing/machine.ts'

let machine: TestMachine

beforeEach(() => {
  machine = testMachine()
  // Of interpreters it only matters what they are called, and that they are no scripts.
  machine.program('bin/node', 'ELF')
})
afterEach(() => machine.remove())

const plain = (path: string): string => path.replaceAll(machine.root, '')

/** The command, and `from` of every read-only mount (`from > to` where they differ). */
async function code(command: string, ...args: readonly string[]) {
  const { profile, command: argv, notes, cwd } = await machine.confine({ command, args })
  const ro = profile.fs.ro
    .map(({ from, to }) => plain(from === to ? from : `${from} > ${to}`))
    .sort()
  return { argv: argv.map(plain), ro, notes: notes.map(plain), cwd: cwd && plain(cwd) }
}

describe('the program', () => {
  test('of the system needs nothing', async () => {
    expect(await code('sh', '-c', 'true')).toMatchObject({
      argv: ['/usr/bin/sh', '-c', 'true'],
      ro: [],
    })
  })

  test('from elsewhere is its own file, whatever lies beside it', async () => {
    machine.write({ 'bin/secret': '' })
    expect(await code('node', '--version')).toMatchObject({
      argv: ['/bin/node', '--version'],
      ro: ['/bin/node'],
    })
    machine.write({ 'home/bin/x': '' })
    machine.program('home/bin/tool', 'ELF')
    expect((await code(machine.at('home/bin/tool'))).ro).toEqual(['/home/bin/tool'])
  })

  test('is found on absolute entries of PATH alone', async () => {
    machine.program('ws/evil', 'ELF')
    const missing = refusalOf(machine.confine({ command: 'evil', path: '.::ws:/nowhere' }))
    expect(await missing).toBe('command_missing servers.a.command')
    expect(await refusalOf(machine.confine({ command: 'ws' }))).toBe(
      'command_missing servers.a.command',
    )
    machine.write({ 'bin/flat': 'not executable' })
    expect(await refusalOf(machine.confine({ command: 'flat' }))).toBe(
      'command_missing servers.a.command',
    )
  })

  test('that is a script is run by the interpreter that stands in it', async () => {
    machine.write({ 'proj/package.json': '{"name":"p"}' })
    machine.program('proj/cli.js', '#!/usr/bin/env -S node --no-warnings\n')
    symlinkSync('../proj/cli.js', machine.at('bin/cli'))
    expect(await code('cli', 'x')).toMatchObject({
      argv: ['/bin/node', '--no-warnings', '/proj/cli.js', 'x'],
      ro: ['/bin/node', '/proj'],
    })
    machine.program('bin/orphan', '#!/no/such/thing\n')
    expect(await refusalOf(machine.confine({ command: 'orphan' }))).toBe(
      'command_missing servers.a.command',
    )
    machine.program('bin/loop', `#!${machine.at('bin/loop')}\n`)
    expect(await refusalOf(machine.confine({ command: 'loop' }))).toBe('accepted')
  })
})

describe('the code of the program', () => {
  test('is the package around the script, with the packages above it', async () => {
    machine.write({
      'repo/node_modules/dep/index.js': '',
      'repo/packages/s/package.json': '{"name":"s"}',
      'repo/packages/s/dist/package.json': '{"type":"module"}',
      'repo/packages/s/dist/main.js': '',
    })
    symlinkSync('../repo/packages/s', machine.at('ws/s'))
    expect(await code('node', '--enable-source-maps', 's/dist/main.js', '--x')).toMatchObject({
      argv: ['/bin/node', '--enable-source-maps', '/repo/packages/s/dist/main.js', '--x'],
      ro: ['/bin/node', '/repo/node_modules', '/repo/packages/s'],
    })
  })

  test('is all of `node_modules` for a script in it, with what its links lead to', async () => {
    machine.write({
      'p/node_modules/@s/x/index.js': '',
      'p/package.json': '{"name":"p"}',
      'p/.env': '',
      'linked/package.json': '{}',
    })
    symlinkSync('../../linked', machine.at('p/node_modules/linked'))
    symlinkSync(machine.at('home'), machine.at('p/node_modules/@s/evil'))
    expect((await code('node', machine.at('p/node_modules/@s/x/index.js'))).ro).toEqual([
      '/bin/node',
      '/linked',
      '/p/node_modules',
    ])
  })

  test('is preloaded code too', async () => {
    machine.write({ 'hooks/one.mjs': '', 'hooks/two.cjs': '', 'main.js': '' })
    const { argv, ro } = await code(
      'node',
      ...['--import', machine.at('hooks/one.mjs'), `--require=${machine.at('hooks/two.cjs')}`],
      ...['--env-file', machine.at('ws/.env'), machine.at('main'), machine.at('hooks/data')],
    )
    expect(ro).toEqual(['/bin/node', '/hooks/one.mjs', '/hooks/two.cjs', '/main.js'])
    expect(argv.slice(1, 4)).toEqual(['--import', '/hooks/one.mjs', '--require=/hooks/two.cjs'])
    expect(argv[6]).toBe('/main.js')
  })

  test('never widens to a home, or to what is around one', async () => {
    machine.write({
      'home/package.json': '{"name":"h"}',
      'home/server.js': '',
      'home/p/server.js': '',
    })
    expect((await code('node', machine.at('home/server.js'))).ro).toEqual([
      '/bin/node',
      '/home/server.js',
    ])
    expect((await code('node', machine.at('home/p/server.js'))).ro).toEqual([
      '/bin/node',
      '/home/p/server.js',
    ])
    machine.write({ 'package.json': '{"name":"r"}', 'x/server.js': '' })
    expect((await code('node', machine.at('x/server.js'))).ro).toEqual([
      '/bin/node',
      '/x/server.js',
    ])
  })

  test('is refused where credentials or the gateway’s own files lie', async () => {
    machine.write({ 'home/.ssh/x.js': '', 'state/x.js': '', 'state/servers/other/x.js': '' })
    for (const name of ['home/.ssh/x.js', 'state/x.js', 'state/servers/other/x.js']) {
      const refused = refusalOf(machine.confine({ command: 'node', args: [machine.at(name)] }))
      expect(await refused).toBe('path_refused servers.a.command')
    }
  })

  test('that was approved is mounted wherever it is kept, and nothing around it', async () => {
    machine.write({ 'state/packages/p/node_modules/x/cli.js': '' })
    const { profile } = await machine.confine({
      command: machine.at('bin/node'),
      args: [machine.at('state/packages/p/node_modules/x/cli.js')],
      code: [machine.at('state/packages/p')],
    })
    expect(profile.fs.ro.map(({ from }) => plain(from)).sort()).toEqual([
      '/bin/node',
      '/state/packages/p',
    ])
    expect(profile.fs.ro.every((part) => part.code === true)).toBe(true)
  })

  test('stays read-only in a folder that the server writes', async () => {
    machine.write({ 'ws/tool/package.json': '{"name":"t"}', 'ws/tool/x.js': '' })
    const { profile, notes } = await machine.confine(
      { command: 'node', args: ['tool/x.js'] },
      { rw: [mount(machine.at('ws'))] },
    )
    expect(profile.fs.ro.map(({ to }) => plain(to))).toContain('/ws/tool')
    expect(notes).toEqual([])
    const same = await machine.confine(
      { command: 'node', args: ['tool/x.js'] },
      { rw: [mount(machine.at('ws/tool'))] },
    )
    expect(same.notes.map(plain)).toEqual([
      '`/ws/tool` holds code of the server, which the server may change',
    ])
  })
})

describe('Python', () => {
  test('in a virtual environment keeps its name, and brings its base', async () => {
    machine.program('py/bin/python3.12', 'ELF')
    symlinkSync('python3.12', machine.at('py/bin/python3'))
    machine.write({
      'py/lib/python3.12/os.py': '',
      'py/lib/other/x': '',
      'proj/pyproject.toml': '',
      'proj/src/m/__init__.py': '',
      'proj/.venv/pyvenv.cfg': `home = ${machine.at('py/bin')}\n`,
      'proj/.venv/lib/python3.12/site-packages/e.pth': `${machine.at('proj/src')}\nimport x\n/nowhere\n`,
    })
    mkdirSync(machine.at('proj/.venv/bin'))
    symlinkSync(machine.at('py/bin/python3'), machine.at('proj/.venv/bin/python'))
    machine.program('proj/.venv/bin/tool', `#!${machine.at('proj/.venv/bin/python')}\n`)
    const ro = [
      '/proj/.venv',
      '/proj/src',
      '/py/bin/python3.12',
      '/py/bin/python3.12 > /py/bin/python3',
      '/py/lib/python3.12',
    ]
    expect(await code(machine.at('proj/.venv/bin/tool'), 'x')).toMatchObject({
      argv: ['/proj/.venv/bin/python', '/proj/.venv/bin/tool', 'x'],
      ro,
    })
    expect((await code(machine.at('proj/.venv/bin/python'), '-c', 'x')).ro).toEqual(ro)
  })

  test('runs a module of the folder that it starts in', async () => {
    machine.program('bin/python3', 'ELF')
    machine.write({ 'ws/pyproject.toml': '', 'ws/mine/__main__.py': '' })
    expect((await code('python3', '-m', 'mine.cli')).ro).toEqual(['/bin/python3', '/ws'])
    expect((await code('python3', '-m', 'json.tool')).ro).toEqual(['/bin/python3'])
  })
})

describe('what else is told', () => {
  test('an argument that names something the server does not see', async () => {
    machine.write({ 'docs/x': '', 'home/.ssh/id_x': '' })
    const { notes } = await code(
      'cat',
      machine.at('docs'),
      `--root=${machine.at('docs/x')}`,
      '/etc/hostname',
      'docs',
      '/nowhere',
      machine.at('home/.ssh'),
    )
    expect(notes).toEqual([
      'argument `/docs` names `/docs`, which it does not see; `sandbox.fs.ro: ["/docs"]` shows it, `sandbox.fs.rw` lets it be changed',
      'argument `/docs/x` names `/docs/x`, which it does not see; `sandbox.fs.ro: ["/docs/x"]` shows it, `sandbox.fs.rw` lets it be changed',
      'argument `/etc/hostname` names `/etc/hostname`, which it does not see: `/etc` belongs to the system',
      'argument `/home/.ssh` names `/home/.ssh`, which it does not see: it holds credentials',
    ])
    const seen = await machine.confine(
      { args: [machine.at('docs/x'), '.'] },
      { ro: [mount(machine.at('docs')), mount(machine.at('ws'))] },
    )
    expect(seen.notes).toEqual([])
  })

  test('the folder to start in, where the sandbox shows it', async () => {
    expect((await code('sh')).cwd).toBeUndefined()
    const { cwd } = await machine.confine({}, { rw: [mount(machine.at('ws'), '/work')] })
    expect(cwd).toBe('/work')
    expect((await machine.confine({ cwd: '/usr/share' })).cwd).toBe('/usr/share')
  })
})
