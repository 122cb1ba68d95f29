import { domainToUnicode } from 'node:url'
import { describe, expect, test } from 'vitest'
import { addressOf } from './address.ts'
import { unicodeHost } from './punycode.ts'

describe('an address', () => {
  test('leads where it leads, whatever is written before the sign', () => {
    expect(addressOf('https://bank.example:pw@evil.example:8443/a?b#c')).toEqual({
      scheme: 'https:',
      person: 'bank.example:pw',
      host: 'evil.example',
      port: '8443',
      rest: '/a?b#c',
      href: 'https://bank.example:pw@evil.example:8443/a?b#c',
    })
    expect(addressOf('https://good.example\\@evil.example/')?.host).toBe('good.example')
  })

  test('in foreign letters shows both', () => {
    expect(addressOf('https://\u0430pple.example/')).toMatchObject({
      host: 'xn--pple-43d.example',
      letters: '\u0430pple.example',
    })
  })

  test.each(['', 'text', '/etc/passwd', 'mailto:a@b.example', 'C:\\x', 'http://', 'a b: c'])(
    '%j is none',
    (text) => {
      expect(addressOf(text)).toBeUndefined()
    },
  )
})

test.each([
  'xn--pple-43d.com',
  'xn--mnchen-3ya.de',
  'a.xn--fiqs8s',
  'xn--ls8h.la',
  'plain.example',
])('%s is read as Node reads it', (host) => {
  expect(unicodeHost(host)).toBe(domainToUnicode(host))
})

test('what is no code stays as it is', () => {
  for (const host of ['xn--', 'xn--99999999', 'xn--a_b', `xn--${'a'.repeat(99)}`])
    expect(unicodeHost(host)).toContain('xn--')
})
