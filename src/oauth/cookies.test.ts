import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cookie, cookiesOf } from './cookies.ts'

const STEP: Cookie = { name: 'step', path: '/a/b', sameSite: 'Lax' }
const FRESH: Cookie = { name: 'fresh', path: '/', sameSite: 'Strict' }
let server: Server
let url: string
let origin = 'https://gateway.example'

/** Tells what it reads, and writes cookies. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const cookies = cookiesOf(origin)
    response.setHeader('set-cookie', 'other=1')
    cookies.set(response, STEP, 'value', 60_000)
    cookies.set(response, FRESH, 'value')
    cookies.clear(response, STEP)
    response.end(String(cookies.get(request, STEP)))
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

test('cookies are for no script and no other site, and stand beside others', async () => {
  origin = 'https://gateway.example'
  expect((await fetch(url)).headers.getSetCookie()).toEqual([
    'other=1',
    '__Secure-bailiwick-step=value; Path=/a/b; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
    '__Host-bailiwick-fresh=value; Path=/; HttpOnly; SameSite=Strict; Secure',
    '__Secure-bailiwick-step=; Path=/a/b; HttpOnly; SameSite=Lax; Max-Age=0; Secure',
  ])
})

test.each([
  ['http://localhost:7463', '7463'],
  ['http://localhost', '80'],
])('gateways of one machine have cookies of their own: %s', async (one, port) => {
  origin = one
  expect((await fetch(url)).headers.getSetCookie()).toEqual([
    'other=1',
    `bailiwick-${port}-step=value; Path=/a/b; HttpOnly; SameSite=Lax; Max-Age=60`,
    `bailiwick-${port}-fresh=value; Path=/; HttpOnly; SameSite=Strict`,
    `bailiwick-${port}-step=; Path=/a/b; HttpOnly; SameSite=Lax; Max-Age=0`,
  ])
})

test.each([
  ['a=1; bailiwick-80-step=x; b=2', 'x'],
  ['bailiwick-80-step=x', 'x'],
  ['bailiwick-80-step=', ''],
  ['bailiwick-80-step=x; bailiwick-80-step=y', 'undefined'],
  ['my-bailiwick-80-step=x', 'undefined'],
  ['__Secure-bailiwick-step=x', 'undefined'],
  ['bailiwick-81-step=x', 'undefined'],
  ['', 'undefined'],
])('of %j one reads %s', async (cookie, value) => {
  origin = 'http://localhost'
  expect(await (await fetch(url, { headers: { cookie } })).text()).toBe(value)
})
