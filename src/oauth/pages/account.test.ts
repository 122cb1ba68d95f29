import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ADA, Behind, PASSWORD } from './testing/fakes.ts'
import { faultsOf } from './testing/read-page.ts'
import { type Browser, hidden, type SiteUnderTest, serveSite } from './testing/site-under-test.ts'

const PAGE = '/oauth/account'
const NEXT = 'another four quiet words'

let site: SiteUnderTest
let behind: Behind
let browser: Browser
beforeAll(async () => {
  behind = new Behind()
  behind.myGrants = [
    {
      id: 'grant-1',
      client: { name: '<Claude>', trust: 'dynamic' },
      resource: 'http://localhost/mcp/github',
      scopes: ['read', 'write', 'github:create_issue', 'offline_access'],
      created: Date.UTC(2026, 10, 20),
      expires: Date.UTC(2027, 1, 18),
    },
  ]
  behind.myPasskeys = [{ id: 'passkey-1', label: 'laptop', created: Date.UTC(2026, 10, 20) }]
  site = await serveSite(behind)
})
afterAll(() => site.close())
beforeEach(() => {
  behind.asked.length = 0
  behind.users = [ADA]
  browser = site.browser()
})

const done = () => behind.asked.map(({ what }) => what)
const signIn = async () => {
  const { body } = await browser.get(`${PAGE}/login`)
  const form = { token: hidden(body, 'token'), name: 'ada', password: PASSWORD }
  const { headers } = await browser.post(`${PAGE}/login`, form)
  expect(headers.location).toBe(PAGE)
  behind.asked.length = 0
  return (await browser.get(PAGE)).body
}
/** Signed in, but long ago. */
const signedInBefore = async () => {
  await signIn()
  behind.now += 10 * 60_000
  return (await browser.get(PAGE)).body
}

test('nobody is sent to sign in, and nothing is done for them', async () => {
  expect((await browser.get(PAGE)).headers.location).toBe(`${PAGE}/login`)
  expect(faultsOf((await browser.get(`${PAGE}/login`)).body)).toEqual([])
  for (const path of ['logout', 'revoke', 'passkey', 'passkey/remove', 'password']) {
    const { status, headers } = await browser.post(`${PAGE}/${path}`, {
      token: 'x',
      grant: 'grant-1',
    })
    expect([status, headers.location]).toEqual([303, `${PAGE}/login`])
  }
  expect(done()).toEqual([])
})

test('the page says who I am, what has access, and what for', async () => {
  const body = await signIn()
  expect(faultsOf(body)).toEqual([])
  for (const words of [
    'Ada Byron',
    'owners',
    '“<bdi>&lt;Claude&gt;</bdi>”',
    'read, write, use 1 single tool, and stay connected,',
    'the server <bdi>github</bdi>',
    '18 Feb 2027',
    'laptop',
  ])
    expect(body).toContain(words)
})

test('a disabled person is nobody', async () => {
  await signIn()
  behind.users = [{ ...ADA, status: 'disabled' }]
  expect((await browser.get(PAGE)).headers.location).toBe(`${PAGE}/login`)
})

test('forms of the account need the token of this person at this browser', async () => {
  const body = await signIn()
  const other = site.browser()
  const { body: login } = await other.get(`${PAGE}/login`)
  for (const token of ['', hidden(login, 'token')]) {
    for (const path of ['logout', 'revoke', 'passkey', 'passkey/remove', 'password']) {
      const form = {
        token,
        grant: 'grant-1',
        passkey: 'passkey-1',
        password: NEXT,
        again: NEXT,
        label: 'x',
      }
      expect((await browser.post(`${PAGE}/${path}`, form)).status).toBe(403)
    }
  }
  expect(done()).toEqual([])
  const cross = { 'sec-fetch-site': 'cross-site' }
  const form = { token: hidden(body, 'token'), grant: 'grant-1' }
  expect((await browser.post(`${PAGE}/revoke`, form, cross)).status).toBe(403)
  expect((await browser.post(`${PAGE}/revoke`, form)).headers.location).toBe(`${PAGE}?done=revoked`)
  expect(behind.asked).toEqual([{ what: 'revoke', with: { user: 'ada', id: 'grant-1' } }])
})

test('what is not mine is not there', async () => {
  const token = hidden(await signIn(), 'token')
  const revoked = await browser.post(`${PAGE}/revoke`, { token, grant: 'grant-2' })
  const removed = await browser.post(`${PAGE}/passkey/remove`, { token, passkey: 'passkey-2' })
  expect([revoked.headers.location, removed.headers.location]).toEqual([
    `${PAGE}?done=gone`,
    `${PAGE}?done=gone`,
  ])
  const { body } = await browser.get(`${PAGE}?done=<script>`)
  expect(faultsOf(body)).toEqual([])
})

test('credentials change only soon after a login', async () => {
  const stale = await signedInBefore()
  expect(stale).toContain('Confirm that it is you')
  expect(stale).not.toMatch(/name="(password|label)"/)
  const token = hidden(stale, 'token')
  const form = { token, password: NEXT, again: NEXT, passkey: 'passkey-1', label: 'x' }
  for (const path of ['passkey', 'passkey/remove', 'password'])
    expect((await browser.post(`${PAGE}/${path}`, form)).headers.location).toBe(`${PAGE}/login`)
  expect(done()).toEqual([])

  const fresh = hidden(await signIn(), 'token')
  await browser.post(`${PAGE}/password`, { token: fresh, password: NEXT, again: NEXT })
  await browser.post(`${PAGE}/passkey/remove`, { token: fresh, passkey: 'passkey-1' })
  // What the person had open ended with the old credential; their own browser is let in again.
  const again = { what: 'signIn', with: { user: 'ada', methods: ['pwd'] } }
  expect(behind.asked).toEqual([
    { what: 'setPassword', with: { user: 'ada', password: NEXT } },
    again,
    { what: 'removePasskey', with: { user: 'ada', id: 'passkey-1' } },
    again,
  ])
})

