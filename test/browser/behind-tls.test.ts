import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plugIn } from './authenticator.ts'
import { type GatewayBehindTls, startBehindTls } from './behind-tls.ts'
import { launchChromium } from './chromium.ts'
import { type Client, startClient } from './client.ts'
import { type Login, type Operator, openOperator } from './operator.ts'
import { openVisitor } from './scene.ts'
import { press, seen, signIn, signInAtAccount } from './steps.ts'

let browser: Browser
let gateway: GatewayBehindTls
let operator: Operator
let ada: Login
const clients: Client[] = []

beforeAll(async () => {
  gateway = await startBehindTls('gateway.example')
  operator = await openOperator(gateway)
  ada = await operator.person('ada')
  browser = await launchChromium()
  for (const web of [false, true])
    clients.push(
      await startClient(gateway.issuer, {
        web,
        register: async (redirect) => {
          const id = web ? 'web' : 'local'
          await operator.registerClient(id, redirect)
          return id
        },
      }),
    )
})
afterAll(async () => {
  await browser?.close()
  for (const client of clients) await client.stop()
  await operator?.done()
  await gateway?.stop()
})

test('codes arrive over HTTP on this machine, and at a web client', async () => {
  for (const client of clients) {
    const page = await openVisitor(browser)
    const asked = client.ask()
    await page.goto(asked.url)
    await signIn(page, ada)
    await seen(page, 'Allow access?')
    const arrived = client.next()
    await press(page, 'Allow')
    const answer = await arrived
    await seen(page, 'Back at the client')
    expect(answer.get('state')).toBe(asked.state)
    expect(answer.get('iss')).toBe(gateway.issuer)
    expect(answer.has('code')).toBe(true)
  }
})

test('every cookie is for HTTPS alone, and those of the whole site for this host alone', async () => {
  const page = await openVisitor(browser)
  await page.goto(clients[0]?.ask().url ?? '')
  await signIn(page, ada)
  await seen(page, 'Allow access?')
  const cookies = await page.context().cookies(page.url())
  expect(cookies.length).toBeGreaterThanOrEqual(3)
  for (const { name, path, secure, httpOnly, sameSite } of cookies) {
    expect({ secure, httpOnly }).toEqual({ secure: true, httpOnly: true })
    expect(['Lax', 'Strict']).toContain(sameSite)
    // The signature beside a cookie has its name.
    expect(name).toMatch(path === '/' ? /^__Host-/ : /^__Secure-/)
  }
  await page.goto(`${gateway.issuer}/oauth/account`)
  await press(page, 'Sign out')
  await seen(page, 'Sign in')
  const left = (await page.context().cookies()).map(({ name }) => name)
  expect(left.filter((name) => /session|fresh/.test(name))).toEqual([])
})

test('passkeys belong to the name', async () => {
  const page = await openVisitor(browser)
  const device = await plugIn(page)
  await signInAtAccount(page, gateway.issuer, ada)
  await device.owner('proves who they are')
  await page.getByLabel('Name of the passkey').fill('laptop')
  await press(page, 'Add a passkey')
  await page.getByText('The passkey was added.').waitFor()
  await press(page, 'Sign out')
  await press(page, 'Sign in with a passkey')
  await seen(page, 'Your account')
})
