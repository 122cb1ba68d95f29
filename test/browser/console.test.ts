import { afterAll, beforeAll, expect, test } from 'vitest'
import { PAGES } from '../../src/console/app/pages.ts'
import { type ConsoleScene, openConsole } from './console.ts'

/** Structure is the same in both. */
const RULES = { dark: 'all', light: 'colours' } as const
let scene: ConsoleScene
beforeAll(async () => {
  scene = await openConsole()
}, 120_000)
afterAll(() => scene.close())

test('the console loads under its policy, asks nobody else, and says nothing wrong', async () => {
  const tab = await scene.open()
  for (const { path, title } of PAGES) {
    await tab.visit(path)
    await tab.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    expect(await tab.page.title()).toBe(`${title} · Bailiwick`)
  }
  tab.expectClean()
}, 120_000)

/** For the page: writes a style, a script and markup, and says what was refused. */
const WRITES = `(async () => {
  const heard = []
  document.addEventListener('securitypolicyviolation', (event) => heard.push(event.effectiveDirective))
  document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))
  for (const [tag, member] of [['script', 'src'], ['div', 'innerHTML']])
    try {
      document.createElement(tag)[member] = '<b>x</b>'
    } catch (error) {
      heard.push(error.name)
    }
  await new Promise((resolve) => setTimeout(resolve, 100))
  return heard
})()`

test('the policy holds: neither a style nor a script that is written into the page counts', async () => {
  const { page } = await scene.open()
  const refused: string[] = await page.evaluate(WRITES)
  const types = 'require-trusted-types-for'
  expect(refused.toSorted()).toEqual(
    ['TypeError', 'TypeError', types, types, 'style-src-elem'].toSorted(),
  )
})

test.for(['dark', 'light'] as const)(
  'axe finds nothing in the shell, %s',
  { timeout: 240_000 },
  async (theme) => {
    const tab = await scene.open({ theme, policy: 'off for axe' })
    await tab.screenshot('shell')
    expect(await tab.axe(RULES[theme])).toEqual([])
    await tab.page.keyboard.press('Control+k')
    await tab.page.getByRole('combobox').waitFor()
    await tab.page.keyboard.type('ident')
    await tab.page.getByRole('option').first().waitFor()
    await tab.screenshot('palette')
    expect(await tab.axe(RULES[theme])).toEqual([])
    await tab.page.keyboard.press('Escape')
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' })
    await tab.page.keyboard.press('?')
    await tab.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await tab.screenshot('shortcuts')
    expect(await tab.axe(RULES[theme])).toEqual([])
  },
)

test('everything is reached by keyboard alone', async () => {
  const { page } = await scene.open()
  const focused = () => page.locator(':focus').innerText()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.locator(':focus').getAttribute('id')).toBe('main')
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByRole('heading', { level: 1, name: 'Identity' }).waitFor()
  expect(await page.locator(':focus').getAttribute('id')).toBe('main')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('recor')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Records' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/console/records')
}, 60_000)

test('a theme that was chosen stays, whatever the machine says', async () => {
  const { page } = await scene.open({ theme: 'dark' })
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const dark = await ground()
  await page.getByRole('button', { name: 'Theme: system. Change to dark' }).click()
  await page.getByRole('button', { name: 'Theme: dark. Change to light' }).click()
  const light = await ground()
  expect(light).not.toBe(dark)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await ground()).toBe(light)
}, 60_000)

test('whoever is not signed in comes to the login page, and then to the page that they wanted', async () => {
  const { page } = await scene.open({ anonymous: true })
  await page.goto(`${scene.gateway.issuer}/console/identity/users?status=active`)
  await page.waitForURL('**/oauth/account/login**')
  await page.getByLabel('Name', { exact: true }).fill(scene.owner.user)
  await page.getByLabel('Password', { exact: true }).fill(scene.owner.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/console/identity/users?status=active')
}, 60_000)
