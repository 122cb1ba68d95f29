import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { bearer, call } from '../identity/attacks/mcp.ts'
import { tokensOf } from '../support/gateway.ts'
import { type ConsoleScene, type ConsoleTab, openConsole } from './console.ts'
import { press } from './steps.ts'

/** Structure is the same in both. */
const RULES = { dark: 'all', light: 'colours' } as const
const POLICIES = `@id("everything")
permit (principal, action, resource);

// Nothing leaves for competitors.
@id("no-rivals")
@reason("it names a rival")
@remedy("leave the rival out")
forbid (principal, action == Action::"call", resource == Tool::"target:echo")
when { context.args.message like "*rival*" };

@id("ask-danger")
@reason("it is dangerous")
@liftedBy("approval")
@approvers("group:leads")
forbid (principal, action == Action::"call", resource == Tool::"target:danger")
unless { context.approval.granted };

@id("watch-mirror")
@mode("observe")
forbid (principal, action, resource == Tool::"target:mirror");
`
const RIVAL = 'a word about the rival\u200b'

let scene: ConsoleScene
let upstream: RecordingUpstream
let folder: string
let say: (name: string, args?: Readonly<Record<string, string>>) => Promise<void>

beforeAll(async () => {
  upstream = await startRecordingUpstream()
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-watch-'))
  mkdirSync(join(folder, 'policies'))
  writeFileSync(join(folder, 'policies', 'a.cedar'), POLICIES)
  scene = await openConsole(
    { target: { transport: 'http', url: upstream.url } },
    {
      policies: [`${folder}/policies`],
      approvals: { hold: '1s', flood: { requests: 1_000, declines: 1_000 } },
    },
  )
  const { dataDir, issuer } = scene.gateway
  const proof = bearer(await tokensOf(dataDir, issuer)('/mcp/target'))
  say = async (name, args = {}) => {
    const answer = await call(scene.gateway, proof, name, { arguments: args })
    expect([200, 403], await answer.text()).toContain(answer.status)
  }
}, 120_000)
afterAll(async () => {
  await scene?.close()
  await upstream?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const rows = ({ page }: ConsoleTab) => page.getByRole('grid', { name: 'Calls' }).getByRole('row')
const rowOf = (tab: ConsoleTab, name: string) => rows(tab).filter({ hasText: name }).first()

test('a gateway that nobody has called says how, until the first call comes', async () => {
  const tab = await scene.open()
  await tab.visit('/')
  const first = tab.page.getByRole('region', { name: 'Connect a host' })
  await first.getByText(`bailiwick ${scene.gateway.issuer}/mcp`).waitFor()
  await tab.screenshot('overview-first')
  await say('echo', { message: 'good morning' })
  await first.waitFor({ state: 'detached' })
  await tab.page.getByRole('link', { name: /^Calls 1 / }).waitFor()
  tab.expectClean()
}, 60_000)

test('a blocked call appears as it happens, and says why, by keyboard alone', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/live')
  await say('danger')
  await say('mirror')
  await say('echo', { message: RIVAL })
  await rowOf(tab, 'no-rivals').getByText('Denied').waitFor()
  await rowOf(tab, 'danger').getByText('Asked').waitFor()
  await rowOf(tab, 'mirror').getByText('Would deny').waitFor()
  await tab.screenshot('live')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/console\/live\/[\w-]+$/)
  const drawer = page.getByRole('dialog', { name: /^echo/ })
  await drawer.getByText('Nothing reached the server.').waitFor()
  const marked = drawer.locator('mark.call-decides')
  expect(await marked.innerText()).toContain('context.args.message like "*rival*"')
  await drawer.getByText('@remedy("leave the rival out")').waitFor()
  await drawer
    .getByRole('region', { name: 'What would have been permitted' })
    .getByText('leave the rival out', { exact: true })
    .waitFor()
  await tab.screenshot('live-call')
  await page.keyboard.press('Escape')
  await page.waitForURL('**/console/live')
  tab.expectClean()
}, 60_000)

