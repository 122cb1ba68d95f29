import { describe, expect, test } from 'vitest'
import { facts, url } from '../testing/facts.ts'
import { outcome } from '../testing/guards.ts'

describe('URLs', () => {
  const guard =
    '{ url: { hosts: [API.example.com, "*.example.org", "::1", "bücher.example"], ranges: [public, loopback] } }'
  const seen = (one: ReturnType<typeof url>, written = guard) =>
    outcome(written, facts({ urls: [one] }))

  test.each([
    'api.example.com',
    'a.example.org',
    'a.b.example.org',
    '::1',
    'xn--bcher-kva.example',
  ])('%s passes', (host) => expect(seen(url(host))).toBe('pass'))

  test.each([
    'example.com',
    'x.api.example.com',
    'api.example.com.evil.example',
    'example.org',
    '.example.org',
    'evilexample.org',
    'xapi.example.com',
  ])('%s fails', (host) => expect(seen(url(host))).toBe('fail'))

  test('without more words: https and http, usual ports, public addresses', () => {
    const plain = '{ url: {} }'
    expect(seen(url('a.example'), plain)).toBe('pass')
    expect(seen(url('a.example', { scheme: 'http', port: 80 }), plain)).toBe('pass')
    expect(seen(url('a.example', { scheme: 'http' }), plain)).toBe('fail')
    expect(seen(url('a.example', { port: 22 }), plain)).toBe('fail')
    expect(seen(url('a.example', { port: 22 }), '{ url: { ports: [22] } }')).toBe('pass')
    expect(seen(url('a.example', { scheme: 'ftp', port: 21 }), plain)).toBe('fail')
    expect(seen(url('a.example', { scheme: 'ftp', port: 21 }), '{ url: { schemes: [ftp] } }')).toBe(
      'pass',
    )
    expect(seen(url('a.example', { flags: ['userinfo'] }), plain)).toBe('fail')
    for (const ranges of [[], ['unresolved'], ['private'], ['private', 'public'], ['metadata']]) {
      expect(seen(url('a.example', { ranges }), plain)).toBe('fail')
    }
  })
})
