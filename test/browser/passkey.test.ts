import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Authenticator, plugIn } from './authenticator.ts'
import { type Client, startClient } from './client.ts'
import type { Login } from './operator.ts'
import { openScene, type Scene } from './scene.ts'
import { press, seen, signInAtAccount } from './steps.ts'

const REFUSED =
  'That did not work. The passkey may be unknown here, or it took too long. Try again.'

let scene: Scene
let client: Client
let issuer: string
let ada: Login
let count = 0

beforeAll(async () => {
  scene = await openScene()
  issuer = scene.gateway.issuer
  client = await startClient(issuer)
})
beforeEach(async () => {
  ada = await scene.person(`ada-${++count}`)
})
afterAll(async () => {
  await client?.stop()
  await scene?.close()
})

/** Adds a passkey at the account page, and signs out. */
async function withPasskey(
  page: Page,
  pages?: Parameters<typeof plugIn>[1],
): Promise<Authenticator> {
  const device = await plugIn(page, pages)
  await signInAtAccount(page, issuer, ada)
  await device.owner('proves who they are')
  await page.getByLabel('Name of the passkey').fill('blue key')
  await press(page, 'Add a passkey')
  await page.getByText('The passkey was added.').waitFor()
  await page.getByRole('heading', { level: 3, name: 'blue key' }).waitFor()
  await device.owner('absent')
  await press(page, 'Sign out')
  await seen(page, 'Sign in')
  return device
}

/** The form that a passkey answers, once the script has made it usable. */
function offer(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
}

describe('a passkey', () => {
  test('is added at the account page, and signs in without a name', async () => {
    const page = await scene.visitor()
    const device = await withPasskey(page)
    expect(await device.passkeys()).toBe(1)
    const asked = client.ask()
    await page.goto(asked.url)
    await offer(page)
    await device.owner('proves who they are')
    await press(page, 'Sign in with a passkey')
    await seen(page, 'Allow access?')
    await page.locator('.facts').getByText(`(${ada.user})`).waitFor()
    const arrived = client.next()
    await press(page, 'Allow')
    const { access_token } = await client.redeem(asked, await arrived)
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sub: ada.user, amr: expect.arrayContaining(['hwk', 'user']) })
  })

  test('is offered where names are typed', async () => {
    const page = await scene.visitor()
    const device = await withPasskey(page, 'ask at once')
    await device.owner('proves who they are')
    await page.goto(`${issuer}/oauth/account/login`)
    await seen(page, 'Your account')
  })

  test('of somebody who does not show who they are signs nobody in', async () => {
    const page = await scene.visitor()
    const device = await withPasskey(page)
    await page.goto(`${issuer}/oauth/account/login`)
    await offer(page)
    await device.owner('touches')
    await press(page, 'Sign in with a passkey')
    await page.getByText('No passkey was used').waitFor()

    // A page that was tampered with asks the device for less. The gateway does not take it.
    await page.evaluate(`{
      const { dataset } = document.querySelector('[data-passkey] [name="response"]')
      const options = JSON.parse(dataset.options)
      dataset.options = JSON.stringify({ ...options, userVerification: 'discouraged' })
    }`)
    const script = await page.locator('script[src*="passkey"]').getAttribute('src')
    expect(script).not.toBeNull()
    await page.addScriptTag({ url: script ?? '' })
    await press(page, 'Sign in with a passkey')
    await page.locator('.summary').getByText(REFUSED).waitFor()
    await page.goto(`${issuer}/oauth/account`)
    await seen(page, 'Sign in')
  })

  test('that was removed signs nobody in', async () => {
    const page = await scene.visitor()
    const device = await withPasskey(page)
    await signInAtAccount(page, issuer, ada)
    await press(page, 'Remove the passkey blue key')
    await page.getByText('The passkey was removed.').waitFor()
    await press(page, 'Sign out')
    await offer(page)
    await device.owner('proves who they are')
    await press(page, 'Sign in with a passkey')
    await page.locator('.summary').getByText(REFUSED).waitFor()
  })

  test('answers a challenge once', async () => {
    const page = await scene.visitor()
    const device = await withPasskey(page)
    const sent: string[] = []
    await page.route('**/login/passkey', async (route) => {
      sent.push(route.request().postData() ?? '')
      await route.continue()
    })
    await page.goto(`${issuer}/oauth/account/login`)
    await offer(page)
    await device.owner('proves who they are')
    await press(page, 'Sign in with a passkey')
    await seen(page, 'Your account')
    await press(page, 'Sign out')
    await offer(page)
    const again = await page.request.post(`${issuer}/oauth/account/login/passkey`, {
      headers: { origin: issuer, 'content-type': 'application/x-www-form-urlencoded' },
      data: sent[0] ?? '',
      maxRedirects: 0,
    })
    expect(again.status()).toBe(422)
    await page.goto(`${issuer}/oauth/account`)
    await seen(page, 'Sign in')
  })
})
