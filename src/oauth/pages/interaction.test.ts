import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ADA, Behind, CODE, INTERACTION, PASSWORD, RESOURCE } from './testing/fakes.ts'
import { faultsOf, skeletonOf } from './testing/read-page.ts'
import { type Browser, hidden, type SiteUnderTest, serveSite } from './testing/site-under-test.ts'

const PAGE = '/oauth/interaction/interaction-1'
const LOGIN = { ...INTERACTION, prompt: 'login', user: undefined } as const

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
  behind.loginResult = undefined
  behind.providers = []
  behind.users = [ADA]
  behind.passkeysWork = true
  browser = site.browser()
})

const done = () => behind.asked.map(({ what }) => what)

test('a right name and password end the login', async () => {
  behind.interaction = LOGIN
  const { body } = await browser.get(PAGE)
  const form = { token: hidden(body, 'token'), name: ' ada ', password: PASSWORD }
  expect((await browser.post(`${PAGE}/login`, form)).status).toBe(303)
  expect(behind.asked).toEqual([
    {
      what: 'checkPassword',
      with: { name: 'ada', password: PASSWORD, from: expect.stringContaining('1') },
    },
    { what: 'login', with: { user: 'ada', methods: ['pwd'] } },
  ])
})

test('a wrong name, a wrong password and a disabled person get the same page', async () => {
  behind.interaction = LOGIN
  const { body } = await browser.get(PAGE)
  const token = hidden(body, 'token')
  const pages: string[] = []
  const attempts = [
    { name: 'ada', password: 'not this one' },
    { name: 'nobody', password: PASSWORD },
    { name: 'eve', password: PASSWORD, result: 'disabled' as const },
    { name: 'eve', password: PASSWORD, result: 'not-allowed' as const },
  ]
  for (const { name, password, result } of attempts) {
    behind.loginResult = result && { refused: result }
    const answer = await browser.post(`${PAGE}/login`, { token, name, password })
    expect(answer.status).toBe(422)
    expect(faultsOf(answer.body)).toEqual([])
    expect(answer.body).toContain('The name or the password is not right.')
    expect(answer.body).not.toContain(password)
    pages.push(answer.body.replaceAll(/value="[^"]*"|data-options="[^"]*"/g, ''))
  }
  expect(new Set(pages).size).toBe(1)
  expect(done()).not.toContain('login')
})

test('throttling is told in seconds', async () => {
  behind.interaction = LOGIN
  behind.loginResult = { refused: 'throttled', retryAfter: 29_001 }
  const { body } = await browser.get(PAGE)
  const form = { token: hidden(body, 'token'), name: 'ada', password: PASSWORD }
  const answer = await browser.post(`${PAGE}/login`, form)
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '30'])
  expect(answer.body).toContain('Wait 30 seconds')
})

test('what is missing or too long is not asked about', async () => {
  behind.interaction = LOGIN
  const { body } = await browser.get(PAGE)
  const token = hidden(body, 'token')
  const empty = await browser.post(`${PAGE}/login`, { token })
  expect(empty.body).toContain('<a href="#name">Enter your name.</a>')
  expect(empty.body).toContain('<a href="#password">Enter your password.</a>')
  expect(faultsOf(empty.body)).toEqual([])
  await browser.post(`${PAGE}/login`, { token, name: 'ada', password: 'x'.repeat(1_025) })
  expect(done()).toEqual([])
})

test('a recovery code ends the login', async () => {
  behind.interaction = LOGIN
  const { body } = await browser.get(`${PAGE}/login/recovery`)
  expect(faultsOf(body)).toEqual([])
  const token = hidden(body, 'token')
  const wrong = await browser.post(`${PAGE}/login/recovery`, { token, name: 'ada', code: 'no' })
  expect([wrong.status, done()]).toEqual([422, ['checkRecoveryCode']])
  await browser.post(`${PAGE}/login/recovery`, { token, name: 'ada', code: CODE })
  expect(done()).toEqual(['checkRecoveryCode', 'checkRecoveryCode', 'login'])
})

