import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../vault/servers/authorization-server.ts'
import { type ResourceServer, startResourceServer } from '../vault/servers/resource-server.ts'
import { type ConsoleScene, type ConsoleTab, openConsole } from './console.ts'
import { press } from './steps.ts'

// The whole way in a real browser: to an authorization server that is not ours, and back.

let issuer: AuthorizationServer
let server: ResourceServer
let scene: ConsoleScene
let tab: ConsoleTab
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  server = await startResourceServer({ issuer: issuer.issuer })
  scene = await openConsole({ crm: { transport: 'http', url: server.url } })
  tab = await scene.open()
}, 120_000)
afterAll(async () => {
  await scene?.close()
  await server?.stop()
  await issuer?.stop()
})

test('a person is led to the authorization server and back, is connected, and disconnects', async () => {
  const { page } = tab
  const { host, origin } = new URL(issuer.issuer)
  await page.context().addCookies([{ name: 'account', value: 'ada', url: origin }])
  // The address that clients show.
  await page.goto(`${scene.gateway.issuer}/console/connections?connect=crm`)
  await page.getByRole('button', { name: `Go to ${host}` }).waitFor()
  await tab.screenshot('connect-offer')
  await press(page, `Go to ${host}`)
  await page.waitForURL('**/console/connections**')
  await page.getByText('You are connected to crm').waitFor()
  await tab.screenshot('connect-done')
  expect(new URL(page.url()).search).not.toMatch(/code|state/)
  const card = page.getByRole('article', { name: 'crm' })
  await card.getByText('Connected', { exact: true }).waitFor()
  expect(issuer.tokenRequests('authorization_code')).toHaveLength(1)

  await press(page, 'Disconnect crm')
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  const revoked = () =>
    issuer.heard
      .filter(({ path }) => path === '/token/revocation')
      .map(({ body }) => new URLSearchParams(body).get('token') ?? '')
  await expect.poll(() => revoked().length, { timeout: 15_000 }).toBeGreaterThan(0)
  const { access, refresh } = issuer.tokens()
  expect([...access, ...refresh]).toEqual(expect.arrayContaining(revoked()))
  await page.getByText('Disconnected', { exact: true }).waitFor()
}, 90_000)
