import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mount, refusalOf, type TestMachine, testMachine } from './testing/machine.ts'

let machine: TestMachine

beforeEach(() => {
  machine = testMachine()
})
afterEach(() => machine.remove())

const REFUSED = (kind: string): string => `path_refused servers.a.sandbox.fs.${kind}.0`

function tried(kind: 'ro' | 'rw', from: string, to = from): Promise<string> {
  return refusalOf(machine.confine({}, { [kind]: [mount(from, to)] }))
}

describe('what is never mounted', () => {
  test.each([
    ...['/', '/etc', '/etc/hostname', '/proc', '/proc/self', '/sys', '/run', '/var/run', '/dev'],
    ...['/dev/null', '/dev/shm', '/boot', '/var', '/home', '/root', '/tmp', '/usr'],
  ])('%s', async (path) => {
    expect(await tried('ro', path)).toBe(REFUSED('ro'))
    expect(await tried('rw', path)).toBe(REFUSED('rw'))
  })

  test('the home of whoever runs the gateway, and what is around it; what is in it may be', async () => {
    machine.write({ 'home/project/x': '' })
    expect(await tried('rw', machine.at('home'))).toBe(REFUSED('rw'))
    expect(await tried('ro', machine.root)).toBe(REFUSED('ro'))
    expect(await tried('rw', machine.at('home/project'))).toBe('accepted')
  })

  test('the data directory, but for the server’s own folder in it', async () => {
    machine.write({ 'state/bailiwick.db': '' })
    for (const name of ['state', 'state/servers', 'state/servers/other', 'state/bailiwick.db'])
      expect(await tried('rw', machine.at(name))).toBe(REFUSED('rw'))
    expect(await tried('rw', machine.at('state/servers/a'))).toBe('accepted')
    expect(await tried('rw', machine.at('state/servers/ab'))).toBe(REFUSED('rw'))
  })

  test('folders of the system are not writable, and may be read', async () => {
    expect(await tried('rw', '/usr/share')).toBe(REFUSED('rw'))
    expect(await tried('ro', '/usr/share')).toBe('accepted')
  })

  test('a link does not lead there, however many there are', async () => {
    for (const [index, target] of [
      '/etc',
      '/proc',
      machine.at('home'),
      machine.at('state'),
    ].entries()) {
      symlinkSync(target, machine.at(`link${index}`))
      symlinkSync(`link${index}`, machine.at(`again${index}`))
      expect(await tried('ro', machine.at(`again${index}`))).toBe(REFUSED('ro'))
    }
    symlinkSync('/', machine.at('top'))
    expect(await tried('ro', machine.at('top/etc'))).toBe(REFUSED('ro'))
  })

  test('no spelling of a forbidden path gets through', async () => {
    mkdirSync(machine.at('ws/deep/er'), { recursive: true })
    symlinkSync('/', machine.at('ws/top'))
    const forbidden = fc.constantFrom(
      '/etc',
      '/proc/1',
      '/run',
      '/dev',
      machine.at('home'),
      machine.at('state'),
      '/',
    )
    const prefix = fc.constantFrom(
      '',
      '/',
      '//',
      '/.',
      machine.at('ws/top'),
      machine.at('ws/deep/../top'),
      '/usr/..',
      '/tmp/../',
    )
    const joint = fc.constantFrom('/', '//', '/./', '/ws/../', '/deep/../')
    const end = fc.constantFrom('', '/', '/.', '//', '/x/..', '/..')
    const spelling = fc
      .tuple(prefix, forbidden, fc.array(joint, { minLength: 12, maxLength: 12 }), end)
      .map(([before, path, joints, after]) => {
        const parts = path.split('/').filter((part) => part !== '')
        return (
          before + parts.map((part, at) => (joints[at] ?? '/').slice(0, 3) + part).join('') + after
        )
      })
    await fc.assert(
      fc.asyncProperty(spelling, fc.constantFrom('ro', 'rw'), async (path, kind) => {
        fc.pre(path !== '')
        expect(await tried(kind, path, '/seen')).toMatch(/^path_(?:refused|missing) /)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what a mount leads to', () => {
  test('is what is mounted, at the place that was named', async () => {
    machine.write({ 'real/x': '' })
    symlinkSync('real', machine.at('link'))
    const { profile } = await machine.confine({}, { ro: [mount(machine.at('link'))] })
    expect(profile.fs.ro).toEqual([mount(machine.at('real'), machine.at('link'))])
  })

  test('may be missing only where that was said', async () => {
    expect(await tried('ro', machine.at('nothing'))).toBe('path_missing servers.a.sandbox.fs.ro.0')
    const optional = { ...mount(machine.at('nothing')), optional: true }
    expect((await machine.confine({}, { ro: [optional] })).profile.fs.ro).toEqual([])
  })

  test('is no socket, and holds none at its top', async () => {
    const folder = machine.at('ws/inner')
    mkdirSync(folder)
    const server = createServer()
    await new Promise<void>((done) => server.listen(join(folder, 's'), done))
    try {
      const socket = 'path_holds_socket servers.a.sandbox.fs.ro.0'
      for (const name of ['ws/inner/s', 'ws/inner', 'ws'])
        expect(await tried('ro', machine.at(name))).toBe(socket)
    } finally {
      await new Promise((done) => server.close(done))
    }
  })

  test('is no link that the server could have made where it writes', async () => {
    machine.write({ 'private/x': '', 'ws/plain/x': '', 'state/servers/a/x': '' })
    symlinkSync('../private', machine.at('ws/out'))
    symlinkSync('../../../private', machine.at('state/servers/a/out'))
    const rw = [mount(machine.at('ws'))]
    const both = (from: string) => refusalOf(machine.confine({}, { rw, ro: [mount(from)] }))
    expect(await both(machine.at('ws/out'))).toBe(REFUSED('ro'))
    expect(await both(machine.at('ws/plain'))).toBe('accepted')
    expect(await tried('rw', machine.at('state/servers/a/out'))).toBe(REFUSED('rw'))
  })

  test.each([
    '/',
    '/tmp',
    '/etc/x',
    '/proc/x',
    '/usr/lib/x',
    '/bin/x',
    '/dev/x',
    '/run/x',
    '/a/../etc',
    'x',
    '/x/',
  ])('is not seen at %s', async (to) => {
    expect(await tried('ro', machine.at('ws'), to)).toBe(REFUSED('ro'))
  })
})

describe('the gateway’s own files', () => {
  test('stay as they are in a writable folder', async () => {
    machine.write({ 'ws/conf/bailiwick.yaml': '' })
    const own = [machine.at('ws/conf/bailiwick.yaml'), machine.at('bin')]
    const { profile } = await machine.confine({ own }, { rw: [mount(machine.at('ws'))] })
    expect(profile.fs.protect).toEqual(['conf/bailiwick.yaml'])
  })

  test('a folder of the server’s own is made when it is named, for nobody else', async () => {
    const { profile } = await machine.confine({}, { state: 'persistent' })
    expect(profile.fs.state).toBe(machine.at('state/servers/a'))
    expect((await machine.confine({}, {})).profile.fs.state).toBeUndefined()
  })

  test('credentials are mounted only when they are named, with a note', async () => {
    machine.write({ 'home/.aws/credentials': '' })
    const { notes } = await machine.confine({}, { ro: [mount(machine.at('home/.aws'))] })
    expect(notes).toEqual([
      `\`${machine.at('home/.aws')}\` holds credentials of people: the server sees them`,
    ])
  })
})
