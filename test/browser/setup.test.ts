import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openScene, type Scene } from './scene.ts'
import { press, seen, signIn } from './steps.ts'

const PASSWORD = 'a long word of the first owner 7'

let scene: Scene
let link: string

beforeAll(async () => {
  scene = await openScene()
  link = /https?:\/\/\S+\/setup\?code=[\w-]+/.exec(scene.gateway.child.output())?.[0] ?? ''
})
afterAll(() => scene?.close())

async function choose(page: Page, name: string, password: string, again = password): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('New password').fill(password)
  await page.getByLabel('The same password again').fill(again)
  await page.locator('button.primary').click()
}

/** The recovery codes that a page shows. */
function codesOf(page: Page): Promise<readonly string[]> {
  return page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts()
}

async function expectDead(page: Page, address: string): Promise<void> {
  const response = await page.goto(address)
  expect(response?.status()).toBe(410)
  await seen(page, 'This link is no longer good')
}

describe('the link that the gateway prints at its first start', () => {
  test('makes an owner, shows recovery codes once, and is dead afterwards', async () => {
    const page = await scene.visitor()
    await page.goto(link)
    await seen(page, 'Set up Bailiwick')
    // Histories and screens keep addresses.
    expect(page.url()).toBe(`${scene.gateway.issuer}/setup`)
    expect(await page.getByLabel('You will sign in as').inputValue()).toBe('owner')

    await choose(page, 'Olga', 'short', 'other')
    await page.locator('.summary').waitFor()
    expect(await page.title()).toMatch(/^Error: /)

    await choose(page, 'Olga', PASSWORD)
    await seen(page, 'Keep your recovery codes')
    const codes = await codesOf(page)
    expect(new Set(codes).size).toBeGreaterThanOrEqual(8)

    await page.getByLabel('I have kept these codes').check()
    await press(page, 'Continue')
    await seen(page, 'You are set up')
    // Nothing of that page was kept, and the form is not sent again unasked.
    await expect(page.goBack()).rejects.toThrow('ERR_CACHE_MISS')

    const account = await page.context().newPage()
    await account.goto(`${scene.gateway.issuer}/oauth/account`)
    await seen(account, 'Your account')
    expect(await account.getByText('owners').count()).toBe(1)

    await expectDead(account, link)
    const stranger = await scene.visitor()
    await expectDead(stranger, link)

    await stranger.goto(`${scene.gateway.issuer}/oauth/account/login/recovery`)
    const recover = async (): Promise<void> => {
      await stranger.getByLabel('Name', { exact: true }).fill('owner')
      await stranger.getByLabel('Recovery code').fill(codes[0] ?? '')
      await press(stranger, 'Sign in')
    }
    await recover()
    await seen(stranger, 'Your account')
    await press(stranger, 'Sign out')
    await stranger.goto(`${scene.gateway.issuer}/oauth/account/login/recovery`)
    await recover()
    await stranger.getByText('was used before').first().waitFor()
  })

  test('is good for one browser when two open it', async () => {
    await scene.people.create({ id: 'pair' })
    const { secret } = await scene.people.link('pair', 'invite')
    const [first, second] = [await scene.visitor(), await scene.visitor()]
    for (const page of [first, second])
      await page.goto(`${scene.gateway.issuer}/setup?code=${secret}`)
    await choose(first, 'First', PASSWORD)
    await seen(first, 'Keep your recovery codes')
    await choose(second, 'Second', 'the password of somebody else 9')
    await seen(second, 'This link is no longer good')
    await second.goto(`${scene.gateway.issuer}/oauth/account`)
    await signIn(second, { user: 'pair', password: 'the password of somebody else 9' })
    await second.getByText('The name or the password is not right.').first().waitFor()
  })
})

describe('an invitation', () => {
  test('lets somebody in as whom it says, and a double click loses no codes', async () => {
    await scene.people.create({ id: 'bob', name: 'Bob', groups: ['writers'] })
    const { secret } = await scene.people.link('bob', 'invite')
    const page = await scene.visitor()
    await page.goto(`${scene.gateway.issuer}/setup?code=${secret}`)
    await seen(page, 'Welcome to Bailiwick')
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('The same password again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Accept' }).dblclick()
    await seen(page, 'Keep your recovery codes')
    expect((await codesOf(page)).length).toBeGreaterThanOrEqual(8)
    await page.goto(`${scene.gateway.issuer}/oauth/account`)
    await seen(page, 'Your account')
    const facts = await page.locator('.facts').getByRole('definition').allInnerTexts()
    expect(facts).toEqual(['Bob', 'bob', 'writers'])
  })

  test('of a reset ends what is open, and the password before it', async () => {
    const login = await scene.person('rita')
    const page = await scene.visitor()
    await page.goto(`${scene.gateway.issuer}/oauth/account`)
    await signIn(page, login)
    await seen(page, 'Your account')
    const { secret } = await scene.people.link('rita', 'reset')
    const other = await scene.visitor()
    await other.goto(`${scene.gateway.issuer}/setup?code=${secret}`)
    await seen(other, 'Choose a new password')
    await choose(other, 'Rita', PASSWORD)
    await seen(other, 'Keep your recovery codes')
    await page.goto(`${scene.gateway.issuer}/oauth/account`)
    await seen(page, 'Sign in')
    await signIn(page, login)
    await page.getByText('The name or the password is not right.').first().waitFor()
  })
})
