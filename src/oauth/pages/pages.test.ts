import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { Behind, INTERACTION } from './testing/fakes.ts'
import { faultsOf } from './testing/read-page.ts'
import { type Browser, hidden, type SiteUnderTest, serveSite } from './testing/site-under-test.ts'

const PAGE = '/oauth/interaction/interaction-1'

let site: SiteUnderTest
let behind: Behind
let browser: Browser
beforeAll(async () => {
  behind = new Behind()
  site = await serveSite(behind)
})
afterAll(() => site.close())
beforeEach(() => {
  behind.asked.length = 0
  behind.events.length = 0
  behind.interaction = INTERACTION
  browser = site.browser()
})

test('every answer has the headers that guard it', async () => {
  const answers = [
    await browser.get(PAGE),
    await browser.get('/setup?code=x'),
    await browser.get('/oauth/account'),
    await browser.post(`${PAGE}/consent`, {}),
    await browser.send(PAGE, { method: 'DELETE' }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 303, 303, 403, 405])
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'self'; script-src 'self'; img-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'( https:\/\/client\.example)?$/,
    )
  }
})

const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
  ['a foreign origin', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  ['the origin of a neighbour', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' }],
  ['another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a subdomain', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ['no origin, and no word of the browser', { origin: 'null', 'sec-fetch-site': '' }],
]

test.each(FOREIGN)('a form of %s is refused', async (_, headers) => {
  const token = hidden((await browser.get(PAGE)).body, 'token')
  const form = { token, answer: 'allow', level: 'read' }
  const answer = await browser.post(`${PAGE}/consent`, form, headers)
  expect(answer.status).toBe(403)
  expect(faultsOf(answer.body)).toEqual([])
  expect(behind.asked).toEqual([])
})

test('a form is refused if the browser does not vouch for it, or vouches for another', async () => {
  const token = hidden((await browser.get(PAGE)).body, 'token')
  const form = { token, answer: 'allow', level: 'read' }
  const all: readonly Record<string, string>[] = [
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: site.origin, 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of all) {
    const { status } = await browser.send(`${PAGE}/consent`, { method: 'POST', form, headers })
    expect(status).toBe(403)
  }
  expect(behind.asked).toEqual([])
})

test('a form of our own page is taken, however the browser says so', async () => {
  const token = hidden((await browser.get(PAGE)).body, 'token')
  const form = { token, answer: 'allow', level: 'read' }
  const path = `${PAGE}/consent`
  const own = await browser.post(path, form, { origin: site.origin })
  const old = await browser.send(path, { method: 'POST', form })
  expect([own.status, old.status]).toEqual([303, 303])
})

test('a token that is missing, stale, or of another interaction, page or browser is refused', async () => {
  const token = hidden((await browser.get(PAGE)).body, 'token')
  const other = site.browser()
  const foreign = hidden((await other.get(PAGE)).body, 'token')
  behind.interaction = { ...INTERACTION, prompt: 'login', user: undefined }
  const login = hidden((await browser.get(PAGE)).body, 'token')
  behind.interaction = INTERACTION
  const send = (form: Record<string, string>) =>
    browser.post(`${PAGE}/consent`, { answer: 'allow', level: 'read', ...form })

  for (const wrong of [
    {},
    { token: '' },
    { token: foreign },
    { token: login },
    { token: `${token}x` },
  ])
    expect((await send(wrong)).status).toBe(403)
  // What the page showed is not what would be agreed to.
  for (const change of [
    { uid: 'interaction-2' },
    { scopes: ['read', 'write'] },
    { redirect: 'https://client.example/b' },
  ]) {
    behind.interaction = { ...INTERACTION, ...change }
    const path = `/oauth/interaction/${behind.interaction.uid}/consent`
    const answer = await browser.post(path, { token, answer: 'allow', level: 'read' })
    expect(answer.status).toBe(403)
  }
  behind.interaction = { ...INTERACTION, client: { ...INTERACTION.client, digest: 'changed' } }
  expect((await send({ token })).status).toBe(403)
  behind.interaction = INTERACTION
  behind.now += 60 * 60_000
  expect((await send({ token })).status).toBe(403)
  expect(behind.asked).toEqual([])
  expect(new Set(behind.events.map(({ event }) => event))).toEqual(new Set(['session.misused']))
})

test('an interaction of another path, or of no browser, is over', async () => {
  expect((await browser.get('/oauth/interaction/interaction-2')).status).toBe(400)
  behind.interaction = undefined
  const { status, body } = await browser.get(PAGE)
  expect(status).toBe(400)
  expect(body).toContain('This page is no longer good')
  expect(faultsOf(body)).toEqual([])
})

test('a form is small, plain, and names each field once', async () => {
  const token = hidden((await browser.get(PAGE)).body, 'token')
  const path = `${PAGE}/consent`
  const form = String(new URLSearchParams({ token, answer: 'allow', level: 'read' }))
  const typed = (type: string) => browser.post(path, form, { 'content-type': type })
  const answers = [
    await browser.post(path, `${form}&level=execute`),
    await browser.post(path, `${form}&x=${'a'.repeat(32 * 1024)}`),
    await browser.post(path, `${form}&x=${'a'.repeat(40_000)}`, { 'transfer-encoding': 'chunked' }),
    await typed('application/json'),
    await typed('text/plain'),
    await typed('multipart/form-data; boundary=x'),
    await browser.post(path, `${form}&x=\u00e9`),
  ]
  expect(answers.map(({ status }) => status)).toEqual([400, 413, 413, 415, 415, 415, 400])
  for (const { body } of answers) expect(faultsOf(body)).toEqual([])
  expect(behind.asked).toEqual([])
  expect((await typed('application/x-www-form-urlencoded; charset=UTF-8')).status).toBe(303)
})

test('nothing is answered under another name', async () => {
  const { status } = await browser.get(PAGE, { host: 'evil.example' })
  expect(status).toBe(421)
})

test('a failure of ours shows a number and nothing else of it', async () => {
  const { find } = behind.interactions
  try {
    behind.interactions.find = () => Promise.reject(new Error('password=hunter2 at db.ts:7'))
    const { status, body } = await browser.get(PAGE)
    expect(status).toBe(500)
    expect(body).not.toMatch(/hunter2|db\.ts/)
    expect(body).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/)
    expect(site.reported).toHaveLength(1)
    behind.interactions.find = () =>
      Promise.reject(new GatewayError('store_unavailable', 'the store does not answer'))
    expect((await browser.get(PAGE)).status).toBe(503)
  } finally {
    behind.interactions.find = find
  }
})

test('assets are served for good; nothing else is', async () => {
  const { body } = await browser.get('/oauth/account/login')
  const paths = [...body.matchAll(/(?:href|src)="(\/oauth\/assets\/[^"]+)"/g)].map(([, path]) =>
    String(path),
  )
  expect(paths).toHaveLength(4)
  for (const path of paths) {
    const { status, headers } = await browser.get(path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-type': expect.stringMatching(/^text\/(css|javascript); charset=utf-8$/),
    })
  }
  for (const path of [
    '/oauth/assets/',
    '/oauth/assets/../pages.ts',
    '/oauth/interaction/',
    `${PAGE}/x`,
    '/oauth/accounts',
    '/setup/',
  ])
    expect(site.pages.routes(path)).toBeUndefined()
})

