import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRedirects, isPrivateScheme, redirectAddress } from './redirect-address.ts'

/** Addresses that no client may have codes sent to, and why. */
const BAD: readonly (readonly [string, string])[] = [
  ['http://evil.example/cb', 'is http to another machine'],
  ['http://127.0.0.1.evil.example/cb', 'is http to another machine'],
  ['http://localhost.evil.example/cb', 'is http to another machine'],
  ['http://127.0.0.2/cb', 'is http to another machine'],
  ['http://0.0.0.0/cb', 'is http to another machine'],
  ['http://[::]/cb', 'is http to another machine'],
  ['http://[::ffff:7f00:1]/cb', 'is http to another machine'],
  ['http://127.1/cb', 'is not in canonical form'],
  ['http://2130706433/cb', 'is not in canonical form'],
  ['http://LOCALHOST/cb', 'is not in canonical form'],
  ['http://127.0.0.1:80/cb', 'is not in canonical form'],
  ['http://[0:0:0:0:0:0:0:1]/cb', 'is not in canonical form'],
  ['http:127.0.0.1/cb', 'is not in canonical form'],
  ['http:/127.0.0.1/cb', 'is not in canonical form'],
  ['javascript:alert(1)', 'has a scheme that is not a program’s own'],
  ['javascript://127.0.0.1/%0aalert(1)', 'holds an escape that it must not hold'],
  ['JaVaScRiPt:alert(1)', 'is not in canonical form'],
  ['java\tscript:alert(1)', 'holds a character that it must not hold'],
  [' javascript:alert(1)', 'holds a character that it must not hold'],
  ['data:text/html,hello', 'has a scheme that is not a program’s own'],
  ['vbscript:a', 'has a scheme that is not a program’s own'],
  ['file:///etc/passwd', 'has a scheme that is not a program’s own'],
  ['blob:https://a.example/b', 'has a scheme that is not a program’s own'],
  ['about:blank', 'has a scheme that is not a program’s own'],
  ['ws://127.0.0.1/', 'has a scheme that is not a program’s own'],
  ['mailto:a', 'has a scheme that is not a program’s own'],
  ['https://user@client.example/cb', 'has a user name'],
  ['https://user:pass@client.example/cb', 'has a user name'],
  ['http://127.0.0.1@evil.example/cb', 'has a user name'],
  ['https://@client.example/cb', 'has a user name'],
  ['com.example.app://user@host/cb', 'has a user name'],
  ['https://*.client.example/cb', 'holds a character that it must not hold'],
  ['https://client.example/*', 'holds a character that it must not hold'],
  ['https://client.example/cb#', 'has a fragment'],
  ['https://client.example/cb#a', 'has a fragment'],
  ['https://client.example/a/../cb', 'is not in canonical form'],
  ['https://client.example/a/%2e%2e/cb', 'is not in canonical form'],
  ['https://client.example/a%2f..%2fcb', 'holds an escape that it must not hold'],
  ['https://client.example\\@evil.example/cb', 'holds a character that it must not hold'],
  ['https://client.example/c b', 'holds a character that it must not hold'],
  ['https://client.example/cb\r\nLocation: x', 'holds a character that it must not hold'],
  ['https://client.example/%0d%0aLocation:x', 'holds an escape that it must not hold'],
  ['https://cliént.example/cb', 'holds a character that it must not hold'],
  ['https://client.example:443/cb', 'is not in canonical form'],
  ['https://client.example./cb', 'is https to a machine without a name'],
  ['https://93.184.216.34/cb', 'is https to a machine without a name'],
  ['https://[2606:2800::1]/cb', 'is https to a machine without a name'],
  ['https://localhost/cb', 'is https to a machine without a name'],
  ['https:///cb', 'is not in canonical form'],
  ['//client.example/cb', 'is not an absolute URI'],
  ['/cb', 'is not an absolute URI'],
  ['', 'is not an absolute URI'],
  [`https://client.example/${'a'.repeat(512)}`, 'is not a string of 512 at most'],
]

