import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formTarget } from './form-targets.ts'

test.each([
  ['https://client.example/callback?x=1', 'https://client.example'],
  ['https://client.example:8443/cb', 'https://client.example:8443'],
  ['http://127.0.0.1:53122/cb', 'http://127.0.0.1:53122'],
  ['http://localhost/cb', 'http://localhost'],
  // Policies cannot name an IPv6 address; browsers were seen to ignore it, and to take this.
  ['http://[::1]:7777/cb', 'http://*:7777'],
  ['http://[::1]/cb', 'http://*:80'],
  ['cursor://anysphere/cb', 'cursor:'],
  ['com.example.app:/cb', 'com.example.app:'],
  ['https://b\u00fccher.example/', 'https://xn--bcher-kva.example'],
  ['not an address', undefined],
])('%s may be led to by %s', (redirect, target) => {
  expect(formTarget(redirect)).toBe(target)
})

test('no address adds a directive or another source', () => {
  const host = fc.string({ unit: fc.constantFrom(..."a.-;,'*_%$ :@[]{}/") })
  fc.assert(
    fc.property(fc.constantFrom('https://', 'http://', 'app:', 'a;b:'), host, (scheme, rest) => {
      const target = formTarget(`${scheme}${rest}`)
      if (target !== undefined) expect(target).toMatch(/^[a-z0-9+.*:/-]+$/)
    }),
  )
})
