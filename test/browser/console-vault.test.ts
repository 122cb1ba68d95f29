import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleScene, type ConsoleTab, openConsole } from './console.ts'
import { press } from './steps.ts'
import { answerVault, HOST, type VaultAnswers, vaultAnswers } from './vault-answers.ts'

const RULES = { dark: 'all', light: 'colours' } as const
const VALUE = 'wk_a-word-that-nobody-sees'

let scene: ConsoleScene
let folder: string
let vault: VaultAnswers
/** One browser for all that does not need one of its own: to sign in takes longer than to look. */
let tab: ConsoleTab
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-vault-'))
  writeFileSync(join(folder, 'key'), VALUE, { mode: 0o600 })
  const authorization = `Bearer secret://file/${folder}/key`
  const url = 'http://127.0.0.1:9/mcp'
  scene = await openConsole({
    crm: { transport: 'http', url },
    wiki: { transport: 'http', url, headers: { authorization } } as never,
  })
  tab = await scene.open()
}, 120_000)
afterAll(async () => {
  await scene?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The page, before a vault of its own. */
async function withVault({ page }: ConsoleTab): Promise<Page> {
  vault = vaultAnswers()
  await page.unrouteAll()
  await answerVault(page, vault)
  return page
}

const OFFER = 'connections?connect=crm'

/** While the dialog is open nothing else of the page counts as there. */
async function visitOffer({ page }: ConsoleTab): Promise<void> {
  await page.goto(`${scene.gateway.issuer}/console/${OFFER}`)
  await page.getByRole('button', { name: 'Go to' }).waitFor()
}

const VIEWS = {
  'connections-offer': OFFER,
  'connections-failed': 'connections?failed=authorization_server_refused',
  'connections-all': 'connections/all/crm~user%3Agrace',
  'secrets-mine': 'secrets/mine/user%3Aowner~chat-key',
  'secrets-all': 'secrets/all/shared~wiki',
  'servers-credentials': 'servers/wiki',
}

test('axe finds nothing on these pages, dark and light, wide and narrow', async () => {
  const checked = await scene.open({ policy: 'off for axe' })
  const page = await withVault(checked)
  for (const [name, view] of Object.entries(VIEWS)) {
    if (view === OFFER) await visitOffer(checked)
    else await checked.visit(`/${view}`)
    for (const theme of ['light', 'dark'] as const) {
      await checked.theme(theme)
      await checked.screenshot(`vault-${name}`)
      expect(await checked.axe(RULES[theme]), `${view}, ${theme}`).toEqual([])
    }
    await page.setViewportSize({ width: 480, height: 900 })
    await checked.screenshot(`vault-narrow-${name}`)
    expect(await page.evaluate('document.body.scrollWidth'), view).toBeLessThanOrEqual(480)
    await page.setViewportSize({ width: 1440, height: 900 })
  }
}, 120_000)

test('who connects is told who they are, to what, and where they will be sent; and is sent there', async () => {
  const page = await withVault(tab)
  await page.route(`https://${HOST}/**`, (route) => route.fulfill({ body: 'Log in here' }))
  await tab.visit('/connections')
  await press(page, 'Reconnect crm')
  await page.waitForURL('**/console/connections?connect=crm')
  const dialog = page.getByRole('dialog', { name: 'Connect to crm' })
  for (const words of ['user:owner', 'https://crm.example/mcp', HOST, 'contacts.write (new)'])
    await dialog.getByText(words).first().waitFor()
  expect(await dialog.getByText('contacts.read (new)').count()).toBe(0)
  await dialog.getByRole('button', { name: `Go to ${HOST}` }).click()
  await page.waitForURL(vault.location)
  expect(vault.asked).toEqual([{ line: 'POST /me/connections/crm/begin', body: { host: HOST } }])
}, 60_000)

test.for([
  ['javascript:document.body.append("ran")', HOST],
  ['https://else.example/authorize', HOST],
  ['http://login.crm.example/authorize', HOST],
] as const)('nobody is sent to %s', { timeout: 60_000 }, async ([location, host]) => {
  const page = await withVault(tab)
  Object.assign(vault, { location, offer: { ...vault.offer, host } })
  await visitOffer(tab)
  const before = page.url()
  await press(page, `Go to ${host}`)
  await page.getByText('You were not sent away').waitFor()
  expect([page.url(), await page.getByText('ran', { exact: true }).count()]).toEqual([before, 0])
})

test('a connection for everybody says so before anybody is sent away', async () => {
  const page = await withVault(tab)
  vault.offer = { ...vault.offer, shared: true }
  await visitOffer(tab)
  await page.getByText('Everybody will use it.').waitFor()
}, 60_000)

test('what came of it is said in plain words, and only what the gateway confirms', async () => {
  const page = await withVault(tab)
  await tab.visit('/connections?connected=crm')
  await page.getByRole('status').getByText('You are connected to crm').waitFor()
  await tab.visit('/connections?connected=files')
  await page.getByText('There is no good connection of yours to files').waitFor()
  await tab.visit('/connections?connected=Call+555-0100')
  await page.getByText('There is no good connection of yours to that server').waitFor()
  await tab.visit('/connections?connected=warehouse')
  await page.getByText('You are connected to warehouse').waitFor()
  await tab.visit('/connections?failed=interaction_unknown')
  await page.getByRole('alert').getByText('Start again from here').waitFor()
  await tab.visit('/connections?failed=Call+555-0100')
  await page.getByRole('alert').getByText('You were not connected').waitFor()
  expect(await page.getByText('555-0100').count()).toBe(0)
  await press(page, 'Close')
  await page.waitForURL('**/console/connections')
}, 60_000)

test('a connection is ended by its owner, and by an administrator', async () => {
  const page = await withVault(tab)
  await tab.visit('/connections')
  await press(page, 'Disconnect crm')
  await press(page, 'Disconnect')
  await page.getByText('crm: what was kept of it is destroyed.').first().waitFor()
  await tab.visit('/connections/all')
  await page.getByRole('row').filter({ hasText: 'user:grace' }).click()
  await press(page, 'Disconnect crm')
  await tab.screenshot('vault-disconnect')
  await press(page, 'Disconnect')
  await page.waitForURL('**/console/connections/all')
  expect(vault.asked.map(({ line, body }) => [line, body])).toEqual([
    ['POST /me/connections/crm/disconnect', {}],
    ['POST /connections/crm/disconnect', { owner: 'user:grace' }],
  ])
}, 60_000)

test('a value goes in, and stays nowhere in the page, refused or not', async () => {
  const page = await withVault(tab)
  await tab.visit('/secrets')
  await page.keyboard.press('Escape')
  await press(page, 'New secret')
  const field = page.getByLabel('Value', { exact: true })
  expect([await field.getAttribute('type'), await field.getAttribute('autocomplete')]).toEqual([
    'password',
    'off',
  ])
  await page.getByLabel('Name', { exact: true }).fill('wiki-two')
  await field.fill(VALUE)
  await page.getByRole('checkbox', { name: 'wiki', exact: true }).check()
  await page.getByLabel('Purpose', { exact: true }).fill('to look articles up')
  await tab.screenshot('vault-new-secret')
  vault.refuse = { status: 409, code: 'item_exists', detail: 'the name is taken' }
  await press(page, 'Keep it')
  await page.getByRole('alert').getByText('the name is taken').waitFor()
  expect([await field.inputValue(), await holds(page, VALUE)]).toEqual(['', false])
  await field.fill(VALUE)
  await press(page, 'Keep it')
  await page.waitForURL('**/console/secrets/mine/**')
  const body = { name: 'wiki-two', purpose: 'to look articles up', servers: ['wiki'] }
  const sent = { ...body, value: VALUE, lines: false }
  expect(vault.asked.map((one) => one.body)).toEqual([sent, sent])
  expect(await holds(page, VALUE)).toBe(false)
}, 60_000)

/** Whether a text is anywhere in the page: in its elements, fields, or storage. */
function holds(page: Page, text: string): Promise<boolean> {
  return page.evaluate<boolean>(`
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value),
      ...[localStorage, sessionStorage].map((one) => JSON.stringify(one)),
    ].some((one) => one.includes(${JSON.stringify(text)}))
  `)
}

test('what was seen outside comes first, says what to do, and its old value ends at once', async () => {
  const page = await withVault(tab)
  await tab.visit('/secrets')
  const exposed = page.getByRole('region', { name: 'Exposed' })
  await exposed.getByText('chat:read_room').waitFor()
  await exposed.getByText('revoke it where it comes from').waitFor()
  const first = page.getByRole('grid', { name: 'secrets' }).getByRole('row').nth(1)
  await first.getByText('Exposed', { exact: true }).waitFor()
  await exposed.getByRole('button', { name: 'Change value of chat-key' }).click()
  const pem = '-----BEGIN KEY-----\nMIIB\n-----END KEY-----\n'
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(pem)})`)
  await page.getByLabel('New value', { exact: true }).focus()
  await page.keyboard.press('ControlOrMeta+v')
  await page.getByPlaceholder('3 lines, pasted').waitFor()
  await tab.screenshot('vault-change-value')
  expect(await holds(page, 'MIIB')).toBe(false)
  await press(page, 'Change it')
  await page.getByText('chat-key has a new value').first().waitFor()
  expect(vault.asked).toEqual([
    {
      line: 'POST /me/secrets/chat-key/rotate',
      body: { version: 1, overlapMinutes: 0, value: pem, lines: true },
    },
  ])
}, 60_000)

test('a shared secret is removed by whoever types its name, and sees what depends on it', async () => {
  const page = await withVault(tab)
  await tab.visit('/secrets/all')
  await page.keyboard.press('j')
  await page
    .getByRole('row')
    .filter({ hasText: 'everybody' })
    .filter({ hasText: 'wiki' })
    .last()
    .click()
  const drawer = page.getByRole('dialog', { name: 'wiki', exact: true })
  await drawer.getByText('variable TOKEN').waitFor()
  await drawer.getByText('secret://vault/wiki').waitFor()
  await press(page, 'Remove wiki')
  const remove = page.getByRole('button', { name: 'Remove it' })
  expect(await remove.isDisabled()).toBe(true)
  await page.getByLabel('Type wiki to remove it').fill('wik')
  await page.keyboard.press('Enter')
  expect([await remove.isDisabled(), vault.asked]).toEqual([true, []])
  await page.keyboard.type('i')
  await tab.screenshot('vault-remove')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/console/secrets/all')
  expect(vault.asked.map(({ line }) => line)).toEqual(['DELETE /secrets/wiki'])
}, 60_000)

test('keys lead there, and a server says what it is shown', async () => {
  const page = await withVault(tab)
  await tab.visit('/settings')
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.waitForURL('**/console/connections')
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.waitForURL('**/console/secrets')
  await tab.visit('/servers/wiki')
  await page.getByText('A secret that stays the same').waitFor()
  expect(await page.content()).not.toContain(VALUE)
  await tab.visit('/servers/crm')
  await page.getByText('OAuth: a person connects once').waitFor()
  await page.getByRole('link', { name: 'Your connections' }).click()
  await page.waitForURL('**/console/connections')
}, 60_000)

test('somebody without a role sees what is their own, and nothing of others', async () => {
  const member = await scene.open({ as: await scene.operator.person('member') })
  const page = await withVault(member)
  vault.me = 'user:member'
  for (const place of ['connections', 'secrets']) {
    await member.visit(`/${place}/all`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.getByRole('link', { name: 'Everybody’s' }).count()).toBe(0)
    await page.getByText(/^(You are not connected|No secret of yours)/).waitFor()
    expect(await page.getByText('user:grace').count()).toBe(0)
    await member.screenshot(`vault-empty-${place}`)
  }
  member.expectClean()
}, 60_000)

test('the vault of a real gateway keeps, changes and destroys a secret, and never shows it', async () => {
  const real = await scene.open()
  const { page } = real
  await real.visit('/secrets')
  await press(page, 'New secret')
  await page.getByLabel('Name', { exact: true }).fill('wiki-token')
  await page.getByLabel('Value', { exact: true }).fill(VALUE)
  await page.getByRole('checkbox', { name: 'wiki', exact: true }).check()
  await page.getByLabel('Purpose', { exact: true }).fill('to look articles up')
  await press(page, 'Keep it')
  const drawer = page.getByRole('dialog', { name: 'wiki-token', exact: true })
  await drawer.getByText('secret://user/wiki-token').waitFor()
  await press(page, 'Change value of wiki-token')
  await page.getByLabel('New value', { exact: true }).fill(`${VALUE}-two`)
  await press(page, 'Change it')
  await drawer.getByText('2; the one before it still is accepted').waitFor()
  await real.visit('/secrets/mine/user%3Aowner~wiki-token')
  await drawer.getByText('Good', { exact: true }).waitFor()
  expect(await holds(page, VALUE)).toBe(false)
  await press(page, 'Remove wiki-token')
  await page.getByLabel('Type wiki-token to remove it').fill('wiki-token')
  await press(page, 'Remove it')
  await page.getByText('No secret of yours here').waitFor()
  await real.visit('/connections')
  await page.getByText('You are not connected to any server').waitFor()
  real.expectClean()
}, 60_000)
