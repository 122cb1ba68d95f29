import { describe, expect, test } from 'vitest'
import { configFrom } from './config.ts'
import { ConfigError } from './problem.ts'
import { publicOrigin } from './public-url.ts'

const PLACES = { env: {}, homedir: '/home/me' }
const TLS = { tls: { cert: 'a', key: 'b' } }

function problemsOf(listen: object): readonly string[] {
  try {
    configFrom({ listen }, '/', PLACES)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path }) => path)
  }
}

describe('the address', () => {
  test.each(['0.0.0.0', '::', '10.1.2.3', 'example.com'])(
    '%s needs TLS or a declared proxy',
    (host) => {
      const publicUrl = 'https://gateway.example'
      expect(problemsOf({ host })).toContain('listen.host')
      expect(problemsOf({ host, publicUrl, behindProxy: true })).toEqual([])
      expect(problemsOf({ host, publicUrl, ...TLS })).toEqual([])
    },
  )

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s needs nothing', (host) => {
    expect(problemsOf({ host })).toEqual([])
  })
})

describe('the public address', () => {
  test.each(['0.0.0.0', '::'])('must be said for %s, which is no address to call', (host) => {
    expect(problemsOf({ host, ...TLS })).toEqual(['listen.host'])
    expect(problemsOf({ host, ...TLS, allowedHosts: ['gateway.example'] })).toEqual([])
  })

  test.each([
    'http://gateway.example',
    'http://127.0.0.1:7463',
    'http://localhost.evil.example',
    'https://gateway.example/path',
    'gateway.example',
  ])('%s is refused', (publicUrl) => {
    expect(problemsOf({ publicUrl })).toEqual(['listen.publicUrl'])
  })

  const local = { host: '127.0.0.1', behindProxy: false, allowedHosts: [] }
  test.each([
    [local, 'http://localhost:7463'],
    [{ ...local, host: '::1' }, 'http://localhost:7463'],
    [{ ...local, ...TLS, host: '10.0.0.1' }, 'https://10.0.0.1:7463'],
    [{ ...local, host: 'fd00::1', behindProxy: true }, 'https://[fd00::1]:7463'],
    [{ ...local, behindProxy: true, allowedHosts: ['g.example', 'x'] }, 'https://g.example'],
    [{ ...local, publicUrl: 'https://g.example' }, 'https://g.example'],
    [{ ...local, publicUrl: 'https://g.example:443' }, 'https://g.example'],
  ])('of %j is %s', (listen, origin) => {
    expect(publicOrigin(listen, 7463)).toBe(origin)
  })
})