test('what a call carried is shown when somebody asks, whole, and that is on record', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/live?q=echo&effect=deny')
  await rowOf(tab, 'no-rivals').click()
  const drawer = page.getByRole('dialog', { name: /^echo/ })
  await drawer.getByRole('tab', { name: 'What it carried' }).click()
  await page.waitForURL('**view=carried**')
  expect(await drawer.innerText()).not.toContain('a word about')
  await press(page, 'Show what it carried')
  await drawer.getByText('It is on record that you saw this.').waitFor()
  await drawer.getByText('a word about the rival').first().waitFor()
  await drawer.getByTitle('U+200B zero width space').first().waitFor()
  await tab.screenshot('live-call-carried')
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const { events } = await asked(tab, '/events?event=record.revealed')
  expect(events).toContain(id)
  await drawer.getByRole('tab', { name: 'Record' }).click()
  await drawer
    .getByText(/^[0-9a-f]{64}$/)
    .first()
    .waitFor()
  await tab.screenshot('live-call-record')
  await drawer.getByRole('button', { name: 'Make a rule from this' }).click()
  await drawer.getByRole('checkbox', { name: 'message' }).check()
  await drawer.getByText('context.args.message ==').waitFor()
  await tab.screenshot('live-call-rule')
  const link = drawer.getByRole('link', { name: 'Take it into the editor' })
  expect(await link.getAttribute('href')).toContain(`/console/policies/editor?rule=${id}`)
  tab.expectClean()
}, 60_000)

test('an operator sees why, and not what it carried', async () => {
  const login = await scene.operator.person('operator')
  await scene.operator.people.setGroups('operator' as never, ['operators'])
  const tab = await scene.open({ as: login })
  await tab.visit('/live?effect=deny')
  await rowOf(tab, 'no-rivals').click()
  const drawer = tab.page.getByRole('dialog', { name: /^echo/ })
  await drawer.getByText('leave the rival out', { exact: true }).waitFor()
  await drawer.getByRole('tab', { name: 'What it carried' }).click()
  await drawer.getByText('Your roles do not show what calls carried').waitFor()
  expect(await drawer.getByRole('button', { name: 'Show what it carried' }).count()).toBe(0)
  tab.expectClean()
}, 60_000)

test('while one reads further down nothing moves; what is new waits and is counted', async () => {
  const tab = await scene.open()
  const { page } = tab
  const messages = Array.from({ length: 40 }, (_, count) => `number ${count}`)
  await Promise.all(messages.map((message) => say('echo', { message })))
  await tab.visit('/live')
  await rows(tab).nth(20).waitFor()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  const top = await rows(tab).nth(1).innerText()
  await say('danger')
  await say('danger')
  await page.getByRole('button', { name: '2 new' }).waitFor()
  expect(await rows(tab).nth(1).innerText()).toBe(top)
  await press(page, '2 new')
  await rows(tab).nth(1).getByText('Asked').waitFor()
  await page
    .locator('.live-feed .table-scroll')
    .evaluate((box) => Object.assign(box, { scrollTop: 400 }))
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  await say('danger')
  await page.getByRole('button', { name: '1 new' }).waitFor()
  tab.expectClean()
}, 60_000)

test('filters stand in the address, and hold for what comes', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/live')
  await page.getByRole('link', { name: 'Asked', exact: true }).click()
  await page.waitForURL('**/live?effect=ask')
  await rowOf(tab, 'echo').waitFor({ state: 'detached' })
  await rowOf(tab, 'danger').waitFor()
  const before = await rows(tab).count()
  await say('echo', { message: 'not that' })
  await say('danger')
  await expect.poll(() => rows(tab).count(), { timeout: 20_000 }).toBeGreaterThan(before)
  expect(await rowOf(tab, 'echo').count()).toBe(0)
  await page.keyboard.press('/')
  await page.keyboard.type('nothing begins so')
  await page.getByText('No call fits so far').waitFor()
  await press(page, 'Show all calls')
  await rowOf(tab, 'echo').waitFor()
}, 60_000)

const VIEWS = ['/', '/live', '/live?effect=deny']

test.for(['dark', 'light'] as const)(
  'axe finds nothing on these pages, %s',
  { timeout: 240_000 },
  async (theme) => {
    const tab = await scene.open({ theme, policy: 'off for axe' })
    for (const view of VIEWS) {
      await tab.visit(view)
      await tab.screenshot(`watch${view.replaceAll(/\W/g, '-')}`)
      expect(await tab.axe(RULES[theme]), view).toEqual([])
    }
    await rowOf(tab, 'no-rivals').click()
    for (const name of ['Decision', 'Who', 'What it carried', 'Record', 'Replay', 'Rule']) {
      await tab.page.getByRole('tab', { name, exact: true }).click()
      await tab.page.locator('.skeletons').first().waitFor({ state: 'detached' })
      await tab.screenshot(`call-${name.replaceAll(' ', '-')}`)
      expect(await tab.axe(RULES[theme]), name).toEqual([])
    }
  },
)

// biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own
async function asked({ page }: ConsoleTab, path: string): Promise<any> {
  const answer = await page.request.get(`${scene.gateway.issuer}/admin/api/v1${path}`, {
    headers: { 'x-bailiwick-console': '1', 'sec-fetch-site': 'same-origin' },
  })
  const { items } = (await answer.json()) as { readonly items: readonly { target: string }[] }
  return { events: items.map(({ target }) => target) }
}