test('a passkey ends the login; its challenge is of this page and browser, and good once', async () => {
  behind.interaction = LOGIN
  const { body } = await browser.get(PAGE)
  const answer = {
    token: hidden(body, 'token'),
    challenge: hidden(body, 'challenge'),
    response: '{"good":true}',
  }
  const stranger = site.browser()
  const theirs = hidden((await stranger.get(PAGE)).body, 'token')
  const send = (from: Browser, form: Record<string, string>) =>
    from.post(`${PAGE}/login/passkey`, form)
  expect((await send(stranger, { ...answer, token: theirs })).status).toBe(422)
  expect((await send(browser, { ...answer, response: '[]' })).status).toBe(422)
  expect(done()).toEqual([])

  const again = await browser.get(PAGE)
  const fresh = { ...answer, challenge: hidden(again.body, 'challenge') }
  const both = await Promise.all([send(browser, fresh), send(browser, fresh)])
  expect(both.map(({ status }) => status).sort()).toEqual([303, 422])
  expect((await send(browser, fresh)).status).toBe(422)
  expect(done()).toEqual(['checkPasskey', 'login'])

  const late = hidden((await browser.get(PAGE)).body, 'challenge')
  behind.now += 2 * 60_000
  const after = hidden((await browser.get(PAGE)).body, 'token')
  expect((await send(browser, { ...answer, token: after, challenge: late })).status).toBe(422)
  expect(done()).toEqual(['checkPasskey', 'login'])
})

