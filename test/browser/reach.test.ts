import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, startClient } from './client.ts'
import type { Login } from './operator.ts'
import { openScene, type Scene } from './scene.ts'
import { press, seen, signIn } from './steps.ts'

const SCOPE = 'read write notes:delete_note offline_access'

let scene: Scene
let issuer: string
let client: Client
let ada: Login
let count = 0

beforeAll(async () => {
  scene = await openScene()
  issuer = scene.gateway.issuer
  client = await startClient(issuer)
})
beforeEach(async () => {
  ada = await scene.person(`ada-${++count}`)
})
afterAll(async () => {
  await client?.stop()
  await scene?.close()
})

/** A page at each stop of a person's way, from an invitation to the end of a program's access. */
async function walk(options: BrowserContextOptions, at: (page: Page) => Promise<void>) {
  const id = `walker-${count}`
  await scene.people.create({ id })
  const { secret } = await scene.people.link(id, 'invite')
  const chosen = { user: id, password: 'a long word of the walker 7' }
  const page = await scene.visitor(options)
  const stop = async (heading: string): Promise<void> => {
    await seen(page, heading)
    await at(page)
  }
  await page.goto(`${issuer}/setup?code=${secret}`)
  await stop('Welcome to Bailiwick')
  await page.getByLabel('New password').fill('short')
  await page.getByLabel('The same password again').fill('other')
  await press(page, 'Accept')
  await page.locator('.summary').waitFor()
  await stop('Welcome to Bailiwick')
  await page.getByLabel('New password').fill(chosen.password)
  await page.getByLabel('The same password again').fill(chosen.password)
  await press(page, 'Accept')
  await stop('Keep your recovery codes')
  const code = await page.getByRole('list', { name: 'Recovery codes' }).locator('li').first()
  const recovery = await code.innerText()
  await page.getByLabel('I have kept these codes').check()
  await press(page, 'Continue')
  await stop('You are set up')
  await page.getByRole('link', { name: 'Go to your account' }).click()
  await stop('Your account')
  const changed = { ...chosen, password: 'another long word of the walker 8' }
  await page.getByLabel('New password').fill(changed.password)
  await page.getByLabel('The same password again').fill(changed.password)
  await press(page, 'Change the password')
  await page.getByText('The password was changed.').waitFor()
  await press(page, 'Sign out')
  await stop('Sign in')
  const asked = client.ask({ scope: SCOPE })
  await page.goto(asked.url)
  await signIn(page, chosen)
  await page.locator('.summary').waitFor()
  await stop('Sign in')
  await signIn(page, changed)
  await stop('Allow access?')
  const arrived = client.next()
  await press(page, 'Allow')
  await client.redeem(asked, await arrived)
  await page.goto(`${issuer}/oauth/account`)
  await stop('Your account')
  await press(page, `End the access of ${client.name}`)
  await page.getByText('The program’s access has ended.').waitFor()
  await press(page, 'Sign out')
  await page.getByRole('link', { name: 'Use a recovery code' }).click()
  await stop('Use a recovery code')
  await page.getByLabel('Name', { exact: true }).fill(id)
  await page.getByLabel('Recovery code').fill(recovery)
  await press(page, 'Sign in')
  await stop('Your account')
  await page.goto(`${issuer}/oauth/interaction/over`)
  await stop('This page is no longer good')
  await page.goto(`${issuer}/setup?code=${secret}`)
  await stop('This link is no longer good')
}

test('everything but passkeys works without JavaScript', { timeout: 60_000 }, async () => {
  let stops = 0
  await walk({ javaScriptEnabled: false }, async () => {
    stops++
  })
  expect(stops).toBe(13)
})

describe('every page', () => {
  test.each([
    { width: 1_000, colorScheme: 'light' },
    { width: 320, colorScheme: 'dark' },
  ] as const)(
    'can be read at $width px, $colorScheme, breaks no policy, and names all it has',
    { timeout: 60_000 },
    async ({ width, colorScheme }) => {
      const broken: string[] = []
      const options = { colorScheme, viewport: { width, height: 700 } }
      let watched: Page | undefined
      await walk(options, async (page) => {
        if (watched === undefined) {
          watched = page
          page.on('pageerror', (error) => broken.push(error.message))
          page.on('console', (message) => {
            if (!message.text().startsWith('Failed to load resource')) broken.push(message.text())
          })
        }
        expect(await problemsOf(page)).toEqual([])
      })
      expect(broken).toEqual([])
    },
  )
})

