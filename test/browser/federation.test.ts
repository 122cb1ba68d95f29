import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type RealProvider,
  startRealProvider,
} from '../../src/oauth/federation/testing/real-provider.ts'
import { type Client, startClient } from './client.ts'
import { type ForeignSite, startForeignSite } from './foreign-site.ts'
import { openScene, type Scene } from './scene.ts'
import { press, seen } from './steps.ts'

const SECRET = 'what the provider and the gateway know'
const CALLBACK = '/oauth/federation/acme/callback'

let scene: Scene
let issuer: string
let acme: RealProvider
let client: Client
let foreign: ForeignSite

beforeAll(async () => {
  acme = await startRealProvider()
  foreign = await startForeignSite()
  const provider = {
    name: 'Acme Login',
    issuer: acme.issuer,
    clientId: acme.clientId,
    clientSecret: 'secret://env/ACME_SECRET',
    createUsers: true,
    groups: { claim: ['groups'], map: { 'acme-engineering': 'engineers' } },
  }
  scene = await openScene({ identity: { providers: { acme: provider } } }, { ACME_SECRET: SECRET })
  issuer = scene.gateway.issuer
  acme.expect({ redirect: issuer + CALLBACK, secret: SECRET })
  client = await startClient(issuer, { web: true })
})
beforeEach(() => {
  acme.forget()
  acme.script({
    subject: 'grace',
    claims: { name: 'Grace Hopper', groups: ['acme-engineering', 'acme-everyone'] },
  })
})
afterAll(async () => {
  await client?.stop()
  await scene?.close()
  await foreign?.stop()
  await acme?.close()
})

function toAcme(page: Page): Promise<void> {
  return page.getByRole('link', { name: 'Continue with Acme Login' }).click()
}

describe('a login at a second provider', () => {
  test('leads back to the client, under the policy of every page on its way', async () => {
    const page = await scene.visitor()
    const asked = client.ask()
    await page.goto(asked.url)
    await toAcme(page)
    await seen(page, 'Allow access?')
    await page.locator('.facts').getByText('(acme|grace)').waitFor()
    const arrived = client.next()
    await press(page, 'Allow')
    const { access_token } = await client.redeem(asked, await arrived)
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toBe('acme|grace')
    expect(claims.amr).toContain('fed')
  })

  test('brings groups that are mapped, and no others', async () => {
    const page = await scene.visitor()
    await page.goto(`${issuer}/oauth/account`)
    await toAcme(page)
    await seen(page, 'Your account')
    const facts = await page.locator('.facts').innerText()
    expect(facts).toContain('Grace Hopper')
    expect(facts).toMatch(/Groups\s+engineers$/)
    // Passwords and passkeys are the provider's matter.
    expect(await page.getByText('Change the password').count()).toBe(0)

    acme.script({ subject: 'grace', claims: { name: 'Grace Hopper', groups: [] } })
    const later = await scene.visitor()
    await later.goto(`${issuer}/oauth/account`)
    await toAcme(later)
    await seen(later, 'Your account')
    expect(await later.locator('.facts').innerText()).toMatch(/Groups\s+none$/)
  })

  test('that the provider refuses leads back to the ways to sign in', async () => {
    acme.script({
      subject: 'grace',
      error: { error: 'access_denied', error_description: 'not on Sundays' },
    })
    const page = await scene.visitor()
    await page.goto(client.ask().url)
    await toAcme(page)
    await page.getByText('not on Sundays').waitFor()
    await page.getByRole('link', { name: 'Back to signing in' }).click()
    await seen(page, 'Sign in')
  })
})

describe('an attacker’s login', () => {
  /** Goes through the provider and stops before the callback. */
  async function callbackOf(page: Page): Promise<string> {
    let url = (await page.getByRole('link', { name: /^Continue with/ }).getAttribute('href')) ?? ''
    for (url = issuer + url; !url.startsWith(issuer + CALLBACK); ) {
      const response = await page.request.get(url, { maxRedirects: 0 })
      expect(response.status()).toBe(303)
      url = new URL(response.headers()['location'] ?? '', url).href
    }
    return url
  }

  test.each(['an account', 'an interaction'])(
    'does nothing when %s’s callback is opened in another browser',
    async (what) => {
      acme.script({ subject: 'mallory', claims: { name: 'Mallory' } })
      const attacker = await scene.visitor()
      await attacker.goto(what === 'an account' ? `${issuer}/oauth/account` : client.ask().url)
      const callback = await callbackOf(attacker)
      const before = client.arrived.length
      acme.forget()

      const page = await scene.visitor()
      await page.goto(client.ask().url)
      const response = await page.goto(callback)
      expect(response?.status()).toBe(400)
      expect(new URL(page.url()).origin).toBe(issuer)
      expect(acme.requests).not.toContain('/token')
      await page.goto(`${issuer}/oauth/account`)
      await seen(page, 'Sign in')
      expect(client.arrived.length).toBe(before)
    },
  )

  test('is not begun by a link on another site', async () => {
    const page = await scene.visitor()
    const target = `${issuer}/oauth/account/login/provider/acme`
    await page.goto(foreign.show('evil.example', `<a href="${target}">win a prize</a>`))
    await page.getByText('win a prize').click()
    await seen(page, 'This form was not accepted')
    expect(acme.requests).toEqual([])
  })
})
