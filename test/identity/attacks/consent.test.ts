import { beforeAll, describe, expect, test } from 'vitest'
import { jsonOf, send } from './answers.ts'
import { approve, ask, leaving, redeem, tokensOf } from './flow.ts'
import { bearer, call, served } from './mcp.ts'
import { answer, formOf, grantsOf, registered } from './pages.ts'
import {
  type Browser,
  type KnownClient,
  newBrowser,
  newClient,
  newPerson,
  sceneOf,
  signedIn,
} from './scene.ts'

const scene = sceneOf({ clients: { dynamicRegistration: 'loopback' } })
const MARKUP = '<img src=x onerror=alert(1)>"\'&'
let ann: Browser
let app: KnownClient
let web: KnownClient
let stranger: KnownClient

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  await newPerson(scene(), 'bob')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  web = await newClient(scene(), 'web', { redirects: ['https://client.example/callback'] })
  stranger = await registered(scene(), MARKUP, 'http://127.0.0.1:7777/callback')
  // Single tools can be asked for once they are known.
  await call(scene(), bearer(scene().gateway.token('/mcp')), 'list_notes', { path: '/mcp' })
})

const grants = (): Promise<number> => grantsOf(scene())

describe('the consent page', () => {
  test('says who asks, what for, for whom, and where it goes', async () => {
    const page = await ann.visit(ask(scene(), app, { scope: 'read write' }).url)
    expect(page.status).toBe(200)
    expect(page.text).toContain('The app')
    expect(page.text).toContain('http://127.0.0.1:7777/callback')
    expect(page.text).toContain('This computer')
    expect(page.text).toContain('Any program on this computer')
    expect(page.text).toContain('every server')
    expect(page.text).toContain('ann Somebody')
    expect(page.text).toContain('Read and write')
    expect(page.text).not.toContain('Read, write and execute')
  })

  test('names the host that access goes to', async () => {
    const page = await ann.visit(ask(scene(), web).url)
    expect(page.text).toContain('client.example')
    expect(page.text).not.toContain('Any program on this computer')
  })

  test('shows text of clients as text', async () => {
    const hint = `${MARKUP}hint`
    const page = await ann.visit(ask(scene(), stranger, { login_hint: hint, state: MARKUP }).url)
    expect(page.text).toContain('&lt;img')
    expect(page.text).not.toContain('<img')
    const login = await newBrowser(scene()).visit(
      ask(scene(), stranger, { login_hint: hint, ui_locales: MARKUP }).url,
    )
    expect(login.text).toContain('name="password"')
    expect(login.text).not.toContain('<img')
    const problem = await ann.visit(ask(scene(), stranger, { scope: MARKUP }).url)
    expect(problem.status).toBe(400)
    expect(problem.text).not.toContain('<img')
  })

  test('cannot be framed, kept, or told of to others', async () => {
    const browser = newBrowser(scene())
    const login = await browser.visit(ask(scene(), app).url)
    for (const page of [login, await ann.visit(ask(scene(), app).url)]) {
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).toMatch(/form-action 'self' http:\/\/127\.0\.0\.1:7777(?:;|$)/)
      expect(policy).not.toContain('unsafe')
      expect(page.headers.get('x-frame-options')).toBe('DENY')
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
      expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|javascript:/i)
    }
  })

  test('gives no code before it is answered', async () => {
    const asked = ask(scene(), app)
    const before = await grants()
    const page = await ann.visit(asked.url)
    const again = await ann.visit(page.url)
    const resume = await ann.visit(asked.url.replace('/authorize?', '/authorize/x?'))
    for (const one of [page, again, resume]) {
      expect(leaving(one)).toBeUndefined()
      expect(one.text).not.toMatch(/[?&]code=/)
    }
    const [, uid = ''] = /interaction\/([^/?]+)/.exec(page.url) ?? []
    const skipped = await ann.visit(`${scene().issuer}/oauth/authorize/${uid}`)
    expect(leaving(skipped)?.searchParams.get('code') ?? null).toBeNull()
    expect(await grants()).toBe(before)
  })

  test('is shown again for each program of this machine, and each time', async () => {
    const first = await approve(ann, ask(scene(), stranger))
    expect(first.searchParams.get('code')).not.toBeNull()
    const second = await registered(scene(), 'Another', stranger.redirect)
    for (const client of [second, stranger, app]) {
      const page = await ann.visit(ask(scene(), client).url)
      expect(leaving(page)).toBeUndefined()
      expect(page.text).toContain('Allow access?'.slice(0, 5))
      expect(page.text).not.toContain('name="remember"')
    }
  })

  test('is left out only where the person said so, for exactly the same', async () => {
    const page = await ann.visit(ask(scene(), web, { scope: 'read' }).url)
    expect(page.text).toContain('name="remember"')
    await ann.submit(page, '/consent', { answer: 'allow', remember: 'on' })
    const again = leaving(await ann.visit(ask(scene(), web, { scope: 'read' }).url))
    expect(again?.searchParams.get('code')).not.toBeNull()
    const target = `${scene().issuer}/mcp/target`
    for (const changes of [
      { scope: 'write' },
      { scope: 'read', resource: target },
      { scope: 'read', prompt: 'consent' },
      { scope: 'read', prompt: 'login' },
    ])
      expect(leaving(await ann.visit(ask(scene(), web, changes).url))).toBeUndefined()
    const bob = await signedIn(scene(), 'bob')
    expect(leaving(await bob.visit(ask(scene(), web, { scope: 'read' }).url))).toBeUndefined()
  })

  test('gives what was asked for at most', async () => {
    const asked = ask(scene(), app, { scope: 'read' })
    const form = formOf(await ann.visit(asked.url))
    form.fields['level'] = 'execute'
    form.fields['scope'] = 'execute'
    form.fields['single-0'] = 'on'
    const location = (await answer(scene(), ann, form)).headers.get('location')
    if (location !== null) {
      const code = await codeAt(ann, location)
      const response = await redeem(scene(), app, { code, verifier: asked.verifier })
      expect((await jsonOf(response))['scope']).not.toContain('execute')
    }
  })
})

