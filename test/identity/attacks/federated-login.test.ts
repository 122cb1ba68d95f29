import { beforeAll, describe, expect, test } from 'vitest'
import { ask, leaving } from './flow.ts'
import { type CorporateProvider, startCorporateProvider, TRUST } from './provider.ts'
import { type Browser, type KnownClient, newBrowser, newClient, sceneOf } from './scene.ts'

const SECRET = 'the secret of this gateway at the provider'
let corp: CorporateProvider
let app: KnownClient
const scene = sceneOf(
  async () => {
    corp = await startCorporateProvider()
    const { issuer } = corp
    const clientSecret = 'secret://env/CORP_SECRET'
    return { providers: { corp: { issuer, clientId: 'gateway', clientSecret } } }
  },
  { ...TRUST, CORP_SECRET: SECRET },
)

beforeAll(async () => {
  app = await newClient(scene(), 'app')
})

describe('a login at the corporate provider', () => {
  /** Where a browser is sent for a login. */
  const begin = async (browser: Browser): Promise<URL> => {
    const page = await browser.visit(ask(scene(), app).url)
    const link = /href="([^"]*\/provider\/corp[^"]*)"/.exec(page.text)?.[1] ?? ''
    expect(link).not.toBe('')
    const to = leaving(await browser.visit(new URL(link.replaceAll('&amp;', '&'), page.url).href))
    if (to === undefined) throw new Error('nobody was sent away')
    return to
  }
  const callback = (parameters: Record<string, string>): string =>
    `${scene().issuer}/oauth/federation/corp/callback?${new URLSearchParams(parameters)}`

  test('begins with PKCE and a state that says nothing', async () => {
    const states = new Set<string>()
    for (let count = 0; count < 25; count++) {
      const to = await begin(newBrowser(scene()))
      expect(`${to.origin}${to.pathname}`).toBe(`${corp.issuer}/authorize`)
      expect(to.searchParams.get('code_challenge_method')).toBe('S256')
      expect(to.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      expect(to.searchParams.get('nonce')).toMatch(/^[\w-]{22,}$/)
      expect(to.searchParams.get('redirect_uri')).toBe(callback({}).slice(0, -1))
      const state = to.searchParams.get('state') ?? ''
      expect(state).toMatch(/^[\w-]{43,}$/)
      expect(Buffer.from(state, 'base64url').toString()).not.toMatch(/http|redirect/)
      expect(to.href).not.toContain('7777')
      states.add(state)
    }
    expect(states.size).toBe(25)
  })

  test('ends only where it began, once, and never at an address of the answer', async () => {
    const victim = newBrowser(scene())
    const attacker = newBrowser(scene())
    const [mine, theirs] = [await begin(victim), await begin(attacker)]
    const evil = { redirect_uri: 'https://evil.example/cb', returnTo: 'https://evil.example' }
    const polluted = Buffer.from(JSON.stringify(evil)).toString('base64url')
    const state = mine.searchParams.get('state') ?? ''
    const foreign = theirs.searchParams.get('state') ?? ''
    const code = 'a-code-of-the-provider'
    const iss = corp.issuer
    const attempts: readonly Record<string, string>[] = [
      { code, iss },
      { code, iss, state: '' },
      { code, iss, state: polluted },
      { code, iss, state: 'A'.repeat(43) },
      { code, iss, state: foreign },
      { code, iss, state: `${state}x` },
    ]
    for (const parameters of attempts) {
      const page = await victim.visit(callback(parameters))
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
      expect(page.text).not.toContain('evil.example')
    }
    expect(corp.exchanges).toEqual([])
    const mixed = await victim.visit(callback({ code, state, iss: 'https://evil.example' }))
    expect([mixed.status, mixed.headers.get('location')]).toEqual([400, null])
    expect(corp.exchanges).toEqual([])
    const again = await victim.visit(callback({ code, state, iss }))
    expect([again.status, again.headers.get('location')]).toEqual([400, null])
    expect(corp.exchanges).toEqual([])
  })

  test('shows the provider’s code the verifier, and the browser nothing', async () => {
    const browser = newBrowser(scene())
    const to = await begin(browser)
    const state = to.searchParams.get('state') ?? ''
    const page = await browser.visit(callback({ code: 'unknown-code', state, iss: corp.issuer }))
    expect(page.headers.get('location')).toBeNull()
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(corp.exchanges.at(-1)).toMatch(/code_verifier=[\w.~-]{43,}/)
    expect(page.text).not.toContain(SECRET)
  })
})
