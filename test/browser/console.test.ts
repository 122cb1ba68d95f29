import { afterAll, beforeAll, expect, test } from 'vitest'
import { PAGES } from '../../src/console/app/pages.ts'
import { type ConsoleScene, openConsole, type Theme } from './console.ts'

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

test('the policy holds: neither a style nor a script that is written into the page counts', async () => {
  const { page } = await scene.open()
  const refused = await page.evaluate(async () => {
    const heard: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      heard.push(effectiveDirective),
    )
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))
    for (const write of [
      () => Object.assign(document.createElement('script'), { src: 'data:text/javascript,1' }),
      () => Object.assign(document.createElement('div'), { innerHTML: '<b>x</b>' }),
    ])
      try {
        write()
      } catch (error) {
        heard.push(String(error).slice(0, 9))
      }
    await new Promise((resolve) => setTimeout(resolve, 100))
    return heard
  })
  const types = 'require-trusted-types-for'
  expect(refused.toSorted()).toEqual(
    ['TypeError', 'TypeError', types, types, 'style-src-elem'].toSorted(),
  )
})

test.for(['dark', 'light'] as const)(
  'axe finds nothing in the shell, %s',
  async (theme: Theme) => {
    const tab = await scene.open({ theme, policy: 'off for axe' })
    await tab.screenshot('shell')
    expect(await tab.axe()).toEqual([])
    await tab.page.keyboard.press('Control+k')
    await tab.page.getByRole('combobox').waitFor()
    await tab.page.keyboard.type('ident')
    await tab.page.getByRole('option').first().waitFor()
    await tab.screenshot('palette')
    expect(await tab.axe()).toEqual([])
    await tab.page.keyboard.press('Escape')
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' })
    await tab.page.keyboard.press('?')
    await tab.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await tab.screenshot('shortcuts')
    expect(await tab.axe()).toEqual([])
  },
  120_000,
)

test('everything is reached by keyboard alone', async () => {
  const { page } = await scene.open()
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByRole('heading', { level: 1, name: 'Identity' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('recor')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Records' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/console/records')
}, 60_000)

test('a theme that was chosen stays, whatever the machine says', async () => {
  const { page } = await scene.open({ theme: 'dark' })
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
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
