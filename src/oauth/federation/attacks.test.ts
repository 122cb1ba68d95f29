import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { type Browser, newBrowser } from './testing/browser.ts'
import { expectRefused, openScene, resetScene, type Scene } from './testing/scene.ts'

const EVIL = 'https://evil.example/callback'

describe.each(ENGINES)('attacks on logins, kept on %s', (engine) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(engine)
  })
  afterAll(() => scene.close())
  beforeEach(() => resetScene(scene))

  describe('state', () => {
    test.each([
      ['none', (query: URLSearchParams) => query.delete('state')],
      ['an empty one', (query: URLSearchParams) => query.set('state', '')],
      ['an unknown one', (query: URLSearchParams) => query.set('state', 'A'.repeat(43))],
      [
        'one that wants to be read',
        (query: URLSearchParams) =>
          query.set('state', Buffer.from(JSON.stringify({ redirect: EVIL })).toString('base64url')),
      ],
      ['a second one', (query: URLSearchParams) => query.append('state', 'A'.repeat(43))],
    ])('%s opens nothing', async (_name, change) => {
      const { browser, callback } = await scene.atCallback()
      expectRefused(await browser.get(changed(callback, change)))
      expect(scene.exchanges()).toBe(0)
      // The right one still does: the refusals were about the state.
      expect((await browser.follow(callback)).got.text).toBe('done')
    })

    test('is good for ten minutes', async () => {
      const { browser, callback } = await scene.atCallback()
      scene.now += 10 * 60_000
      expectRefused(await browser.get(callback))
      scene.now -= 1
      expect((await browser.follow(callback)).got.text).toBe('done')
    })

    test('is good once, whatever came of it', async () => {
      const { browser, callback } = await scene.atCallback()
      expect((await browser.get(callback)).status).toBe(303)
      expectRefused(await browser.get(callback))
      expect(scene.exchanges()).toBe(1)
    })

    test('is good once, and once only when the browser kept its cookie', async () => {
      const { browser, callback } = await scene.atCallback()
      const twin = await twinOf(browser, callback)
      expect((await browser.get(callback)).status).toBe(303)
      expectRefused(await twin.get(callback))
    })

    test('lets one of twenty parallel callbacks through', async () => {
      const { browser, callback } = await scene.atCallback()
      const got = await Promise.all(Array.from({ length: 20 }, () => browser.get(callback)))
      expect(got.filter(({ status }) => status === 303)).toHaveLength(1)
      expect(got.filter(({ status }) => status === 400)).toHaveLength(19)
      expect(scene.exchanges()).toBe(1)
    })

    test('of another person is no use, and theirs stays good', async () => {
      const ada = await scene.atCallback()
      scene.acme.script({ subject: 'mallory' })
      const mallory = await scene.atCallback({ uid: 'mallorys' })
      const swapped = changed(mallory.callback, (query) =>
        query.set('state', String(new URL(ada.callback).searchParams.get('state'))),
      )
      for (let i = 0; i < 3; i += 1) expectRefused(await mallory.browser.get(swapped))
      expect(scene.events).toHaveLength(1)
      expect(scene.events.at(-1)).toMatchObject({ event: 'login.failed', outcome: 'refused' })
      expect((await ada.browser.follow(ada.callback)).got.text).toBe('done')
    })

    test("an attacker's callback in a victim's browser logs nobody in", async () => {
      scene.acme.script({ subject: 'mallory' })
      const attacker = await scene.atCallback({ uid: 'attackers' })
      const victim = await scene.atCallback({ uid: 'victims' })
      const ends = scene.gateway.ends.length
      for (const browser of [newBrowser(), victim.browser]) {
        const got = await browser.get(attacker.callback)
        expectRefused(got)
        expect(got.headers.getSetCookie()).toEqual([])
      }
      expect(scene.gateway.ends).toHaveLength(ends)
    })

    test('has 256 bits, and nothing of one login comes again in another', async () => {
      const url = `${scene.gateway.origin}/login?provider=acme&returnTo=/`
      const starts = Array.from({ length: 1_000 }, () => () => newBrowser().get(url))
      const seen = new Map(
        ['state', 'nonce', 'code_challenge'].map((name) => [name, new Set<string>()]),
      )
      while (starts.length > 0) {
        for (const { location } of await Promise.all(starts.splice(0, 50).map((go) => go()))) {
          const query = new URL(String(location)).searchParams
          expect(query.get('code_challenge_method')).toBe('S256')
          for (const [name, values] of seen) values.add(bitsOf(query.get(name)))
        }
      }
      expect([...seen.values()].map(({ size }) => size)).toEqual([1_000, 1_000, 1_000])
      expect(new Set([...seen.values()].flatMap((values) => [...values]))).toHaveProperty(
        'size',
        3_000,
      )
    })

    test('begun anew in the same interaction, the earlier one is over', async () => {
      const first = await scene.atCallback()
      const second = await scene.atCallback(first)
      expectRefused(await first.browser.get(first.callback))
      expect((await second.browser.follow(second.callback)).got.text).toBe('done')
    })

    test('the database holds nothing that would open a login', async () => {
      const { browser, callback } = await scene.atCallback()
      const shown = [...new URL(callback).searchParams.values()]
      const rows = await scene.fresh.store.db.selectFrom('oauth_object').selectAll().execute()
      const dump = JSON.stringify(rows)
      expect(rows.length).toBeGreaterThan(0)
      for (const value of [...shown, ...browser.values(callback), 'verifier', 'nonce'])
        expect(dump).not.toContain(value)
    })

    test('is not used up by what is no navigation', async () => {
      const { browser, callback } = await scene.atCallback()
      expect((await browser.post(callback)).status).toBe(405)
      expect((await fetch(callback, { method: 'HEAD' })).status).toBe(405)
      expect((await browser.follow(callback)).got.text).toBe('done')
    })
  })

  describe('the ticket', () => {
    test('opens nothing in another browser, nor a second time', async () => {
      const { browser, callback, uid } = await scene.atCallback()
      const { location = '' } = await browser.get(callback)
      expect(location).toBe(`${scene.gateway.origin}/oauth/interaction/${uid}/federated`)
      const ends = scene.gateway.ends.length
      expectRefused(await newBrowser().get(location))

      const victim = newBrowser()
      await victim.get(scene.gateway.interaction('victims'))
      expectRefused(await victim.get(location.replace(uid, 'victims')))
      expect(scene.gateway.ends).toHaveLength(ends)

      const twin = await twinOf(browser, location)
      expect((await browser.get(location)).text).toBe('done')
      expectRefused(await twin.get(location))
      expect(scene.gateway.ends).toHaveLength(ends + 1)
    })

    test('planted in a browser, it does not end an interaction of that browser', async () => {
      const { browser, callback } = await scene.atCallback()
      const { location = '' } = await browser.get(callback)
      const [ticket = ''] = browser.pairs(location).filter((pair) => pair.includes('federated'))

      const victim = newBrowser()
      await victim.get(scene.gateway.interaction('victims'))
      const theirs = `${scene.gateway.origin}/oauth/interaction/victims/federated`
      victim.plant(theirs, ticket, '/')
      const ends = scene.gateway.ends.length
      expectRefused(await victim.get(theirs))
      // Nor the attacker's own interaction, whose cookie the victim does not have.
      expectRefused(await victim.get(location))
      expect(scene.gateway.ends).toHaveLength(ends)
    })

    test('is good for a minute', async () => {
      const { browser, callback } = await scene.atCallback()
      const { location = '' } = await browser.get(callback)
      scene.now += 60_000
      expectRefused(await browser.get(location))
    })
  })

  describe('mix-up', () => {
    test('what one provider was asked, another cannot answer', async () => {
      const { browser, callback } = await scene.atCallback()
      expectRefused(await browser.get(callback.replace('/acme/', '/other/')))
      // Even where the cookie is shown at both.
      const [pair = ''] = browser.pairs(callback)
      browser.plant(callback.replace('/acme/', '/other/'), pair, '/')
      expectRefused(await browser.get(callback.replace('/acme/', '/other/')))
      expect(scene.exchanges()).toBe(0)
      expect(scene.other.requests).toEqual([])
    })

    test.each([
      ['another issuer', (query: URLSearchParams) => query.set('iss', scene.other.issuer)],
      ['a form of ours', (query: URLSearchParams) => query.set('iss', `${scene.acme.issuer}/`)],
      ['no issuer, though it promised one', (query: URLSearchParams) => query.delete('iss')],
    ])('an answer that names %s is not exchanged', async (_name, change) => {
      const { browser, callback } = await scene.atCallback()
      expectRefused(await browser.get(changed(callback, change)))
      expect(scene.exchanges()).toBe(0)
      expect(scene.events.at(-1)).toMatchObject({ event: 'login.failed', target: 'provider:acme' })
    })
  })
})

/** A browser with the same cookies: what a thief of the browser's files would have. */
async function twinOf(browser: Browser, url: string): Promise<Browser> {
  const twin = newBrowser()
  for (const pair of browser.pairs(url)) twin.plant(url, pair, '/')
  return twin
}
function changed(url: string, change: (parameters: URLSearchParams) => void): string {
  const copy = new URL(url)
  change(copy.searchParams)
  return copy.href
}

function bitsOf(value: string | null): string {
  const bytes = Buffer.from(value ?? '', 'base64url')
  expect(bytes).toHaveLength(32)
  return bytes.toString('hex')
}
