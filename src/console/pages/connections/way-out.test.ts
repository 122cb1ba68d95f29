import { expect, test } from 'vitest'
import { issuerHost, wayOut } from './way-out.ts'

test.each([
  ['https://login.example/authorize?state=1', 'login.example'],
  ['https://login.example:8443/a', 'login.example:8443'],
  ['https://login.example/a', 'LOGIN.example'],
  ['http://127.0.0.1:4000/a', '127.0.0.1:4000'],
  ['http://localhost:4000/a', 'localhost:4000'],
  ['http://[::1]:4000/a', '[::1]:4000'],
])('a browser may be sent to %s', (location, host) => {
  expect(wayOut(location, host)).toBe(new URL(location).href)
})

test.each([
  ['javascript:alert(1)', 'login.example'],
  ['javascript://login.example/%0aalert(1)', 'login.example'],
  ['data:text/html,hello', ''],
  ['http://login.example/a', 'login.example'],
  ['http://127.0.0.1.example/a', '127.0.0.1.example'],
  ['https://else.example/a', 'login.example'],
  ['https://login.example:8443/a', 'login.example'],
  ['https://login.example@else.example/', 'login.example'],
  ['https://user:word@login.example/', 'login.example'],
  ['/authorize', 'login.example'],
  ['', ''],
  [undefined, 'login.example'],
  [{ href: 'https://login.example/' }, 'login.example'],
])('a browser is not sent to %j', (location, host) => {
  expect(wayOut(location, host)).toBeUndefined()
})

test('an issuer is called by its host', () => {
  expect(issuerHost('https://login.example/tenant')).toBe('login.example')
  expect(issuerHost('no address')).toBe('no address')
})