/** Follows redirects of ours to the code. */
async function codeAt(browser: Browser, location: string): Promise<string> {
  const to = leaving(await browser.visit(location))
  return to?.searchParams.get('code') ?? ''
}

describe('an answer to the consent page', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://localhost:1' }],
    ['of a page that the browser calls another site’s', { 'sec-fetch-site': 'cross-site' }],
    ['of a page that the browser calls a neighbour’s', { 'sec-fetch-site': 'same-site' }],
    ['of a page that hides where it is from', { origin: 'null' }],
    ['of a frame elsewhere', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', async (_, headers) => {
    const before = await grants()
    const form = formOf(await ann.visit(ask(scene(), app).url))
    const response = await answer(scene(), ann, form, headers)
    expect([response.status, response.headers.get('location')]).toEqual([403, null])
    expect(await grants()).toBe(before)
  })

  test('without its token, with a stale one, or that of another request is refused', async () => {
    const before = await grants()
    const other = formOf(await ann.visit(ask(scene(), app).url))
    const form = formOf(await ann.visit(ask(scene(), app, { scope: 'execute' }).url))
    const { token } = form.fields
    expect(token).toMatch(/.{20}/)
    const { token: _, ...none } = form.fields
    const forged = [
      none,
      { ...form.fields, token: '' },
      { ...form.fields, token: `${token}x` },
      { ...form.fields, token: other.fields['token'] ?? '' },
    ]
    for (const fields of forged) {
      const response = await answer(scene(), ann, { ...form, fields })
      expect(response.status).toBe(403)
      expect(response.headers.get('location')).toBeNull()
    }
    expect(await grants()).toBe(before)
  })

  test('from another browser is refused', async () => {
    const form = formOf(await ann.visit(ask(scene(), app).url))
    const bob = await signedIn(scene(), 'bob')
    for (const browser of [bob, newBrowser(scene())]) {
      const response = await answer(scene(), browser, form)
      expect(response.status).toBe(400)
      const page = await browser.visit(form.address.replace('/consent', ''))
      expect(page.status).toBe(400)
      expect(page.text).not.toContain('The app')
    }
  })

  test('counts once, however often it is sent', async () => {
    const browser = await signedIn(scene(), 'ann')
    const form = formOf(await browser.visit(ask(scene(), app).url))
    const before = await grants()
    const codes: Response[] = []
    for (let time = 0; time < 3; time++) {
      const answered = await answer(scene(), browser, form)
      const place = answered.headers.get('location')
      if (place === null) continue
      const set = answered.headers.getSetCookie().map((one) => one.split(';')[0])
      const headers = { cookie: [browser.cookies, ...set].join('; ') }
      for (let again = 0; again < 2; again++)
        codes.push(await send(new URL(place, scene().issuer), { headers }))
    }
    const given = codes.filter((one) => one.headers.get('location')?.includes('code='))
    expect(given).toHaveLength(1)
    expect(await grants()).toBe(before + 1)
  })

  test('by GET does nothing', async () => {
    const before = await grants()
    const { address, fields } = formOf(await ann.visit(ask(scene(), app).url))
    const query = new URLSearchParams({ ...fields, answer: 'allow' })
    const page = await ann.visit(`${address}?${query}`)
    expect(leaving(page)).toBeUndefined()
    expect(await grants()).toBe(before)
  })

  test('that denies tells the client, and gives nothing', async () => {
    const before = await grants()
    const asked = ask(scene(), app, { state: 'a+b%20ü' })
    const page = await ann.visit(asked.url)
    const to = leaving(await ann.submit(page, '/consent', { answer: 'deny' }))
    expect(Object.fromEntries(to?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      state: 'a+b%20ü',
      iss: scene().issuer,
    })
    expect(to?.searchParams.get('code')).toBeNull()
    expect(await grants()).toBe(before)
    expect(await scene().events('consent.declined')).toMatchObject([{ subject: 'user:ann' }])
  })
})

describe('more access than before', () => {
  test('is asked for as such; refused, what there was stays', async () => {
    const browser = await signedIn(scene(), 'bob')
    const resource = `${scene().issuer}/mcp/target`
    const { access_token } = await tokensOf(scene(), browser, app, { resource, scope: 'read' })
    const response = await call(scene(), bearer(access_token), 'write_note')
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    const page = await browser.visit(ask(scene(), app, { resource, scope: 'read write' }).url)
    expect(page.text).toContain('Allow more access?')
    const marks = [
      ...page.text.matchAll(/<strong>(Read[^<]*)<\/strong><\/label> <span class="tag( new)?">/g),
    ]
    expect(marks.map(([, name, isNew]) => [name, isNew !== undefined])).toEqual([
      ['Read', false],
      ['Read and write', true],
    ])
    await browser.submit(page, '/consent', { answer: 'deny' })
    expect(await served(await call(scene(), bearer(access_token)))).toBe(true)
  })
})
