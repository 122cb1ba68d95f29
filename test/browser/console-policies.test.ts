import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type RecordingUpstream,
  startRecordingUpstream,
  tool,
} from '../attacks/recording-upstream.ts'
import { callTool } from '../faults/client.ts'
import { type ConsoleScene, type ConsoleTab, openConsole } from './console.ts'
import { press } from './steps.ts'

/** Structure is the same in both. */
const RULES = { dark: 'all', light: 'colours' } as const
const TEXT = { type: 'string' }

/** What the configuration says: reading and sending are permitted. */
const OWN = `@id("reads")
@reason("reading is permitted")
permit (principal, action == Action::"call", resource)
when { resource.effects == ["read"] };

@id("mail")
@reason("mail may be sent")
permit (principal, action == Action::"call", resource == Tool::"office:send_message");
`
const NO_MAIL = `@id("no-mail")
@reason("no mail leaves today")
forbid (principal, action == Action::"call", resource == Tool::"office:send_message");
`

let scene: ConsoleScene
let upstream: RecordingUpstream
const folder = mkdtempSync(join(tmpdir(), 'bailiwick-policies-'))

beforeAll(async () => {
  writeFileSync(join(folder, 'own.cedar'), OWN)
  upstream = await startRecordingUpstream([
    tool('read_note', { path: TEXT }, ['path']),
    tool('send_message', { to: TEXT }, ['to']),
    tool('delete_note', { path: TEXT }, ['path']),
  ])
  scene = await openConsole(
    { office: { transport: 'http', url: upstream.url } },
    { policies: [folder] },
  )
  await scene.operator.people.create({ id: 'ada', name: 'Ada Lovelace', groups: ['research'] })
  await callTool(scene.gateway, 'office', 'read_note', { path: 'a' })
  await send()
  await send()
}, 120_000)
afterAll(async () => {
  await scene.close()
  await upstream.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The code of the answer to a message that is sent; undefined when it was. */
async function send(): Promise<unknown> {
  return (await callTool(scene.gateway, 'office', 'send_message', { to: 'ann@office.example' }))
    .code
}

/** Writes a text in the place of what stands in the editor. */
async function write(page: Page, text: string): Promise<void> {
  const content = page.locator('.cm-content')
  await content.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

test('a first version: example, tests, what is wrong, what was meant, saved by keyboard', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/policies/editor')
  await tab.screenshot('policies-editor-empty')
  await press(page, 'Begin with an example')
  await page.getByText('Can be put in force').waitFor()
  await press(page, 'Run tests')
  await page.getByText('2 tests pass').waitFor()
  await tab.screenshot('policies-editor-tests')

  await press(page, 'New file')
  await page.getByLabel('Name', { exact: true }).fill('mail.cedar')
  await press(page, 'Add the file')
  await page.waitForURL('**/policies/editor/mail.cedar**')
  await write(page, '@')
  await page.getByRole('option', { name: /^reason/ }).waitFor()
  await page.keyboard.press('Escape')
  await write(page, NO_MAIL.replace('send_message', 'send_mesage'))
  await page.getByRole('tab', { name: /Problems/ }).click()
  await page.getByRole('button', { name: /did you mean\s+office:send_message/ }).click()
  await tab.screenshot('policies-editor-problem')
  await page.locator('.cm-lintRange-error').first().hover()
  await page.getByRole('button', { name: 'Write office:send_message' }).click()
  await page.getByText('Can be put in force').waitFor()
  expect(await page.locator('.cm-content').innerText()).toContain('Tool::"office:send_message"')

  await page.getByRole('tab', { name: 'Compare' }).click()
  await page.getByText('Who can do what').waitFor()
  await tab.screenshot('policies-editor-compare')
  await page.locator('.cm-content').click()
  await page.keyboard.press('ControlOrMeta+s')
  await page.getByLabel('What changes, and why').fill('No mail for now')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.waitForURL('**/policies/versions/1')
  await page.getByRole('dialog').getByText('No mail for now').waitFor()
  await tab.screenshot('policies-version')
  tab.expectClean()
}, 120_000)

test('what was saved observes, is enforced, and is taken back; each says what will happen', async () => {
  const tab = await scene.open()
  const { page } = tab
  const dialog = page.getByRole('dialog').last()
  expect(await send()).toBeUndefined()
  await tab.visit('/policies/versions/1')
  await press(page, 'Let it observe')
  await dialog.getByText('denies nothing').waitFor()
  await tab.screenshot('policies-observe')
  await dialog.getByRole('button', { name: 'Let it observe' }).click()
  await page.getByText('Version 1 observes').waitFor()
  expect(await send()).toBeUndefined()

  await tab.visit('/policies/versions')
  await page.getByText('It would have denied 1 of 1 call.').waitFor()
  await tab.screenshot('policies-observed')
  await press(page, 'Promote to enforce')
  await dialog.getByText('From the next call on it decides').waitFor()
  await dialog.getByRole('button', { name: 'Enforce it' }).click()
  await page.getByText('Version 1 is enforced').first().waitFor()
  expect(await send()).toBeDefined()

  await tab.visit('/policies/in-force?origin=managed')
  await page.getByRole('row').filter({ hasText: 'no-mail' }).click()
  await page.getByRole('dialog').getByText('Decided lately').waitFor()
  await tab.screenshot('policies-policy')
  await tab.visit('/policies/versions')
  await press(page, 'Take out of force')
  await dialog.getByText('no longer forbidden').waitFor()
  await dialog.getByRole('button', { name: 'Take it out of force' }).click()
  await page.getByText('Nothing of the console is in force').waitFor()
  expect(await send()).toBeUndefined()
  tab.expectClean()
}, 120_000)

test('a simulation tells which recorded calls a version would have decided otherwise', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/policies/simulate?what=1')
  await page.getByRole('button', { name: 'Simulate', exact: true }).click()
  await page.getByText('Done').waitFor()
  const flips = page.getByRole('region', { name: 'permit → deny' })
  await flips.getByRole('cell', { name: 'office:send_message' }).first().waitFor()
  await flips.getByText('no-mail').first().waitFor()
  await tab.screenshot('policies-simulation')
  await flips
    .getByRole('link', { name: /^Call / })
    .first()
    .click()
  await page.waitForURL('**/console/live/*')
  const call = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')

  await tab.visit(`/policies/editor?rule=${encodeURIComponent(call)}&effect=forbid`)
  await page.waitForURL('**/policies/editor/from-a-call.cedar')
  await page.getByText('Can be put in force').waitFor()
  expect(await page.locator('.cm-content').innerText()).toContain('Tool::"office:send_message"')
  await page.getByRole('link', { name: 'Simulate' }).last().click()
  await page.getByText('Try: my draft').waitFor()
  tab.expectClean()
}, 60_000)

test('the matrix is read by keyboard, and a cell says which policy it is', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/policies/access')
  const grid = page.getByRole('grid', { name: 'Who can call what' })
  await grid.focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  const drawer = page.getByRole('dialog', { name: 'office:send_message' })
  await drawer.getByText('@reason("mail may be sent")').waitFor()
  await tab.screenshot('policies-access')
  expect(new URL(page.url()).searchParams.get('cell')).toBe('user:owner')
  tab.expectClean()
}, 60_000)

