import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { newBrowser } from './testing/browser.ts'
import { expectRefused, isCallback, openScene, resetScene, type Scene } from './testing/scene.ts'

describe.each(ENGINES)('logins at a real provider, kept on %s', (engine) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(engine)
  })
  afterAll(() => scene.close())
  beforeEach(() => resetScene(scene))

  test('a person comes in, with the groups that are mapped', async () => {
    scene.acme.script({
      subject: 'ada',
      claims: { name: 'Ada Lovelace', groups: ['developers', 'everyone'] },
      amr: ['pwd', 'mfa', 'proprietary'],
    })
    const { browser, callback, uid } = await scene.atCallback()
    const { got } = await browser.follow(callback)
    expect(got).toMatchObject({ status: 200, text: 'done' })
    expect(scene.gateway.logins.at(-1)).toEqual({
      provider: 'acme',
      subject: 'ada',
      name: 'Ada Lovelace',
      groups: ['engineering'],
      create: true,
    })
    expect(scene.gateway.ends.at(-1)).toEqual({
      uid,
      user: 'acme|ada',
      methods: ['fed', 'pwd', 'mfa'],
    })
  })

  test('groups that the provider does not tell are none, and whoever runs the gateway hears of it', async () => {
    scene.acme.script({ subject: 'ada', claims: { _claim_names: { groups: 'src1' } } })
    const { browser, callback } = await scene.atCallback()
    expect((await browser.follow(callback)).got.text).toBe('done')
    expect(scene.gateway.logins.at(-1)?.groups).toEqual([])
    expect(scene.gateway.lines.at(-1)).toContain('acme did not say the groups of ada')
  })

  test('a person comes in from outside any interaction and goes on where they were', async () => {
    const browser = newBrowser()
    const start = `${scene.gateway.origin}/login?provider=acme&returnTo=/account?tab=1`
    const { url } = await browser.follow(start, isCallback)
    const { got } = await browser.follow(url)
    expect(got).toMatchObject({ status: 200, text: 'done' })
    const end = { returnTo: '/account?tab=1', user: 'acme|ada', methods: ['fed'] }
    expect(scene.gateway.ends.at(-1)).toEqual(end)
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'account',
    '/a/../..//x',
  ])('a way back that is not a path of ours begins no login: %s', async (returnTo) => {
    const start = `${scene.gateway.origin}/login?provider=acme&returnTo=${encodeURIComponent(returnTo)}`
    expect(await newBrowser().get(start)).toMatchObject({ status: 400, location: undefined })
  })

  test('a key proves us to the provider, and it must say how strong the login was', async () => {
    const good = await scene.atCallback({ provider: 'other' })
    expect((await good.browser.follow(good.callback)).got.text).toBe('done')

    scene.other.script({ subject: 'eve', acr: 'silver' })
    const weak = await scene.atCallback({ provider: 'other' })
    const { got } = await weak.browser.follow(weak.callback)
    expectRefused(got, 403)
    expect(got.text).toContain(`href="/oauth/interaction/${weak.uid}"`)
    expect(scene.events.at(-1)).toMatchObject({ event: 'login.failed', subject: 'user:other|eve' })
    expect(scene.gateway.ends.filter(({ user }) => user === 'other|eve')).toHaveLength(1)
  })

  describe('when it does not come about', () => {
    test("the provider's words are a claim: escaped, bounded, without tricks", async () => {
      const description = `<img src=x onerror=alert(1)> \u202e${'x'.repeat(5_000)}`
      scene.acme.script({
        subject: 'ada',
        error: { error: 'access_denied', error_description: description },
      })
      const { browser, callback, uid } = await scene.atCallback()
      const got = await browser.get(callback)
      expectRefused(got, 403)
      expect(got.text).toContain('Login &lt;of&gt; acme did not sign you in')
      expect(got.text).toContain('access_denied: &lt;img src=x onerror=alert(1)&gt; xxx')
      expect(got.text).not.toMatch(/<img|\u202e|x{300}/)
      expect(got.text).toContain(`href="/oauth/interaction/${uid}"`)
    })

    test('an error of nobody in particular shows nothing of it', async () => {
      const url = `${scene.gateway.origin}/oauth/federation/acme/callback?error=https://evil.example&state=x`
      const got = await newBrowser().get(url)
      expectRefused(got)
      expect(got.text).not.toContain('error=')
    })

    test('a provider that is down says so, and the others go on', async () => {
      const browser = newBrowser()
      await browser.get(scene.gateway.interaction('u'))
      const got = await browser.get(scene.gateway.start('u', 'down'))
      expectRefused(got, 502)
      expect(got.text).toContain('href="/oauth/interaction/u"')
      const { callback } = await scene.atCallback({ browser })
      expect((await browser.follow(callback)).got.text).toBe('done')
      expect(await scene.gateway.federation.check()).toMatchObject([
        { id: 'acme', ok: true },
        { id: 'other', ok: true },
        { id: 'down', ok: false },
      ])
    })

    test.each([
      ['disabled', { refused: 'disabled' }, 403],
      ['not allowed', { refused: 'not-allowed' }, 403],
      ['throttled', { refused: 'throttled', retryAfter: 1_500 }, 429],
    ] as const)('a person who is %s does not come in', async (_name, result, status) => {
      scene.federate = () => result
      const { browser, callback } = await scene.atCallback()
      const got = await browser.get(callback)
      expectRefused(got, status)
      expect(got.headers.get('retry-after')).toBe(status === 429 ? '2' : null)
    })

    test('what cannot be witnessed is refused', async () => {
      scene.other.script({ subject: 'eve', acr: 'silver' })
      scene.witness = () => Promise.reject(new GatewayError('audit_unavailable', 'no record'))
      const { browser, callback } = await scene.atCallback({ provider: 'other' })
      const got = await browser.get(callback)
      expectRefused(got, 503)
      expect(got.text).not.toContain('audit')
    })

    test('a provider that is not there begins no login', async () => {
      const browser = newBrowser()
      await browser.get(scene.gateway.interaction('u'))
      expect(await browser.get(scene.gateway.start('u', 'nobody'))).toMatchObject({ status: 400 })
      expect(scene.gateway.federation.routes('/oauth/federation/nobody/callback')).toBeUndefined()
    })
  })
})
