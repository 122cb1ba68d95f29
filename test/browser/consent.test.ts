import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, startClient, type Tokens } from './client.ts'
import type { Login } from './operator.ts'
import { openScene, type Scene, WEB_HOST } from './scene.ts'
import { press, seen, signIn, signInAtAccount } from './steps.ts'

let scene: Scene
let issuer: string
let local: Client
let web: Client
let ada: Login
let count = 0

beforeAll(async () => {
  scene = await openScene()
  issuer = scene.gateway.issuer
  local = await startClient(issuer, { name: 'Local Editor' })
  web = await startClient(issuer, { name: 'Web Editor', web: true })
})
beforeEach(async () => {
  ada = await scene.person(`ada-${++count}`)
})
afterAll(async () => {
  await web?.stop()
  await local?.stop()
  await scene?.close()
})

/** Opens what a client asks for, and signs in there. */
async function openAsked(url: string) {
  const page = await scene.visitor()
  await page.goto(url)
  await seen(page, 'Sign in')
  await signIn(page, ada)
  await seen(page, 'Allow access?')
  return page
}

describe('the page shows', () => {
  test('who asks, for what, and where access goes', async () => {
    const { url } = local.ask({ scope: 'read write execute offline_access' })
    const page = await openAsked(url)
    const main = await page.locator('main').innerText()
    expect(main).toContain('A program that calls itself “Local Editor”')
    expect(main).toContain('Unverified')
    expect(main).toContain(local.redirect)
    expect(main).toContain(`(${ada.user})`)
    const place = page.locator('.place')
    expect(await place.innerText()).toContain(new URL(local.redirect).host)
    const size = async (selector: string): Promise<number> =>
      Number.parseFloat(
        await page.evaluate(`getComputedStyle(document.querySelector('${selector}')).fontSize`),
      )
    expect(await size('.place')).toBeGreaterThanOrEqual(1.4 * (await size('body')))
    expect(main).toContain('Any program on this computer that listens at this address')
    // Levels are one choice; tools stand under the level that opens them.
    const levels = page.getByRole('group', { name: 'How much may it do?' })
    expect(await levels.getByRole('radio').count()).toBe(3)
    const means = await levels.getByRole('listitem').locator('details').allTextContents()
    expect(means.filter((text) => text !== '')[0]).toContain('list_notes')
    expect(await page.getByLabel('Stay connected').isChecked()).toBe(true)
    expect(await page.getByLabel('Remember my answer').count()).toBe(0)
  })

  test('the host of a web client, without the warning about this computer', async () => {
    const page = await openAsked(web.ask().url)
    expect(await page.locator('.place').innerText()).toContain(WEB_HOST)
    expect(await page.getByText('Any program on this computer').count()).toBe(0)
  })
})

describe('allowing', () => {
  test('sends a code to a listener on this machine, after the login in the same chain', async () => {
    const asked = local.ask({ scope: 'read write' })
    const page = await openAsked(asked.url)
    const arrived = local.next()
    await press(page, 'Allow')
    const answer = await arrived
    await seen(page, 'Back at the client')
    expect(answer.get('state')).toBe(asked.state)
    expect(answer.get('iss')).toBe(issuer)
    expect(levelsOf(await local.redeem(asked, answer))).toEqual(['read', 'write'])
  })

  test('sends a code to a web client', async () => {
    const asked = web.ask()
    const page = await openAsked(asked.url)
    const arrived = web.next()
    await press(page, 'Allow')
    const answer = await arrived
    await seen(page, 'Back at the client')
    expect(levelsOf(await web.redeem(asked, answer))).toEqual(['read'])
  })

  test('by a double click is allowing once', async () => {
    const asked = local.ask()
    const page = await openAsked(asked.url)
    const arrived = local.next()
    await page.getByRole('button', { name: 'Allow' }).dblclick()
    await seen(page, 'Back at the client')
    await local.redeem(asked, await arrived)
    await signedInGrants(1)
  })

  test('less than was asked for gives less', async () => {
    const asked = local.ask({ scope: 'read write notes:delete_note offline_access' })
    const page = await openAsked(asked.url)
    await page.getByLabel('Read', { exact: true }).check()
    await page.getByLabel('delete_note of notes').uncheck()
    await page.getByLabel('Stay connected').uncheck()
    const arrived = local.next()
    await press(page, 'Allow')
    const tokens = await local.redeem(asked, await arrived)
    expect(tokens.scope).toBe('read')
    expect(tokens.refresh_token).toBeUndefined()
  })

  test('a single tool and no level gives that tool', async () => {
    const asked = local.ask({ scope: 'read notes:delete_note' })
    const page = await openAsked(asked.url)
    await page.getByLabel('None of these').check()
    const arrived = local.next()
    await press(page, 'Allow')
    expect(levelsOf(await local.redeem(asked, await arrived))).toEqual(['notes:delete_note'])
  })

  test('nothing is no answer', async () => {
    const page = await openAsked(local.ask({ scope: 'notes:delete_note' }).url)
    await page.getByLabel('delete_note of notes').uncheck()
    const before = local.arrived.length
    await press(page, 'Allow')
    await page.getByText('Nothing is ticked.').first().waitFor()
    expect(local.arrived.length).toBe(before)
  })
})