/** What people with other senses, or small screens, would stumble over. */
async function problemsOf(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`(() => {
    const all = (selector) => [...document.querySelectorAll(selector)]
    const shown = (one) => one.checkVisibility()
    const problems = []
    const at = (what, ones) => { for (const one of ones) problems.push(what + ': ' + one.outerHTML.slice(0, 200)) }
    if (document.documentElement.lang !== 'en') problems.push('no language')
    if (!/ – Bailiwick$/.test(document.title)) problems.push('title: ' + document.title)
    if (all('h1').length !== 1 || all('main').length !== 1) problems.push('not one heading and one main part')
    if (document.documentElement.scrollWidth > innerWidth) problems.push('wider than the screen')
    const ids = all('[id]').map(({ id }) => id)
    if (new Set(ids).size < ids.length) problems.push('an id stands twice: ' + ids)
    at('no label', all('input:not([type=hidden])').filter((one) => one.labels.length === 0))
    at('no name', all('a, button, summary').filter((one) => (one.ariaLabel ?? one.textContent).trim() === ''))
    at('points nowhere', all('[aria-describedby], [aria-labelledby]').filter((one) =>
      ((one.getAttribute('aria-describedby') ?? '') + ' ' + (one.getAttribute('aria-labelledby') ?? ''))
        .trim().split(/\\s+/).some((id) => document.getElementById(id) === null)))
    at('small', all('button, a.button, input[type=text], input[type=password]').filter(shown)
      .filter((one) => one.getBoundingClientRect().height < 44))
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number)
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
    const ground = (one) => {
      const own = channels(getComputedStyle(one).backgroundColor)
      return own.length === 4 && own[3] === 0 && one.parentElement ? ground(one.parentElement) : own
    }
    const texts = all('body *').filter((one) => shown(one) &&
      [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''))
    at('little contrast', texts.filter((one) => {
      const [a, b] = [light(channels(getComputedStyle(one).color)), light(ground(one))]
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5
    }))
    return problems
  })()`)) as readonly string[]
}

describe('the keyboard alone', () => {
  /** Presses Tab until the named one has the focus; the names on the way. */
  async function tabTo(page: Page, name: string): Promise<readonly string[]> {
    const passed: string[] = []
    for (let presses = 0; presses < 60 && passed.at(-1) !== name; presses++) {
      await page.keyboard.press('Tab')
      passed.push(String(await page.evaluate(FOCUSED)))
    }
    expect(passed.at(-1)).toBe(name)
    return passed
  }
  const FOCUSED = `(() => {
    const one = document.activeElement
    if (one === null || getComputedStyle(one).outlineStyle === 'none') return 'nothing that is seen'
    return (one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent).trim()
  })()`

  test('signs in and allows; Deny comes before Allow', async () => {
    const page = await scene.visitor()
    const asked = client.ask({ scope: SCOPE })
    await page.goto(asked.url)
    await seen(page, 'Sign in')
    // The first field has the focus.
    await page.keyboard.type(ada.user)
    await tabTo(page, 'Password')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await seen(page, 'Allow access?')
    const passed = await tabTo(page, 'Allow')
    expect(passed).not.toContain('nothing that is seen')
    expect(passed.at(-2)).toBe('Deny')
    expect(passed.slice(0, 2)).toEqual(['Skip to the content', 'Not you? Switch'])
    expect(passed).toEqual(expect.arrayContaining(['Read and write', 'Stay connected']))
    const arrived = client.next()
    await page.keyboard.press('Enter')
    expect((await arrived).has('code')).toBe(true)
  })

  test('denies, and Enter in a choice allows nothing', async () => {
    const page = await scene.visitor()
    const asked = client.ask({ scope: SCOPE })
    await page.goto(asked.url)
    await signIn(page, ada)
    await seen(page, 'Allow access?')
    // Enter presses the first button of a form, so that must not be Allow.
    await tabTo(page, 'Stay connected')
    const arrived = client.next()
    await page.keyboard.press('Enter')
    expect((await arrived).get('error')).toBe('access_denied')
    await seen(page, 'Back at the client')
    const again = client.ask({ scope: SCOPE })
    await page.goto(again.url)
    await tabTo(page, 'Deny')
    const denied = client.next()
    await page.keyboard.press('Enter')
    expect((await denied).get('error')).toBe('access_denied')
  })
})
