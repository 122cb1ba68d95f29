import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeOf } from './place.ts'

const nobody = () => false
const refusal = (url: string, named = nobody as (host: string, port: number) => boolean) => {
  try {
    return placeOf(url, named)
  } catch (error) {
    return (error as Error & { code: string }).code
  }
}

describe('the address of a document', () => {
  test.each([
    ['https://documents.example/a/b.json', '/a/b.json'],
    ['https://documents.example', '/'],
    ['https://documents.example:443/a?b=/../c', '/a?b=/../c'],
    ['HTTPS://Documents.Example/A', '/A'],
    ['https://documents.example/.well-known/..a/a..', '/.well-known/..a/a..'],
  ])('%s is read', (url, path) => {
    expect(placeOf(url, nobody)).toEqual({
      host: 'documents.example',
      port: 443,
      path,
      named: false,
    })
  })

  test.each([
    ['http://documents.example/', 'only https addresses are fetched'],
    ['file:///etc/passwd', 'only https addresses are fetched'],
    ['https:documents.example', 'only https addresses are fetched'],
    ['https:/documents.example', 'only https addresses are fetched'],
    ['https:///documents.example/', 'the host of the address is not plainly written'],
    ['https://user@documents.example/', 'the host of the address is not plainly written'],
    ['https://user:pass@documents.example/', 'the host of the address is not plainly written'],
    ['https://@documents.example/', 'the host of the address is not plainly written'],
    ['https://documents%2eexample/', 'the host of the address is not plainly written'],
    ['https://2130706433/', 'the host of the address is not plainly written'],
    ['https://0x7f.1/', 'the host of the address is not plainly written'],
    ['https://0177.0.0.1/', 'the host of the address is not plainly written'],
    ['https://127.1/', 'the host of the address is not plainly written'],
    ['https://127.0.0.1/', 'the address names a machine by its number'],
    ['https://93.184.216.34/', 'the address names a machine by its number'],
    ['https://[::1]/', 'the address names a machine by its number'],
    ['https://[::ffff:7f00:1]/', 'the address names a machine by its number'],
    ['https://[0:0:0:0:0:0:0:1]/', 'the host of the address is not plainly written'],
    ['https://documents.example./', 'the host of the address is not a name'],
    ['https://documents..example/', 'the host of the address is not a name'],
    ['https://*.example/', 'the host of the address is not a name'],
    [`https://${'a'.repeat(64)}.example/`, 'the host of the address is not a name'],
    [`https://${'a.'.repeat(124)}example/`, 'the host of the address is not a name'],
    ['https://localhost/', 'the host of the address is not a public name'],
    ['https://intranet/', 'the host of the address is not a public name'],
    ['https://documents.example:8443/', 'the port of the address is not 443'],
    ['https://documents.example:80/', 'the port of the address is not 443'],
    ['https://documents.example:99999/', 'the address cannot be read'],
    ['https://documents.example/a/../b', 'the path of the address holds dot segments'],
    ['https://documents.example/a/.', 'the path of the address holds dot segments'],
    ['https://documents.example/%2E%2e/b', 'the path of the address holds dot segments'],
    ['https://documents.example/a/.%2e?b', 'the path of the address holds dot segments'],
    ['https://documents.example/#a', 'the address holds a character that it must not hold'],
    ['https://documents.example\\@evil.example/', 'the address holds a character that it must not'],
    ['https://documents.example/a b', 'the address holds a character that it must not hold'],
    ['https://documents.example/a\n', 'the address holds a character that it must not hold'],
    ['https://docum\tents.example/', 'the address holds a character that it must not hold'],
    ['https://döcuments.example/', 'the address holds a character that it must not hold'],
    [`https://documents.example/${'a'.repeat(2_048)}`, 'the address is too long'],
  ])('%s is refused', (url, message) => {
    expect(() => placeOf(url, nobody)).toThrow(message)
    expect(refusal(url)).toBe('fetch_refused')
  })

  test('the operator may name one host and its port', () => {
    const named = (host: string, port: number) => host === 'intranet' && port === 8_443
    expect(placeOf('https://intranet:8443/', named)).toMatchObject({ port: 8_443, named: true })
    expect(refusal('https://intranet/', named)).toBe('fetch_refused')
    expect(refusal('https://intranet:8444/', named)).toBe('fetch_refused')
    expect(refusal('https://user@intranet:8443/', named)).toBe('fetch_refused')
    expect(placeOf('https://documents.example/', named)).toMatchObject({ named: false })
  })

  test('no spelling of an IPv4 address passes', () => {
    const part = fc
      .nat(255)
      .chain((value) =>
        fc.constantFrom(String(value), `0x${value.toString(16)}`, `0${value.toString(8)}`),
      )
    const spelled = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
      fc.nat(0xffffffff).map(String),
      fc.nat(0xffffffff).map((value) => `0x${value.toString(16)}`),
      fc.ipV6().map((address) => `[${address}]`),
      fc.ipV4().map((address) => `[::ffff:${address}]`),
      fc.ipV4().map((address) => address.replaceAll('.', '%2e')),
    )
    fc.assert(
      fc.property(spelled, fc.constantFrom('', '.', ':443'), (host, end) => {
        expect(refusal(`https://${host}${end}/a`)).toBe('fetch_refused')
        // not even where everything is named
        expect(refusal(`https://${host}${end}/a`, () => true)).toBe('fetch_refused')
      }),
      { numRuns: 1_000 },
    )
  })

  test('what passes reads back as it was written', () => {
    const soup = fc
      .array(
        fc.constantFrom(
          'https://',
          'documents.example',
          '/',
          '.',
          '..',
          '%2e',
          '@',
          ':',
          '443',
          '?',
          '\\',
          'A',
          '#',
          '[',
          '127.1',
        ),
        { maxLength: 8 },
      )
      .map((parts) => `https://${parts.join('')}`)
    fc.assert(
      fc.property(soup, (url) => {
        const place = refusal(url)
        const plain = url
          .toLowerCase()
          .replace(/^(https:\/\/[^/?]+?):443(?=[/?]|$)/, '$1')
          .replace(/^(https:\/\/[^/?]+)(?=\?|$)/, '$1/')
          .replace(/^([^?]*)\?$/, '$1')
        if (typeof place === 'string') expect(place).toBe('fetch_refused')
        else expect(plain).toBe(`https://${place.host}${place.path}`.toLowerCase())
      }),
      { numRuns: 5_000, examples: [['https://documents.example?:443']] },
    )
  })
})
