import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES, type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import type { ProviderSettings } from './settings.ts'
import { newBrowser } from './testing/browser.ts'
import { startGateway, type TestGateway } from './testing/gateway.ts'
import { type RealProvider, startRealProvider } from './testing/real-provider.ts'

const SECRET = 'a secret of the provider for us'
const onCallback = (url: string) => url.includes('/oauth/federation/')

describe.each(ENGINES)('logins at a real provider, kept on %s', (engine) => {
  let fresh: FreshStore
  let acme: RealProvider
  let other: RealProvider
  let gateway: TestGateway

  const settingsOf = (id: string, provider: RealProvider): ProviderSettings => ({
    id,
    name: `Login of ${id}`,
    issuer: provider.issuer,
    clientId: provider.clientId,
    authentication: { kind: 'client_secret', secret: () => SECRET },
    createUsers: true,
    groups: { claim: ['groups'], map: { developers: 'engineering' } },
  })

  beforeAll(async () => {
    fresh = await freshStore(engine)
    ;[acme, other] = await Promise.all([startRealProvider(), startRealProvider()])
    gateway = await startGateway({
      fresh,
      providers: () => [settingsOf('acme', acme), settingsOf('other', other)],
    })
    const redirect = (id: string) => `${gateway.origin}/oauth/federation/${id}/callback`
    acme.expect({ redirect: redirect('acme'), secret: SECRET })
    other.expect({ redirect: redirect('other'), secret: SECRET })
  })
  afterAll(async () => {
    await Promise.all([gateway.close(), acme.close(), other.close()])
    await fresh.remove()
  })

  /** A browser that has been at the provider and is about to come back. */
  async function atCallback(uid: string, provider = 'acme', browser = newBrowser()) {
    await browser.get(gateway.interaction(uid))
    const { url } = await browser.follow(gateway.start(uid, provider), onCallback)
    return { browser, callback: url }
  }

  test('a person comes in, with the groups that are mapped', async () => {
    acme.script({
      subject: 'ada',
      claims: { name: 'Ada Lovelace', groups: ['developers', 'everyone'] },
      amr: ['pwd', 'mfa', 'proprietary'],
    })
    const { browser, callback } = await atCallback('one')
    const { got } = await browser.follow(callback)
    expect(got).toMatchObject({ status: 200, text: 'done' })
    expect(gateway.logins.at(-1)).toEqual({
      provider: 'acme',
      subject: 'ada',
      name: 'Ada Lovelace',
      groups: ['engineering'],
      create: true,
    })
    expect(gateway.ends.at(-1)).toEqual({
      uid: 'one',
      user: 'acme|ada',
      methods: ['fed', 'pwd', 'mfa'],
    })
  })
})