test('a weak or mistyped password is told', async () => {
  const token = hidden(await signIn(), 'token')
  for (const form of [{ password: NEXT, again: 'x' }, { password: 'short', again: 'short' }, {}]) {
    const { status, body } = await browser.post(`${PAGE}/password`, { token, ...form })
    expect(status).toBe(422)
    expect(faultsOf(body)).toEqual([])
  }
})

test('a passkey is added once for each challenge', async () => {
  const body = await signIn()
  const form = {
    token: hidden(body, 'token'),
    challenge: hidden(body, 'challenge'),
    response: '{"good":true}',
    label: ' laptop ',
  }
  const unnamed = await browser.post(`${PAGE}/passkey`, { ...form, label: ' ' })
  expect(unnamed.body).toContain('Enter a name for the passkey.')
  const both = [
    await browser.post(`${PAGE}/passkey`, form),
    await browser.post(`${PAGE}/passkey`, form),
  ]
  expect(both.map(({ status }) => status)).toEqual([303, 422])
  expect(behind.asked).toMatchObject([
    { what: 'addPasskey', with: { user: 'ada', label: 'laptop' } },
  ])
  const again = await browser.get(PAGE)
  const bad = { ...form, challenge: hidden(again.body, 'challenge'), response: '{"good":false}' }
  expect((await browser.post(`${PAGE}/passkey`, bad)).status).toBe(422)
})

test('people of a provider have no credentials here', async () => {
  await signIn()
  behind.users = [{ ...ADA, provider: 'okta' }]
  const { body } = await browser.get(PAGE)
  expect(body).not.toMatch(/<h2[^>]*>(Passkeys|Password)/)
  const token = hidden(body, 'token')
  const form = { token, password: NEXT, again: NEXT }
  expect((await browser.post(`${PAGE}/password`, form)).headers.location).toBe(`${PAGE}/login`)
  expect(done()).toEqual([])
})

test('signing out ends the session', async () => {
  const token = hidden(await signIn(), 'token')
  expect((await browser.get(`${PAGE}/logout`)).headers.location).toBe(PAGE)
  expect((await browser.post(`${PAGE}/logout`, { token })).status).toBe(303)
  expect(done()).toEqual(['logout'])
  expect((await browser.get(PAGE)).headers.location).toBe(`${PAGE}/login`)
})

test('a login at the account can be made at a provider', async () => {
  behind.providers = [{ id: 'okta', name: 'Okta' }]
  await browser.get(`${PAGE}/login/provider/okta`, { 'sec-fetch-site': 'same-origin' })
  expect(behind.asked).toEqual([{ what: 'federate', with: { provider: 'okta', returnTo: PAGE } }])
  behind.providers = []
})

const login = (returnTo: string) => `${PAGE}/login?${new URLSearchParams({ return_to: returnTo })}`

test('a login that the console sent for ends in the console, whichever way it takes', async () => {
  const target = '/console/approvals/a%20b?tab=1&x=%26'
  const { body } = await browser.get(login(target))
  expect(faultsOf(body)).toEqual([])
  expect(body).toContain('to open the console.')
  const actions = [...body.matchAll(/(?:action|data-page)="([^"]*)"/g)].map(([, at]) => at)
  const query = new URL(login(target), 'http://x').search
  expect(actions.every((at) => at?.endsWith(query))).toBe(true)
  const form = { token: hidden(body, 'token'), name: 'ada' }
  const wrong = await browser.post(login(target), { ...form, password: 'x' })
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain(`action="${PAGE}/login${query}"`)
  const { headers } = await browser.post(login(target), { ...form, password: PASSWORD })
  expect(headers.location).toBe(target)
  behind.asked.length = 0
  behind.providers = [{ id: 'okta', name: 'Okta' }]
  const page = (await browser.get(login(target))).body
  const link = `${PAGE}/login/provider/okta${query}`
  expect(page).toContain(`href="${link}"`)
  await browser.get(link, { 'sec-fetch-site': 'same-origin' })
  behind.providers = []
  const with_ = { provider: 'okta', returnTo: target }
  expect(behind.asked).toEqual([{ what: 'federate', with: with_ }])
})

test.each([
  'https://evil.example/console/',
  '//evil.example/console/',
  '/\\evil.example/console/',
  '/console/../oauth/authorize?client_id=x',
  '/console/%2e%2e/oauth/account/logout',
  '/console/..\\..\\oauth/authorize',
  '/console',
  '/consoles/',
  'console/',
  '/oauth/authorize',
  'javascript:alert(1)',
  ' /console/',
  '\t/console/',
  `/console/${'a'.repeat(2_048)}`,
])('a login leads nowhere else than to the console: %s', async (returnTo) => {
  const { body } = await browser.get(login(returnTo))
  expect(body).not.toContain('return_to')
  const form = { token: hidden(body, 'token'), name: 'ada', password: PASSWORD }
  const { headers } = await browser.post(login(returnTo), form)
  expect(headers.location).toBe(PAGE)
})

test('two ways back are none', async () => {
  const two = `${PAGE}/login?return_to=/console/a&return_to=/console/b`
  const form = { token: hidden((await browser.get(two)).body, 'token'), name: 'ada' }
  const { headers } = await browser.post(two, { ...form, password: PASSWORD })
  expect(headers.location).toBe(PAGE)
})
