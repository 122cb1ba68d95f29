import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withheldHost, withheldPath } from '../denials/offer.ts'
import { bareProfile } from '../testing/profile.ts'
import { observer } from './observation.ts'
import { type Looked, type ProposalInput, propose } from './propose.ts'
import type { FileUse } from './trace.ts'

const mount = (path: string) => ({ from: path, to: path, optional: false })
const HOME = '/home/ann'

interface Seen {
  readonly denied?: readonly (readonly [target: string, reason: string])[]
  readonly used?: readonly (readonly [host: string, port: number])[]
  readonly files?: readonly FileUse[]
}

function proposal(
  { denied = [], used = [], files = [] }: Seen,
  more: Partial<ProposalInput> & { kinds?: Readonly<Record<string, Looked['kind'] | null>> } = {},
) {
  const seen = observer('files')
  for (const [target, reason] of denied)
    seen.denied({ server: 'files', layer: 'net', op: 'connect', target, reason })
  for (const [host, port] of used) seen.used({ server: 'files', layer: 'net', host, port })
  for (const use of files) seen.file(use)
  const { kinds = {}, ...rest } = more
  const { fs } = bareProfile()
  return propose({
    server: 'files',
    profile: bareProfile({ fs: { ...fs, ro: [mount('/srv/code')] } }),
    observation: seen.observation(),
    workspace: [],
    homes: [HOME],
    look(path) {
      const kind = kinds[path] === undefined ? 'file' : kinds[path]
      return kind === null ? undefined : { kind, real: path }
    },
    ...rest,
  })
}

const read = (path: string, call = 'openat'): FileUse => ({
  ...{ path, access: 'read', call, allowed: false },
})
const write = (path: string): FileUse => ({ ...read(path), access: 'write' })
const settings = ({ lines }: ReturnType<typeof propose>) =>
  lines.map(({ key, value }) => [key, value])
const reasons = ({ left }: ReturnType<typeof propose>) => left.map(({ what, why }) => [what, why])

describe('hosts', () => {
  test('are proposed exactly, with what speaks for them', () => {
    const asked = ['api.acme.io:443', 'host-not-listed'] as const
    const { lines, left } = proposal({
      denied: [asked, asked, ['files.acme.io:80', 'port-not-listed']],
    })
    expect(lines).toEqual([
      {
        key: 'network.allow',
        value: { host: 'api.acme.io', ports: [443], proto: 'tls' },
        evidence: { count: 2, call: 'connect', told: 'proxy', first: 'api.acme.io:443' },
      },
      {
        key: 'network.allow',
        value: { host: 'files.acme.io', ports: [80], proto: 'http' },
        evidence: { count: 1, call: 'connect', told: 'proxy', first: 'files.acme.io:80' },
      },
    ])
    expect(left).toEqual([])
  })

  test.each([
    ['169.254.169.254:80', 'metadata'],
    ['10.1.2.3:5432', 'private-range'],
    ['[::1]:80', 'private-range'],
    ['db.internal:5432', 'private-range'],
    ['0x7f.1:80', 'unreadable'],
  ])('%s is left out: %s', (target, why) => {
    const made = proposal({ denied: [[target, 'host-not-listed']] })
    expect(made.lines).toEqual([])
    expect(made.left).toMatchObject([{ why, count: 1 }])
  })

  test('of an attack on an allowed host are no wish', () => {
    expect(proposal({ denied: [['api.acme.io:443', 'sni-mismatch']] }).lines).toEqual([])
  })

  test('that are allowed and were not used are named', () => {
    const rule = { ports: [443], proto: 'tls', allowPrivate: false } as const
    const allow = ['a.io', '*.b.io', 'c.io'].map((host) => ({ host, ...rule }))
    const profile = bareProfile({ network: { mode: 'allowlist', allow } })
    const { unused } = proposal(
      {
        used: [
          ['a.io', 443],
          ['x.b.io', 443],
        ],
      },
      { profile },
    )
    expect(unused).toEqual(['c.io'])
  })
})

