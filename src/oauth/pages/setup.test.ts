import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LinkPurpose } from '../../kernel/accounts.ts'
import { ADA, Behind, CODES, PASSWORD } from './testing/fakes.ts'
import { faultsOf } from './testing/read-page.ts'
import { type Browser, hidden, type SiteUnderTest, serveSite } from './testing/site-under-test.ts'

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
  behind.link = { purpose: 'setup', user: ADA }
  behind.passkeysWork = true
  browser = site.browser()
})

const done = () => behind.asked.map(({ what }) => what)
const open = async (from = browser) => {
  await from.get('/setup?code=link-secret')
  return (await from.get('/setup')).body
}
const answer = (token: string, change: Record<string, string> = {}) => ({
  token,
  name: 'Ada',
  password: PASSWORD,
  again: PASSWORD,
  ...change,
})

test('the code leaves the address at once, and is readable nowhere', async () => {
  const first = await browser.get('/setup?code=link-secret')
  expect([first.status, first.headers.location, first.body]).toEqual([303, '/setup', ''])
  expect(JSON.stringify(first.headers)).not.toContain('link-secret')
  const { body } = await browser.get('/setup')
  expect(body).toContain('Set up Bailiwick')
  expect(body).not.toContain('link-secret')
  expect(faultsOf(body)).toEqual([])
  expect(done()).toEqual([])
})

test.each<[LinkPurpose, string]>([
  ['setup', 'This link makes you the owner of this installation'],
  ['invite', 'You were invited'],
  ['reset', 'Your old password and your old recovery codes end'],
])('a link for %s says what it is', async (purpose, words) => {
  behind.link = { purpose, user: ADA }
  const body = await open()
  expect(body).toContain(words)
  expect(faultsOf(body)).toEqual([])
})

test('set-up sets the password, shows the codes once, and signs in', async () => {
  const token = hidden(await open(), 'token')
  const codes = await browser.post('/setup', answer(token))
  expect(codes.status).toBe(200)
  for (const code of CODES) expect(codes.body).toContain(code)
  expect(faultsOf(codes.body)).toEqual([])
  expect(behind.asked).toEqual([
    { what: 'redeemLink', with: { secret: 'link-secret', name: 'Ada', password: PASSWORD } },
    { what: 'signIn', with: { user: 'ada', methods: ['pwd'] } },
  ])
  expect(behind.events).toMatchObject([{ event: 'login.succeeded', subject: 'user:ada' }])
  const { body } = await browser.get('/setup/done?kept=on')
  expect(body).toContain(`${site.origin}/mcp`)
  expect(body).toContain('Add a passkey')
  expect(faultsOf(body)).toEqual([])
  // The link is used up, and so is what the browser kept of it.
  expect((await browser.get('/setup')).status).toBe(410)
})

test('two clicks get the same codes and redeem once', async () => {
  const token = hidden(await open(), 'token')
  const twice = await Promise.all([
    browser.post('/setup', answer(token)),
    browser.post('/setup', answer(token)),
  ])
  for (const { status, body } of twice) {
    expect(status).toBe(200)
    expect(body).toContain(CODES[0])
  }
  expect(done().filter((what) => what === 'redeemLink')).toHaveLength(1)
})

test('another browser gets nothing of it', async () => {
  const other = site.browser()
  const theirs = hidden(await open(other), 'token')
  const token = hidden(await open(), 'token')
  expect((await browser.post('/setup', answer(theirs))).status).toBe(403)
  expect((await browser.post('/setup', answer(token))).status).toBe(200)
  expect((await other.post('/setup', answer(theirs))).status).toBe(410)
})

test('a form of one link does not use up another', async () => {
  const token = hidden(await open(), 'token')
  await browser.get('/setup?code=another-secret')
  expect((await browser.post('/setup', answer(token))).status).toBe(403)
  expect(done()).toEqual([])
})

test('a mistake is told, the name is kept, and the link stays good', async () => {
  const token = hidden(await open(), 'token')
  const mistakes: readonly [Record<string, string>, string][] = [
    [{ again: 'other' }, 'The two passwords are not the same.'],
    [{ password: '', again: '' }, 'Enter a new password.'],
    [{ name: ' ' }, 'Enter your name.'],
    [{ password: 'short', again: 'short' }, 'A password has 12 characters at least.'],
  ]
  for (const [change, words] of mistakes) {
    const { status, body } = await browser.post('/setup', answer(token, change))
    expect(status).toBe(422)
    expect(body).toContain(words)
    expect(body).not.toContain(PASSWORD)
    expect(faultsOf(body)).toEqual([])
  }
  expect((await browser.post('/setup', answer(token))).status).toBe(200)
})

test('a link that is not good says so and no more', async () => {
  behind.link = undefined
  for (const code of ['link-secret', 'other', 'x'.repeat(600), '<script>']) {
    await browser.get(`/setup?code=${encodeURIComponent(code)}`)
    const { status, body } = await browser.get('/setup')
    expect(status).toBe(410)
    expect(faultsOf(body)).toEqual([])
  }
  expect((await browser.post('/setup', answer('x'))).status).not.toBe(200)
  expect(done()).toEqual([])
})

test('codes are shown even if signing in fails', async () => {
  const { signIn } = behind.interactions
  try {
    behind.interactions.signIn = () => Promise.reject(new Error('down'))
    const { status, body } = await browser.post('/setup', answer(hidden(await open(), 'token')))
    expect([status, body.includes(String(CODES[0]))]).toEqual([200, true])
  } finally {
    behind.interactions.signIn = signIn
  }
})