test('who was overtaken sees by what, and nothing of either is lost', async () => {
  const [one, other] = [await scene.open(), await scene.open()]
  for (const { visit } of [one, other]) await visit('/policies/editor/mail.cedar')
  await write(one.page, `${NO_MAIL}// one\n`)
  await write(other.page, `${NO_MAIL}// other\n`)
  for (const { page } of [one, other]) {
    await press(page, 'Save a version')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  }
  await one.page.waitForURL('**/policies/versions/2')
  const { page } = other
  await page.getByRole('alert').getByText('saved version 2').waitFor()
  await page.getByRole('dialog').getByText('// one').waitFor()
  await other.screenshot('policies-overtaken')
  await press(page, 'Save mine on top')
  await page.waitForURL('**/policies/versions/3')
}, 60_000)

test('a draft that no version has is not left by accident, and stays for who comes back', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/policies/editor/mail.cedar')
  await write(page, '// not saved\n')
  await page.getByRole('link', { name: 'Servers' }).click()
  await page.getByRole('dialog', { name: 'Leave with a draft?' }).waitFor()
  await tab.screenshot('policies-leave')
  await press(page, 'Stay')
  expect(page.url()).toContain('/policies/editor')
  await page.getByRole('link', { name: 'Servers' }).click()
  await press(page, 'Leave, keep it here')
  await page.waitForURL('**/console/servers')
  await page.getByRole('link', { name: 'Policies' }).click()
  await page.getByRole('navigation', { name: 'Policies' }).getByText('Editor').click()
  await page.getByText('// not saved').waitFor()
  tab.expectClean()
}, 60_000)

test('Escape, then Tab leaves the editor; before that Tab stays', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/policies/editor/mail.cedar')
  await page.locator('.cm-content').click()
  const inside = () => page.evaluate(`document.activeElement?.className === 'code-editor'`)
  await page.keyboard.press('Tab')
  expect(await inside()).toBe(true)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await inside()).toBe(false)
}, 60_000)

const VIEWS = [
  'in-force',
  'in-force/mail',
  'editor/mail.cedar?panel=tests',
  'editor/mail.cedar?panel=compare',
  'simulate',
  'versions',
  'versions/1',
  'access',
]

/** At 800 pixels nothing runs out of the page. */
async function expectNarrow({ page, screenshot }: ConsoleTab, view: string): Promise<void> {
  await page.setViewportSize({ width: 800, height: 900 })
  await screenshot(`policies-narrow-${view.replaceAll(/\W+/g, '-')}`)
  const over = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  expect(over, view).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1440, height: 900 })
}

test.for(['dark', 'light'] as const)(
  'axe finds nothing on these pages, %s',
  { timeout: 240_000 },
  async (theme) => {
    const tab = await scene.open({ theme, policy: 'off for axe' })
    for (const view of VIEWS) {
      await tab.visit(`/policies/${view}`)
      await tab.screenshot(`policies-view-${view.replaceAll(/\W+/g, '-')}`)
      expect(await tab.axe(RULES[theme]), view).toEqual([])
      if (theme === 'light') await expectNarrow(tab, view)
    }
  },
)