test('cookies are of this host and not for scripts', async () => {
  const { headers } = await browser.get(PAGE)
  const port = new URL(site.origin).port
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(
      new RegExp(`^bailiwick-${port}-browser=[\\w-]{36}; Path=/; HttpOnly; SameSite=Lax$`),
    ),
  ])
  expect((await browser.get(PAGE)).headers['set-cookie']).toBeUndefined()
})

test('problems of other parts are shown as texts', async () => {
  const shown: string[] = []
  const response = {
    headersSent: false,
    setHeader: () => undefined,
    end: (body: string) => void shown.push(body),
  } as never
  const nasty = '<script>\u202e'
  site.pages.showProblem({} as never, response, {
    status: 400,
    code: 'invalid_request',
    message: nasty,
    requestId: nasty,
  })
  site.pages.showNotice(response, {
    status: 400,
    title: nasty,
    text: nasty,
    claim: nasty,
    back: '/oauth/account/login',
  })
  site.pages.showNotice(response, { status: 400, title: 'x', text: 'y', back: '//evil.example' })
  expect(shown).toHaveLength(3)
  for (const page of shown) expect(faultsOf(page)).toEqual([])
  expect(shown[1]).toContain('href="/oauth/account/login"')
  expect(shown[2]).not.toContain('evil')
})
