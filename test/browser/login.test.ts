import type { BrowserContext, Cookie } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, startClient } from './client.ts'
import type { Login } from './operator.ts'
import { openScene, type Scene } from './scene.ts'
import { press, seen, signIn, signInAtAccount } from './steps.ts'

const WRONG = 'The name or the password is not right.'

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

async function sessionOf(context: BrowserContext): Promise<Cookie | undefined> {
  return (await context.cookies()).find(({ name }) => name.endsWith('session'))
}

/** Whether cookies that somebody took open the account. */
async function opens(cookies: readonly Cookie[]): Promise<boolean> {
  const page = await scene.visitor()
  await page.context().addCookies([...cookies])
  await page.goto(`${issuer}/oauth/account`)
  const title = await page.getByRole('heading', { level: 1 }).innerText()
  await page.context().close()
  return title === 'Your account'
}

describe('a login', () => {
  test('with a wrong password or name says the same, and keeps the name', async () => {
    const page = await scene.visitor()
    await page.goto(client.ask().url)
    for (const user of [ada.user, 'nobody-of-that-name']) {
      await signIn(page, { user, password: 'this is not the password' })
      await page.locator('.summary').getByText(WRONG).waitFor()
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(user)
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
    }
    expect(await sessionOf(page.context())).toBeUndefined()
    await signIn(page, ada)
    await seen(page, 'Allow access?')
  })

  test('is slowed down after some wrong passwords, and says for how long', async () => {
    const page = await scene.visitor()
    await page.goto(`${issuer}/oauth/account/login`)
    const said = page.getByText(/too many attempts\. Wait \d+ seconds?/).first()
    for (let attempt = 0; attempt < 12 && !(await said.isVisible()); attempt++) {
      await signIn(page, { ...ada, password: 'this is not the password' })
      await page.locator('.summary').waitFor()
    }
    expect(await said.isVisible()).toBe(true)
  })

  test('gives a cookie that no script reads, and no other site sends', async () => {
    const page = await scene.visitor()
    await signInAtAccount(page, issuer, ada)
    const session = await sessionOf(page.context())
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(session?.domain).toBe(new URL(issuer).hostname)
    expect(await page.evaluate('document.cookie')).toBe('')
    const fresh = (await page.context().cookies()).find(({ name }) => name.endsWith('fresh'))
    expect(fresh).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  })

  test('begins a session that nobody planted', async () => {
    const eve = await scene.person(`eve-${count}`)
    const attacker = await scene.visitor()
    await signInAtAccount(attacker, issuer, eve)
    const planted = await attacker.context().cookies()
    const page = await scene.visitor()
    await page.context().addCookies(planted)
    await page.goto(`${issuer}/oauth/account/login`)
    await signIn(page, ada)
    await seen(page, 'Your account')
    await page.locator('.facts').getByText(ada.user, { exact: true }).waitFor()
    expect((await sessionOf(page.context()))?.value).not.toBe(
      planted.find(({ name }) => name.endsWith('session'))?.value,
    )
    expect(await opens(planted)).toBe(false)
  })

  test('confirmed anew ends the session before it', async () => {
    const page = await scene.visitor()
    await signInAtAccount(page, issuer, ada)
    const before = await page.context().cookies()
    expect(await opens(before)).toBe(true)
    await page.goto(`${issuer}/oauth/account/login`)
    await seen(page, 'Confirm that it is you')
    await signIn(page, ada)
    await seen(page, 'Your account')
    expect(await opens(before)).toBe(false)
    expect(await opens(await page.context().cookies())).toBe(true)
  })

  test('is asked for again when the client wants it', async () => {
    const page = await scene.visitor()
    await signInAtAccount(page, issuer, ada)
    await page.goto(client.ask({ more: { prompt: 'login' } }).url)
    await seen(page, 'Confirm that it is you')
    await signIn(page, ada)
    await seen(page, 'Allow access?')
  })
})

describe('signing out', () => {
  test('ends the session, wherever its cookie is, and what it was about to do', async () => {
    const page = await scene.visitor()
    await signInAtAccount(page, issuer, ada)
    const pending = await page.context().newPage()
    await pending.goto(client.ask().url)
    await seen(pending, 'Allow access?')
    const cookies = await page.context().cookies()

    await press(page, 'Sign out')
    await seen(page, 'Sign in')
    expect(await sessionOf(page.context())).toBeUndefined()
    expect(await opens(cookies)).toBe(false)

    const before = client.arrived.length
    await press(pending, 'Allow')
    await seen(pending, 'This page is no longer good')
    expect(client.arrived.length).toBe(before)
  })

  test('is not what somebody else does who signs in at a consent page', async () => {
    const bob = await scene.person(`bob-${count}`)
    const page = await scene.visitor()
    await signInAtAccount(page, issuer, ada)
    const asked = client.ask()
    await page.goto(asked.url)
    await page.getByRole('link', { name: 'Not you? Switch' }).click()
    await seen(page, 'Sign in as somebody else')
    await signIn(page, bob)
    await page.locator('.facts').getByText(`(${bob.user})`).waitFor()
    const arrived = client.next()
    await press(page, 'Allow')
    const { access_token } = await client.redeem(asked, await arrived)
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toBe(bob.user)
    await page.goto(`${issuer}/oauth/account`)
    await page.locator('.facts').getByText(bob.user, { exact: true }).waitFor()
  })
})
