import { describe, expect, test } from 'vitest'
import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { withheldHost, withheldPath } from './offer.ts'
import { hostAndPort, safeDenial } from './safe-denial.ts'

describe('hosts', () => {
  test.each(['api.acme.io', '1.1.1.1', '2606:4700::1111', 'a-b.x_y.co'])(
    '%s is offered',
    (host) => {
      expect(withheldHost(host)).toBeUndefined()
    },
  )
  test.each([
    ['169.254.169.254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['10.0.0.1', 'private-range'],
    ['::1', 'private-range'],
    ['64:ff9b::a00:1', 'private-range'],
    ['localhost', 'private-range'],
    ['intranet', 'private-range'],
    ['metadata.google.internal', 'private-range'],
    ['db.home.arpa', 'private-range'],
    ['2130706433', 'unreadable'],
    ['0x7f000001', 'unreadable'],
    ['0x7f.1', 'unreadable'],
    ['127.1', 'unreadable'],
    ['a..b', 'unreadable'],
    ['*.acme.io', 'unreadable'],
    ['a b.io', 'unreadable'],
    ['\u202eoi.emca', 'unreadable'],
    ['x'.repeat(300), 'unreadable'],
    ['', 'unreadable'],
  ])('%s is not: %s', (host, why) => {
    expect(withheldHost(host)).toBe(why)
  })
})

describe('paths', () => {
  test.each(['/srv/data', '/home/ann/work/notes', '/data/a b'])('%s is offered', (path) => {
    expect(withheldPath(path, ['/home/ann'])).toBeUndefined()
  })
  test.each([
    ['/', 'system'],
    ['/etc/shadow', 'system'],
    ['/var', 'system'],
    ['/var/run/docker.sock', 'system'],
    ['/proc/1/environ', 'system'],
    ['/root', 'home'],
    ['/root/work', 'home'],
    ['/home', 'home'],
    ['/home/bob', 'home'],
    ['/data/people/ann', 'home'],
    ['/data/people', 'home'],
    ['/home/ann/.ssh/id_ed25519', 'secret'],
    ['/home/ann/.config/gcloud', 'secret'],
    ['/srv/app/.env.production', 'secret'],
    ['/srv/app/server.pem', 'secret'],
    ['/srv/app/DB_PASSWORD.txt', 'secret'],
    ['/srv/../etc', 'unreadable'],
    ['srv', 'unreadable'],
    ['/srv/\u001b[2J', 'unreadable'],
    [`/${'x'.repeat(2_000)}`, 'unreadable'],
  ])('%s is not: %s', (path, why) => {
    expect(withheldPath(path, ['/data/people/ann'])).toBe(why)
  })
})

describe('a suggestion', () => {
  const denial = (more: Partial<SandboxDenial>): SandboxDenial => ({
    ...{ server: 'files', layer: 'net', op: 'connect', target: 'api.acme.io:8443' },
    ...{ reason: 'host-not-listed', ...more },
  })
  test.each([
    [{}, undefined],
    [{ suggestion: 'write this' }, 'write this'],
    [{ target: '169.254.169.254:80', suggestion: 'open it' }, undefined],
    [{ target: 'localhost:80', suggestion: 'open it' }, undefined],
    [{ suggestion: 'x\u001b[2J' }, undefined],
    [
      { layer: 'fs', target: '/srv/d', reason: 'not-mounted' },
      'servers.files.sandbox.fs.ro: ["/srv/d"]',
    ],
    [
      { layer: 'fs', target: '/srv/d', reason: 'read-only' },
      'servers.files.sandbox.fs.rw: ["/srv/d"]',
    ],
    [
      { layer: 'fs', target: '/root/.ssh/id_rsa', reason: 'not-mounted', suggestion: 'x' },
      undefined,
    ],
    [{ layer: 'fs', target: '/srv/hook', reason: 'protected' }, undefined],
  ] as const)('for %j is %s', (more, suggestion) => {
    expect(safeDenial(denial(more as Partial<SandboxDenial>)).suggestion).toBe(suggestion)
  })
})

test('targets of the network are read in all their forms', () => {
  expect(hostAndPort('A.io.:443')).toEqual({ host: 'a.io', port: 443 })
  expect(hostAndPort('[::1]:80')).toEqual({ host: '::1', port: 80 })
  expect(hostAndPort('[::1]')).toEqual({ host: '::1' })
  expect(hostAndPort('::1')).toEqual({ host: '::1' })
  expect(hostAndPort('a.io')).toEqual({ host: 'a.io' })
})
