import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, startClient } from './client.ts'
import { type ForeignSite, fetching, sendingForm, startForeignSite } from './foreign-site.ts'
import type { Login } from './operator.ts'
import { openScene, type Scene } from './scene.ts'
import { press, seen, signIn, signInAtAccount } from './steps.ts'

/** A page of another site; and one of another port of this host, to which browsers send our cookies. */
const HOSTS = ['evil.example', 'localhost'] as const

let scene: Scene
let issuer: string
let client: Client
let foreign: ForeignSite
let ada: Login
let count = 0

beforeAll(async () => {
  scene = await openScene()
  issuer = scene.gateway.issuer
  client = await startClient(issuer)
  foreign = await startForeignSite()
})
beforeEach(async () => {
  ada = await scene.person(`ada-${++count}`)
})
afterAll(async () => {
  await foreign?.stop()
  await client?.stop()
  await scene?.close()
})

/** Someone with a program that has access, at their account page. */
async function victim(): Promise<Page> {
  const page = await scene.visitor()
  const asked = client.ask()
  await page.goto(asked.url)
  await signIn(page, ada)
  await seen(page, 'Allow access?')
  const arrived = client.next()
  await press(page, 'Allow')
  await client.redeem(asked, await arrived)
  await page.goto(`${issuer}/oauth/account`)
  await seen(page, 'Your account')
  return page
}

/** What a form of a page would send: the attacker knows even the token. */
function fieldsOf(page: Page, action: string): Promise<Record<string, string>> {
  const form = `document.querySelector('form[action$="${action}"]')`
  return page.evaluate(`Object.fromEntries(new FormData(${form}))`)
}

/** Puts another token into a form. */
async function giveToken(page: Page, action: string, token: string): Promise<void> {
  const form = `document.querySelector('form[action$="${action}"]')`
  await page.evaluate(`${form}.elements.token.value = ${JSON.stringify(token)}`)
}

/** Lets a page of somebody else send a form, both ways, in the browser of a person. */
async function attack(
  victim: Page,
  host: string,
  action: string,
  fields: Record<string, string>,
): Promise<void> {
  const page = await victim.context().newPage()
  await page.goto(foreign.show(host, fetching(action, fields)))
  await page.waitForFunction('/^(sent|failed)/.test(document.title)')
  for (const origin of ['said', 'hidden'] as const) {
    const answered = page.waitForResponse((response) => response.url() === action)
    await page.goto(foreign.show(host, sendingForm(action, fields, origin)))
    expect((await answered).status()).toBe(403)
    if (origin === 'hidden') await seen(page, 'This form was not accepted')
  }
  await page.close()
}

describe.each(HOSTS)('a page at %s', (host) => {
  test('ends nobody’s access, and signs nobody out', async () => {
    const page = await victim()
    for (const action of ['/oauth/account/revoke', '/oauth/account/logout'])
      await attack(page, host, issuer + action, await fieldsOf(page, action))
    await page.reload()
    await seen(page, 'Your account')
    expect(await page.getByRole('button', { name: /^End the access/ }).count()).toBe(1)
  })

  test('changes no password', async () => {
    const page = await victim()
    const chosen = { password: 'the word that the attacker chose', again: '' }
    chosen.again = chosen.password
    const fields = { ...(await fieldsOf(page, '/oauth/account/password')), ...chosen }
    await attack(page, host, `${issuer}/oauth/account/password`, fields)
    const other = await scene.visitor()
    await signInAtAccount(other, issuer, ada)
  })

  test('gives no consent', async () => {
    const page = await victim()
    await page.goto(client.ask({ scope: 'read write execute' }).url)
    await seen(page, 'Allow more access?')
    const before = client.arrived.length
    const fields = { ...(await fieldsOf(page, '/consent')), answer: 'allow' }
    await attack(page, host, `${page.url()}/consent`, fields)
    expect(client.arrived.length).toBe(before)
    await page.reload()
    await seen(page, 'Allow more access?')
  })

  test('signs nobody in as somebody else', async () => {
    const eve = await scene.person(`eve-${count}`)
    const page = await scene.visitor()
    await page.goto(`${issuer}/oauth/account/login`)
    const fields = await fieldsOf(page, '/oauth/account/login')
    const typed = { ...fields, name: eve.user, password: eve.password }
    await attack(page, host, `${issuer}/oauth/account/login`, typed)
    await page.goto(`${issuer}/oauth/account`)
    await seen(page, 'Sign in')
  })

  test('shows none of our pages in a frame', async () => {
    const page = await victim()
    await page.goto(client.ask({ scope: 'read write' }).url)
    await seen(page, 'Allow more access?')
    const addresses = [page.url(), `${issuer}/oauth/account`, `${issuer}/oauth/account/login`]
    const frames = addresses.map((address) => `<iframe src="${address}"></iframe>`).join('')
    const other = await page.context().newPage()
    await other.goto(foreign.show(host, frames))
    await expect
      .poll(() =>
        other
          .frames()
          .slice(1)
          .map((frame) => frame.url().split(':')[0]),
      )
      .toEqual(addresses.map(() => 'chrome-error'))
    for (const frame of other.frames().slice(1))
      expect(await frame.content()).not.toContain('Bailiwick')
    // A page of our own is shown as such where it is no frame.
    await other.goto(addresses[0] ?? '')
    await seen(other, 'Allow more access?')
  })
})

describe('a form', () => {
  test('with the token of another browser is not accepted, and nothing happens', async () => {
    const page = await victim()
    const elsewhere = await scene.visitor()
    await signInAtAccount(elsewhere, issuer, ada)
    const { token = '' } = await fieldsOf(elsewhere, '/oauth/account/logout')
    await giveToken(page, '/revoke', token)
    await page.getByRole('button', { name: /^End the access/ }).click()
    await seen(page, 'This form was not accepted')
    await page.goto(`${issuer}/oauth/account`)
    expect(await page.getByRole('button', { name: /^End the access/ }).count()).toBe(1)
  })

  test('of one request is not accepted for another, though it is the same browser', async () => {
    const page = await victim()
    await page.goto(client.ask({ scope: 'read' }).url)
    await seen(page, 'Allow access?')
    const { token = '' } = await fieldsOf(page, '/consent')
    await page.goto(client.ask({ scope: 'read write execute' }).url)
    await giveToken(page, '/consent', token)
    const before = client.arrived.length
    await press(page, 'Allow')
    await seen(page, 'This form was not accepted')
    expect(client.arrived.length).toBe(before)
  })
})

describe('the address of a login or consent', () => {
  test('is good in the browser that began it, and in no other', async () => {
    const page = await scene.visitor()
    await page.goto(client.ask().url)
    const atLogin = page.url()
    await signIn(page, ada)
    await seen(page, 'Allow access?')
    const eve = await scene.person(`eve-${count}`)
    const stranger = await scene.visitor()
    await signInAtAccount(stranger, issuer, eve)
    for (const address of [atLogin, page.url()]) {
      const response = await stranger.goto(address)
      expect(response?.status()).toBe(400)
      await seen(stranger, 'This page is no longer good')
    }
    await page.reload()
    await seen(page, 'Allow access?')
  })
})