describe('more access later', () => {
  test('marks what is new, and leaves out nothing that was allowed', async () => {
    const first = local.ask({ scope: 'read' })
    const page = await openAsked(first.url)
    const arrived = local.next()
    await press(page, 'Allow')
    await local.redeem(first, await arrived)
    const second = local.ask({ scope: 'read write notes:delete_note' })
    await page.goto(second.url)
    await seen(page, 'Allow more access?')
    const marks = await Promise.all(
      (await page.locator('.choice').all()).map(async (item) => [
        (await item.locator('label').first().textContent())?.trim().split(/\s/)[0],
        (await item.locator('.tag.new').count()) > 0,
        (await item.textContent())?.includes('Allowed before'),
      ]),
    )
    expect(marks).toContainEqual(['Read', false, true])
    expect(marks).toContainEqual(['Read', true, false])
    expect(marks).toContainEqual(['delete_note', true, false])
    const again = local.next()
    await press(page, 'Allow')
    expect(levelsOf(await local.redeem(second, await again))).toEqual([
      'notes:delete_note',
      'read',
      'write',
    ])
  })
})

test('a program that asks for what it has asks for no more', async () => {
  const page = await openAsked(local.ask().url)
  const arrived = local.next()
  await press(page, 'Allow')
  await arrived
  await seen(page, 'Back at the client')
  await page.goto(local.ask().url)
  await seen(page, 'Allow access?')
  expect(await page.getByText('Allowed before').count()).toBe(0)
})

describe('denying', () => {
  test.each(['local', 'web'])('tells the %s client so, and grants nothing', async (kind) => {
    const client = kind === 'web' ? web : local
    const asked = client.ask({ scope: 'read write' })
    const page = await openAsked(asked.url)
    const arrived = client.next()
    await press(page, 'Deny')
    const answer = await arrived
    expect(answer.get('error')).toBe('access_denied')
    expect(answer.get('state')).toBe(asked.state)
    expect(answer.get('iss')).toBe(issuer)
    expect(answer.has('code')).toBe(false)
    await signedInGrants(0)
  })
})

describe('a remembered answer', () => {
  test('leads a login straight to the web client of an operator', async () => {
    const known = await startClient(issuer, {
      web: true,
      register: async (redirect) => {
        await scene.registerClient('console', redirect)
        return 'console'
      },
    })
    try {
      const page = await openAsked(known.ask().url)
      await page.getByLabel('Remember my answer').check()
      const first = known.next()
      await press(page, 'Allow')
      await first
      // The form of a login leads to the client now; only its own policy lets it.
      const asked = known.ask()
      const other = await scene.visitor()
      await other.goto(asked.url)
      const second = known.next()
      await signIn(other, ada)
      await seen(other, 'Back at the client')
      expect(levelsOf(await known.redeem(asked, await second))).toEqual(['read'])
      expect(new URL(other.url()).hostname).toBe(WEB_HOST)
    } finally {
      await known.stop()
    }
  })
})

/** What a token opens. Whoever may refresh is offered to stay connected, too. */
function levelsOf({ scope }: Tokens): readonly string[] {
  return scope
    .split(' ')
    .filter((one) => one !== 'offline_access')
    .sort()
}

/** How many programs have access in the name of the person of this test. */
async function signedInGrants(expected: number): Promise<void> {
  const page = await scene.visitor()
  await signInAtAccount(page, issuer, ada)
  expect(await page.getByRole('button', { name: /^End the access/ }).count()).toBe(expected)
  await page.context().close()
}