test('where there can be no passkeys, none are offered', async () => {
  behind.interaction = LOGIN
  behind.passkeysWork = false
  const { status, body } = await browser.get(PAGE)
  expect(status).toBe(200)
  expect(body).not.toMatch(/passkey"|webauthn\./)
})

test('a new login that is asked for says who is signed in', async () => {
  behind.interaction = LOGIN
  behind.sessions.set('s1', ADA.id)
  browser.cookies.set('session', 's1')
  const { body } = await browser.get(PAGE)
  expect(body).toContain('Confirm that it is you')
  expect(body).toContain('Ada Byron')
})

test('corporate providers are links that only our own page can follow', async () => {
  behind.interaction = LOGIN
  behind.providers = [{ id: 'okta', name: 'Okta <&>' }]
  const { body } = await browser.get(PAGE)
  expect(faultsOf(body)).toEqual([])
  const path = `${PAGE}/login/provider/okta`
  expect(body).toContain(`href="${path}">Continue with Okta &lt;&amp;&gt;`)
  expect((await browser.get(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await browser.get(`${PAGE}/login/provider/else`)).status).toBe(404)
  expect(done()).toEqual([])
  const gone = await browser.get(path, { 'sec-fetch-site': 'same-origin' })
  expect(gone.headers.location).toBe('https://idp.example/authorize')
  expect(behind.asked).toEqual([
    { what: 'federate', with: { provider: 'okta', uid: 'interaction-1' } },
  ])
})

test('consent shows who, where to, what for and by whom', async () => {
  const { body } = await browser.get(PAGE)
  expect(faultsOf(body)).toEqual([])
  for (const shown of [
    'Notebook',
    'client.example',
    'https://client.example/callback',
    'Ada Byron',
  ])
    expect(body).toContain(shown)
  for (const tool of RESOURCE.tools) expect(body).toContain(tool.name)
  expect(body).toContain('by the owner of')
  expect(body).toContain('for 14 days, and for 90 days at most')
  expect(body).not.toContain('listens at this address')
})

test('consent warns of loopback and of private-use schemes, and of names that nobody vouches for', async () => {
  const client = {
    ...INTERACTION.client,
    trust: 'dynamic',
    name: 'Claude',
    host: undefined,
  } as const
  for (const redirect of ['http://127.0.0.1:9/cb', 'http://localhost:9/cb', 'http://[::1]:9/cb']) {
    behind.interaction = { ...INTERACTION, client, redirect }
    const { body } = await browser.get(PAGE)
    expect(body).toContain(
      'Any program on this computer that listens at this address could receive access',
    )
    expect(body).toContain('Unverified</span> by anybody')
    expect(body).toContain('A program that calls itself “')
    expect(body).toContain(new URL(redirect).host)
    expect(body).not.toContain('name="remember"')
  }
  behind.interaction = { ...INTERACTION, redirect: 'cursor://x/cb' }
  const { body } = await browser.get(PAGE)
  expect(body).toContain('<span class="literal">cursor:</span> and could receive access')
  expect(body).not.toContain('name="remember"')
})

test('consent is to what was left ticked, and is remembered only where that is offered', async () => {
  const { body } = await browser.get(PAGE)
  const token = hidden(body, 'token')
  const answer = { token, answer: 'allow', level: 'write', offline: 'on', remember: 'on' }
  expect((await browser.post(`${PAGE}/consent`, answer)).status).toBe(303)
  behind.interaction = { ...INTERACTION, redirect: 'http://127.0.0.1:9/cb' }
  const loopback = hidden((await browser.get(PAGE)).body, 'token')
  await browser.post(`${PAGE}/consent`, { ...answer, token: loopback, level: 'read', offline: '' })
  expect(behind.asked).toEqual([
    { what: 'consent', with: { scopes: ['read', 'write', 'offline_access'], remember: true } },
    { what: 'consent', with: { scopes: ['read'], remember: false } },
  ])
})

test('denying denies; nothing chosen is neither', async () => {
  const { body } = await browser.get(PAGE)
  const token = hidden(body, 'token')
  for (const fields of [{ answer: 'allow' }, { level: 'read' }, { answer: 'yes', level: 'read' }]) {
    const answer = await browser.post(`${PAGE}/consent`, { token, ...fields })
    expect(answer.status).toBe(422)
    expect(faultsOf(answer.body)).toEqual([])
  }
  expect(done()).toEqual([])
  await browser.post(`${PAGE}/consent`, { token, answer: 'deny', level: 'execute' })
  expect(done()).toEqual(['decline'])
})

test('step-up marks what is new', async () => {
  behind.interaction = { ...INTERACTION, scopes: ['read', 'write'], known: ['read'] }
  const { body } = await browser.get(PAGE)
  expect(body).toContain('Allow more access?')
  expect(body).toMatch(/>Read<\/strong><\/label> <span class="tag">Allowed before/)
  expect(body).toMatch(/>Read and write<\/strong><\/label> <span class="tag new">New/)
})

test('forms may lead to the redirect address of the request, and nowhere else', async () => {
  for (const prompt of ['login', 'consent'] as const) {
    behind.interaction = {
      ...(prompt === 'login' ? LOGIN : INTERACTION),
      redirect: 'http://127.0.0.1:53122/cb',
    }
    const { headers } = await browser.get(PAGE)
    expect(headers['content-security-policy']).toContain(
      "; form-action 'self' http://127.0.0.1:53122",
    )
  }
})

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.string({ unit: fc.constantFrom(...'<>"\'&/=; \u202e\u200b\0\n\ud800ax'), maxLength: 40 }),
  fc.constantFrom(
    '</bdi><script src=//evil>',
    '" autofocus onfocus=alert(1) x="',
    '<!--',
    '\u202e',
  ),
)

test('no text of a client leaves its place', async () => {
  const skeletons = new Map<string, Set<string>>()
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        name: TEXT,
        host: TEXT,
        redirect: TEXT,
        scope: TEXT,
        hint: TEXT,
        tool: TEXT,
        user: TEXT,
      }),
      fc.constantFrom('metadata' as const, 'dynamic' as const),
      async ({ name, host, redirect, scope, hint, tool, user }, trust) => {
        const client = { ...INTERACTION.client, name: `n${name}`, host, trust }
        const odd = {
          server: 'files',
          name: `${tool}z`,
          scope: 'files:odd',
          level: 'read',
        } as const
        behind.users = [{ ...ADA, name: `u${user}` }]
        const shared = {
          client,
          redirect: `https://client.example/${redirect}`,
          resource: { ...RESOURCE, tools: [odd] },
          scopes: ['read', 'files:odd', `?${scope}`],
          hint: `h${hint}`,
        }
        behind.interaction = { ...INTERACTION, ...shared }
        const consent = await browser.get(PAGE)
        behind.interaction = { ...LOGIN, ...shared }
        const login = await browser.get(PAGE)
        for (const { status, body } of [consent, login]) {
          expect(status).toBe(200)
          expect(faultsOf(body)).toEqual([])
          expect(body).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
        }
        // A hint that does not look like what it is is left out.
        const kind = `${trust} ${/id="name"[^>]* value="h/.test(login.body)}`
        const same = skeletons.get(kind) ?? new Set()
        skeletons.set(kind, same.add(`${skeletonOf(consent.body)} ${skeletonOf(login.body)}`))
      },
    ),
    { numRuns: 150 },
  )
  expect(skeletons.size).toBeGreaterThan(1)
  for (const same of skeletons.values()) expect(same.size).toBe(1)
})
