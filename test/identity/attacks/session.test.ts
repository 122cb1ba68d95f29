import { beforeAll, describe, expect, test } from 'vitest'
import { send } from './answers.ts'
import { ask, leaving, refresh, said, type Tokens, tokensOf } from './flow.ts'
import { bearer, call, served } from './mcp.ts'
import { answer, formOf, grantsOf } from './pages.ts'
import {
  type KnownClient,
  newBrowser,
  newClient,
  newPerson,
  PASSWORD,
  sceneOf,
  signedIn,
  signIn,
} from './scene.ts'

const scene = sceneOf()
let app: KnownClient

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  await newPerson(scene(), 'bob')
  app = await newClient(scene(), 'app')
})

const grants = (): Promise<number> => grantsOf(scene())

describe('a login', () => {
  const session = (cookies: string): string =>
    /(?:^|; )(?:__Host-bailiwick|bailiwick-\d+)-session=([^;]+)/.exec(cookies)?.[1] ?? ''

  test('begins a new session, whatever the browser had before', async () => {
    const browser = newBrowser(scene())
    const page = await browser.visit(ask(scene(), app).url)
    const before = session(browser.cookies)
    const after = await signIn(browser, page, 'ann')
    expect(after.text).toContain('Allow')
    expect(session(browser.cookies)).not.toBe('')
    expect(session(browser.cookies)).not.toBe(before)
  })

  test('cannot be forced on a browser: a planted session is no login', async () => {
    const own = await signedIn(scene(), 'bob')
    await own.visit('/oauth/account')
    const planted = own.cookies
    for (const cookie of [
      planted.replace(/session\.sig=[^;]+/, 'session.sig=AAAAAAAAAAAAAAAAAAAAAAAAAAA'),
      planted.replace(/-session=([^;]+)/, '-session=x$1'),
      `bailiwick-${new URL(scene().issuer).port}-session=attackerattackerattacker`,
    ]) {
      const response = await send(`${scene().issuer}/oauth/account`, { headers: { cookie } })
      expect(await response.text()).not.toContain('bob Somebody')
    }
  })

  test('is kept from scripts and other sites', async () => {
    const page = await send(`${scene().issuer}/oauth/account/login`)
    const authorize = await send(ask(scene(), app).url)
    const lines = [...page.headers.getSetCookie(), ...authorize.headers.getSetCookie()]
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      expect(line).toMatch(/;\s*httponly/i)
      expect(line).toMatch(/;\s*samesite=(?:lax|strict)/i)
    }
  })

  test('of one person is nothing for the next in the same browser', async () => {
    const browser = await signedIn(scene(), 'ann')
    const page = await browser.visit(ask(scene(), app).url)
    const switching = await browser.visit(`${page.url}/login`)
    const other = await signIn(browser, switching, 'bob')
    expect(other.text).toContain('bob Somebody')
    expect(other.text).not.toContain('ann Somebody')
    const to = leaving(await browser.submit(other, '/consent', { answer: 'allow' }))
    expect(to?.searchParams.get('code')).not.toBeNull()
  })

  test('says the same of a wrong password and of nobody', async () => {
    const words: string[] = []
    for (const name of ['ann', 'nobody']) {
      const browser = newBrowser(scene())
      const page = await browser.visit('/oauth/account')
      const refused = await browser.submit(page, '/login', {
        name,
        password: 'not the word at all',
      })
      expect(refused.text).toContain('name="password"')
      words.push(/<ul><li>.*?<\/ul>/s.exec(refused.text)?.[0] ?? '')
    }
    expect(words[0]).toContain('is not right')
    expect(words[0]).toBe(words[1])
  })

  test('form of another site signs nobody in', async () => {
    const browser = newBrowser(scene())
    const page = await browser.visit('/oauth/account')
    const form = page.forms.find(({ action }) => action.endsWith('/login'))
    const fields = { ...form?.fields, name: 'ann', password: PASSWORD }
    const headers = { cookie: browser.cookies, origin: 'https://evil.example' }
    const address = new URL(form?.action ?? '', page.url)
    const foreign = await send(address, {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields),
    })
    expect(foreign.status).toBe(403)
    const tokenless = new URLSearchParams({ name: 'ann', password: PASSWORD })
    const own = { cookie: browser.cookies, origin: scene().issuer }
    expect((await send(address, { method: 'POST', headers: own, body: tokenless })).status).toBe(
      403,
    )
  })
})

describe('a logout', () => {
  test('ends the session and what it was about to do', async () => {
    const browser = await signedIn(scene(), 'ann')
    const form = formOf(await browser.visit(ask(scene(), app).url))
    const account = await browser.visit('/oauth/account')
    const cookie = browser.cookies
    await browser.submit(account, '/logout', {})
    const response = await send(`${scene().issuer}/oauth/account`, { headers: { cookie } })
    expect(await response.text()).not.toContain('ann Somebody')
    const before = await grants()
    expect((await answer(scene(), browser, form, { origin: scene().issuer, cookie })).status).toBe(
      400,
    )
    expect(await grants()).toBe(before)
  })

  test('does not happen because another site wants it', async () => {
    const browser = await signedIn(scene(), 'ann')
    await browser.visit('/oauth/account')
    const headers = { cookie: browser.cookies, origin: 'https://evil.example' }
    const address = `${scene().issuer}/oauth/account/logout`
    const body = new URLSearchParams()
    expect((await send(address, { method: 'POST', headers, body })).status).toBe(403)
    expect((await browser.visit('/oauth/account')).text).toContain('ann Somebody')
  })
})

describe('the account page', () => {
  test('ends the access of a program, at once', async () => {
    const browser = await signedIn(scene(), 'bob')
    const resource = `${scene().issuer}/mcp/target`
    const tokens: Tokens = await tokensOf(scene(), browser, app, { resource })
    expect(await served(await call(scene(), bearer(tokens.access_token)))).toBe(true)
    for (let page = await browser.visit('/oauth/account'); ; ) {
      if (!page.forms.some(({ action }) => action.endsWith('/revoke'))) break
      page = await browser.submit(page, '/revoke', {})
    }
    expect((await call(scene(), bearer(tokens.access_token))).status).toBe(401)
    const again = await refresh(scene(), app, tokens.refresh_token)
    expect(await said(again)).toBe('400 invalid_grant')
  })
})