const GOOD = [
  ['http://127.0.0.1/callback', { kind: 'loopback', host: '127.0.0.1' }],
  ['http://127.0.0.1:33418', { kind: 'loopback', host: '127.0.0.1' }],
  ['http://127.0.0.1:33418/', { kind: 'loopback', host: '127.0.0.1' }],
  ['http://[::1]:8080/callback?a=b', { kind: 'loopback', host: '[::1]' }],
  ['http://localhost:6274/oauth/callback', { kind: 'loopback', host: 'localhost' }],
  ['https://client.example/cb', { kind: 'web', host: 'client.example' }],
  ['https://client.example:8443/cb?a=b%20c', { kind: 'web', host: 'client.example' }],
  ['com.example.app:/callback', { kind: 'private-scheme', scheme: 'com.example.app' }],
  ['editor://vendor.plugin/oauth/callback', { kind: 'private-scheme', scheme: 'editor' }],
] as const

describe('a redirect address', () => {
  test.each(BAD)('%j is refused', (text, why) => {
    expect(redirectAddress(text)).toBe(why)
  })

  test.each([[null], [1], [{}], [['http://127.0.0.1/']]])('%j is refused', (value) => {
    expect(redirectAddress(value)).toBe('is not a string of 512 at most')
  })

  test.each(GOOD)('%s is read', (text, address) => {
    expect(redirectAddress(text)).toEqual(address)
  })

  test('that is read goes where it says, to every parser', () => {
    const soup = fc
      .array(
        fc.constantFrom(
          ...[
            'http://',
            'https://',
            'javascript:',
            'com.a:',
            '127.0.0.1',
            'localhost',
            'a.example',
          ],
          ...[
            '/',
            '//',
            '\\',
            '.',
            '..',
            '%2e',
            '%2f',
            '@',
            ':',
            '80',
            '?',
            '#',
            '*',
            ' ',
            '\t',
            'A',
          ],
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(soup, (text) => {
        const address = redirectAddress(text)
        if (typeof address === 'string') return
        const [, scheme, authority = ''] = /^([a-z0-9+.-]+):(?:\/\/([^/?]*))?/.exec(text) ?? []
        const host = authority.replace(/:\d+$/, '')
        switch (address.kind) {
          case 'loopback':
            expect([scheme, ['127.0.0.1', 'localhost', '[::1]'].includes(host)]).toEqual([
              'http',
              true,
            ])
            break
          case 'web':
            expect([scheme, host]).toEqual(['https', address.host])
            break
          case 'private-scheme':
            expect(isPrivateScheme(String(scheme))).toBe(true)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('redirect addresses of a client', () => {
  const rules = {
    web: (host: string) => host === 'client.example',
    privateSchemes: ['com.example.app'],
  }

  test.each([
    [['http://127.0.0.1/cb'], 'native'],
    [['com.example.app:/cb', 'http://localhost/cb'], 'native'],
    [['https://client.example/cb', 'http://127.0.0.1/cb'], 'native'],
    [['https://client.example/cb'], 'web'],
  ])('%j make it %s', (texts, type) => {
    expect(checkRedirects(texts, rules)).toEqual({ type, addresses: texts })
  })

  test.each([
    [undefined, 'redirect_uris must be a list of 1 to 20'],
    ['http://127.0.0.1/cb', 'redirect_uris must be a list of 1 to 20'],
    [[], 'redirect_uris must be a list of 1 to 20'],
    [Array(21).fill('http://127.0.0.1/'), 'redirect_uris must be a list of 1 to 20'],
    [
      ['http://127.0.0.1/cb', 'https://evil.example/cb'],
      'a redirect address is on a host that is not allowed',
    ],
    [['https://sub.client.example/cb'], 'a redirect address is on a host that is not allowed'],
    [['com.example.other:/cb'], 'a redirect address has a scheme that is not allowed'],
    [
      ['http://127.0.0.1/cb', 'data:,'],
      'a redirect address has a scheme that is not a program’s own',
    ],
    [['http://127.0.0.1/cb', 5], 'a redirect address is not a string of 512 at most'],
  ])('%j are refused', (texts, why) => {
    expect(checkRedirects(texts, rules)).toBe(why)
  })

  test('doubles count once', () => {
    const twice = checkRedirects(['http://127.0.0.1/cb', 'http://127.0.0.1/cb'], rules)
    expect(twice).toEqual({ type: 'native', addresses: ['http://127.0.0.1/cb'] })
  })
})