describe('paths', () => {
  test('are proposed one by one, and many of one folder as the folder', () => {
    const files = ['a', 'b', 'c', 'd'].map((name) => read(`/srv/data/${name}`))
    expect(settings(proposal({ files: [...files, read('/srv/one')] }))).toEqual([
      ['fs.ro', '/srv/data'],
      ['fs.ro', '/srv/one'],
    ])
  })

  test('of what the command names are proposed as that', () => {
    const files = [read('/srv/work/a/b'), write('/srv/work/c')]
    expect(settings(proposal({ files }, { workspace: ['/srv/work'] }))).toEqual([
      ['fs.rw', '/srv/work'],
    ])
    const inHome = { workspace: [`${HOME}/notes`], homes: [HOME] }
    expect(settings(proposal({ files: [read(`${HOME}/notes/a`)] }, inHome))).toEqual([
      ['fs.ro', `${HOME}/notes`],
    ])
  })

  test('that are to be made are made in their folder', () => {
    const kinds = { '/srv/out/new': null, '/srv/out': 'folder' } as const
    expect(settings(proposal({ files: [write('/srv/out/new')] }, { kinds }))).toEqual([
      ['fs.rw', '/srv/out'],
    ])
  })

  test('below a folder that is proposed need no line of their own', () => {
    const kinds = { '/srv/out/new': null, '/srv/out': 'folder' } as const
    const files = [read('/srv/out/old'), write('/srv/out/new'), read('/srv/outer')]
    expect(settings(proposal({ files }, { kinds }))).toEqual([
      ['fs.rw', '/srv/out'],
      ['fs.ro', '/srv/outer'],
    ])
  })

  test('of the system, of its own code, and that nobody has, need no line', () => {
    const files = [read('/usr/lib/x'), read('/srv/code/x'), read('/srv/gone'), read('/tmp/x')]
    const made = proposal({ files }, { kinds: { '/srv/gone': null } })
    expect([made.lines, made.left]).toEqual([[], []])
  })

  test('that are folders are proposed to whoever opens them, not to who only asks', () => {
    const kinds = { '/srv': 'folder', '/data': 'folder' } as const
    const files = [read('/srv', 'statx'), read('/data', 'openat')]
    expect(settings(proposal({ files }, { kinds }))).toEqual([['fs.ro', '/data']])
  })

  test.each([
    [read(`${HOME}/.aws/credentials`), 'secret'],
    [read(`${HOME}/notes/a`), 'home'],
    [read('/home/bob/x/y'), 'home'],
    [read('/root/x'), 'home'],
    [read('/etc/shadow'), 'system'],
    [read('/srv/app/.env'), 'secret'],
    [write('/srv/code/x'), 'own-code'],
    [{ ...read('/srv/app.sock'), access: 'connect' } as FileUse, 'socket'],
  ])('%j is left out: %s', (use, why) => {
    const made = proposal({ files: [use] })
    expect(made.lines).toEqual([])
    expect(reasons(made)).toEqual([[use.path, why]])
  })

  test('that hold its code are never proposed to be written', () => {
    const kinds = { '/srv/new': null, '/srv': 'folder' } as const
    const made = proposal({ files: [write('/srv/new')] }, { kinds })
    expect([made.lines, reasons(made)]).toEqual([[], [['/srv', 'own-code']]])
    const named = proposal({ files: [write('/srv/new')] }, { kinds, workspace: ['/srv'] })
    expect(named.lines).toEqual([])
  })

  test('that lead elsewhere are judged by where they lead', () => {
    const look = (path: string): Looked => ({
      kind: 'file',
      real: path === '/srv/link' ? '/etc/shadow' : path,
    })
    expect(reasons(proposal({ files: [read('/srv/link')] }, { look }))).toEqual([
      ['/srv/link', 'system'],
    ])
  })

  test('that are sockets or devices are left out', () => {
    const made = proposal({ files: [read('/srv/x')] }, { kinds: { '/srv/x': 'other' } })
    expect(reasons(made)).toEqual([['/srv/x', 'socket']])
  })
})

test('whatever a server does, nothing is proposed that is withheld, and no more than can be read', () => {
  const part = fc.constantFrom(
    'srv',
    'home',
    'ann',
    '.ssh',
    '.env',
    'etc',
    'root',
    'a',
    'key.pem',
    '..',
    '',
  )
  const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join('/')}`)
  const use = fc.record({
    path,
    access: fc.constantFrom('read', 'write', 'connect'),
    call: fc.constantFrom('openat', 'statx'),
    allowed: fc.boolean(),
  }) as fc.Arbitrary<FileUse>
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(use), fc.array(host), (files, hosts) => {
      const denied = hosts.map((one) => [`${one}:443`, 'host-not-listed'] as const)
      const { lines } = proposal({ files, denied })
      expect(lines.length).toBeLessThanOrEqual(80)
      for (const { key, value } of lines) {
        if (key === 'network.allow') expect(withheldHost(value.host)).toBeUndefined()
        else {
          expect(withheldPath(value, [HOME])).toBeUndefined()
          expect(value).not.toMatch(/^\/(home|root)/)
        }
      }
    }),
  )
})
