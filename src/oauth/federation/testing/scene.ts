import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import type { FederatedLogin, LoginResult } from '../../../kernel/accounts.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { Engine } from '../../../store/migrations.ts'
import { type FreshStore, freshStore } from '../../../store/testing/fresh-store.ts'
import type { ProviderSettings } from '../settings.ts'
import { type Browser, type Got, newBrowser } from './browser.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { type RealProvider, startRealProvider } from './real-provider.ts'

const SECRET = 'a secret of the provider for us'

const START = Date.now()

/** A gateway with two real providers, `acme` and `other`, and one that is `down`. */
export interface Scene {
  readonly fresh: FreshStore
  readonly acme: RealProvider
  readonly other: RealProvider
  readonly gateway: TestGateway
  readonly events: SecurityEvent[]
  /** Our clock, which stands still. */
  now: number
  federate: (login: FederatedLogin) => LoginResult
  witness: (event: SecurityEvent) => Promise<void>
  /** A browser that has been at a provider and is about to come back. */
  atCallback(choice?: {
    readonly provider?: string
    readonly browser?: Browser
    readonly uid?: string
  }): Promise<{ readonly uid: string; readonly browser: Browser; readonly callback: string }>
  /** How often a code was exchanged at `acme` in this test. */
  exchanges(): number
  close(): Promise<void>
}

export async function openScene(engine: Engine): Promise<Scene> {
  const fresh = await freshStore(engine)
  const [acme, other] = await Promise.all([startRealProvider(), startRealProvider()])
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  let uids = 0
  const gateway = await startGateway({
    fresh,
    clock: () => scene.now,
    witness: async (event) => {
      await scene.witness(event)
      scene.events.push(event)
    },
    federate: (login) => scene.federate(login),
    providers: () => [
      settingsOf('acme', acme),
      {
        ...settingsOf('other', other),
        authentication: { kind: 'private_key_jwt', key: async () => pem },
        require: { acr: ['gold'] },
      },
      { ...settingsOf('down', acme), issuer: 'http://127.0.0.1:1' },
    ],
  })
  const scene: Scene = {
    fresh,
    acme,
    other,
    gateway,
    events: [],
    now: START,
    federate: known,
    witness: async () => {},
    exchanges: () => acme.requests.filter((path) => path === '/token').length,
    async atCallback({ provider = 'acme', browser = newBrowser(), uid = `u${++uids}` } = {}) {
      await browser.get(gateway.interaction(uid))
      const { url } = await browser.follow(gateway.start(uid, provider), isCallback)
      return { uid, browser, callback: url }
    },
    async close() {
      await Promise.all([gateway.close(), acme.close(), other.close()])
      await fresh.remove()
    },
  }
  const redirect = (id: string) => `${gateway.origin}/oauth/federation/${id}/callback`
  acme.expect({ redirect: redirect('acme'), secret: SECRET })
  const publicKey = keys.publicKey.export({ format: 'jwk' })
  other.expect({ redirect: redirect('other'), secret: SECRET, publicKey })
  return scene
}

/** As each test finds it. */
export function resetScene(scene: Scene): void {
  scene.acme.script({ subject: 'ada', claims: { name: 'Ada Lovelace' } })
  scene.other.script({ subject: 'eve', acr: 'gold' })
  scene.federate = known
  scene.witness = async () => {}
  scene.events.length = 0
  scene.acme.forget()
  scene.other.forget()
  scene.now = START
}

export function isCallback(url: string): boolean {
  return url.includes('/oauth/federation/')
}

/** A page that leads nowhere. */
export function expectRefused(got: Got, status = 400): void {
  expect(got.status).toBe(status)
  expect(got.location).toBeUndefined()
  expect(got.headers.get('refresh')).toBeNull()
  expect(got.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(got.text).not.toContain('evil.example')
}

function settingsOf(id: string, provider: RealProvider): ProviderSettings {
  return {
    id,
    name: `Login <of> ${id}`,
    issuer: provider.issuer,
    clientId: provider.clientId,
    authentication: { kind: 'client_secret', secret: () => SECRET },
    createUsers: true,
    groups: { claim: ['groups'], map: { developers: 'engineering' } },
  }
}

function known({ provider, subject, name, groups }: FederatedLogin): LoginResult {
  const id = `${provider}|${subject}` as SubjectId
  return { user: { id, name, status: 'active', groups, provider, created: 1 }, methods: ['fed'] }
}
