import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loginCookie, ticketCookie } from './callback.ts'
import { type Cookies, openCookies } from './cookie.ts'

const COOKIE = { name: 'step', path: '/a/b' }
let server: Server
let url: string
let cookies: Cookies = openCookies('https://gateway.example')

/** Tells what it reads, and writes a cookie. */
beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('set-cookie', 'other=1')
    cookies.write(response, COOKIE, 'value', 60_000)
    response.end(String(cookies.read(request, COOKIE)))
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

test.each([
  [
    'https://gateway.example',
    '__Secure-step=value; Path=/a/b; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  ],
  ['http://localhost:7463', 'step=value; Path=/a/b; Max-Age=60; HttpOnly; SameSite=Lax'],
])('a cookie of %s is for one path, for no script, and beside others', async (origin, line) => {
  cookies = openCookies(origin)
  expect((await fetch(url)).headers.getSetCookie()).toEqual(['other=1', line])
})

test.each([
  ['a=1; step=x; b=2', 'x'],
  ['step=x', 'x'],
  ['step=', ''],
  ['step=x; step=y', 'undefined'],
  ['mystep=x', 'undefined'],
  ['__Secure-step=x', 'undefined'],
  ['', 'undefined'],
])('of %j it reads %s', async (cookie, value) => {
  cookies = openCookies('http://localhost:7463')
  expect(await (await fetch(url, { headers: { cookie } })).text()).toBe(value)
})

test('the cookies of a login are shown to one address each, and tell no state', () => {
  const state = 'S'.repeat(43)
  const { name, path } = loginCookie('acme', state)
  expect(path).toBe('/oauth/federation/acme/callback')
  expect(name).toMatch(/^bailiwick-federation-[0-9a-f]{16}$/)
  expect(loginCookie('acme', 'T'.repeat(43)).name).not.toBe(name)
  expect(ticketCookie('uid').path).toBe('/oauth/interaction/uid/federated')
})
