import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleScene, openConsole } from './console.ts'
import { press } from './steps.ts'

/** Structure is the same in both. */
const RULES = { dark: 'all', light: 'colours' } as const
let scene: ConsoleScene
beforeAll(async () => {
  scene = await openConsole()
  const { people, registerClient } = scene.operator
  await scene.operator.person('grace')
  await people.create({ id: 'alan', name: 'Al\u0430n Turing', groups: ['approvers', 'research'] })
  await registerClient('console-test', 'https://client.example/callback')
}, 120_000)
afterAll(() => scene.close())

const VIEWS = [
  'identity/users',
  'identity/users/grace',
  'identity/groups',
  'identity/agents',
  'identity/clients/console-test',
  'identity/grants',
  'identity/sessions',
  'identity/keys',
  'settings',
  'settings/configuration',
  'settings/messages',
  'access',
  'no-such-page',
]

test.for(['dark', 'light'] as const)(
  'axe finds nothing on these pages, %s',
  { timeout: 240_000 },
  async (theme) => {
    const tab = await scene.open({ theme, policy: 'off for axe' })
    for (const view of VIEWS) {
      await tab.visit(`/${view}`)
      await tab.screenshot(view.replaceAll('/', '-'))
      expect(await tab.axe(RULES[theme]), view).toEqual([])
    }
  },
)

test('an owner makes a user, gives them a group, and disables them', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/identity/users')
  await press(page, 'New user')
  await page.getByLabel('Id', { exact: true }).fill('ada')
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace')
  await page.getByLabel('Groups', { exact: true }).fill('approvers')
  await tab.screenshot('identity-new-user')
  await press(page, 'Create the user')
  await page.getByText('/setup?code=').waitFor()
  await press(page, 'Done')
  await page.getByRole('row').filter({ hasText: 'Ada Lovelace' }).click()
  await page.waitForURL('**/console/identity/users/ada')
  await press(page, 'Disable')
  await tab.screenshot('identity-disable')
  await page
    .getByRole('dialog', { name: 'Disable Ada Lovelace?' })
    .getByRole('button', { name: 'Disable' })
    .click()
  await page
    .getByRole('dialog', { name: 'Ada Lovelace', exact: true })
    .getByText('Disabled')
    .waitFor()
  expect(await scene.operator.people.find('ada')).toMatchObject({
    status: 'disabled',
    groups: ['approvers'],
  })
  tab.expectClean()
}, 60_000)

test('what is wrong with a form stands at its field, with the id of the request', async () => {
  const tab = await scene.open()
  const { page } = tab
  await tab.visit('/identity/users')
  await press(page, 'New user')
  await page.getByLabel('Id', { exact: true }).fill('x'.repeat(65))
  await press(page, 'Create the user')
  const field = page.getByLabel('Id', { exact: true })
  await page
    .getByRole('alert')
    .getByText(/Request/)
    .waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByRole('alert').textContent()).toContain('params_invalid')
}, 60_000)

test('a letter of a name that looks like another is marked', async () => {
  const tab = await scene.open()
  await tab.visit('/identity/users')
  await tab.page
    .getByRole('row')
    .filter({ hasText: 'research' })
    .getByTitle('U+0430 looks like a')
    .waitFor()
}, 60_000)

test('whose session has ended comes to the login page, once, with the way back', async () => {
  const tab = await scene.open()
  await tab.visit('/access')
  await tab.page.context().clearCookies()
  await tab.page.getByRole('link', { name: 'Identity' }).click()
  await tab.page.waitForURL('**/oauth/account/login?return_to=%2Fconsole%2Fidentity')
  await tab.page.getByLabel('Password', { exact: true }).waitFor()
}, 60_000)

test('somebody without a role sees what is their own, and nothing else is offered', async () => {
  const login = await scene.operator.person('member')
  const tab = await scene.open({ as: login })
  // They came to the beginning, which is not for them.
  await tab.page.waitForURL('**/console/approvals')
  await tab.visit('/servers')
  await tab.page.getByText('Your roles do not open this page').waitFor()
  await tab.visit('/access')
  const links = tab.page.getByRole('navigation', { name: 'Pages' }).getByRole('listitem')
  expect(await links.allTextContents()).toEqual([
    'Approvals',
    'My access',
    'Connections',
    'Secrets',
  ])
  tab.expectClean()
}, 60_000)
