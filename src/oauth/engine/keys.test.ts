import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import { expect, test } from 'vitest'
import { Browser, send } from './testing/browser.ts'
import { onEveryEngine, type World } from './testing/on-every-engine.ts'
import { authorize, redeem, refresh, type TestServer } from './testing/server.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** The clock decides, and the test says when anybody looks. */
const POLICY = {
  publishFor: 10 * MINUTE,
  drainFor: 30 * MINUTE,
  rotateAfter: 90 * DAY,
  pollEvery: DAY,
}

async function published({ origin, at }: TestServer): Promise<JSONWebKeySet> {
  const page = await send(`${at}/oauth/jwks`, { headers: { host: new URL(origin).host } })
  return JSON.parse(page.text)
}

const kid = (token: unknown) => decodeProtectedHeader(String(token)).kid

onEveryEngine(
  'signing keys',
  (world) => {
    test('are published without their private parts', async () => {
      const { keys } = await published(world().server)
      expect(keys).toHaveLength(1)
      expect(Object.keys(keys[0] ?? {}).sort()).toEqual([
        'alg',
        'crv',
        'kid',
        'kty',
        'use',
        'x',
        'y',
      ])
    })

    test('rotate while codes, refresh tokens and both processes go on', async () => {
      const { server, second, advance } = rotating(world())
      const other = await second()
      const before = await redeem(server, await authorize(server))
      const pending = await authorize(server)
      await server.server.keys.rotate()
      await other.server.reload()
      for (const one of [server, other]) expect((await published(one)).keys).toHaveLength(2)
      const still = await refresh(server, before.body['refresh_token'])
      expect(kid(still.body['access_token'])).toBe(kid(before.body['access_token']))
      await advance(server, 11 * MINUTE)
      other.clock.offset = server.clock.offset
      // The other process has not looked yet; what it signs verifies all the same.
      const late = await refresh(other, still.body['refresh_token'])
      await other.server.reload()
      const after = await refresh(other, late.body['refresh_token'])
      expect(kid(after.body['access_token'])).not.toBe(kid(before.body['access_token']))
      const keys = createLocalJWKSet(await published(server))
      for (const { body } of [before, still, late, after]) {
        const token = String(body['access_token'])
        const currentDate = new Date((decodeJwt(token).iat ?? 0) * 1_000)
        await jwtVerify(token, keys, { currentDate })
      }
      expect((await redeem(server, pending)).body['error']).toBe('invalid_grant')
      await advance(server, 31 * MINUTE)
      expect((await published(server)).keys).toHaveLength(1)
    })

    test('rotate by age', async () => {
      const { server, advance } = rotating(world())
      const [first] = await server.server.keys.list()
      await advance(server, 90 * DAY)
      await advance(server, 11 * MINUTE)
      const states = (await server.server.keys.list()).map(({ id, state }) => [
        id === first?.id,
        state,
      ])
      expect(states.sort()).toEqual([
        [false, 'active'],
        [true, 'retired'],
      ])
    })

    test('are withdrawn at once', async () => {
      const { server } = world()
      const { body } = await redeem(server, await authorize(server))
      await server.server.keys.retire(String(kid(body['access_token'])))
      const { keys } = await published(server)
      expect(keys).toHaveLength(1)
      expect(keys[0]?.kid).not.toBe(kid(body['access_token']))
      const next = await refresh(server, body['refresh_token'])
      expect(kid(next.body['access_token'])).toBe(keys[0]?.kid)
      await expect(server.server.keys.retire('unknown')).rejects.toMatchObject({
        code: 'params_invalid',
      })
    })
  },
  { keyPolicy: POLICY },
)

/** Lets time go by, then does what the timer would do. */
function rotating(world: World) {
  const advance = async (server: TestServer, ms: number) => {
    server.clock.offset += ms
    await server.server.advanceKeys()
  }
  return { ...world, advance }
}

onEveryEngine('the database', (world) => {
  test('holds nothing that opens anything', async () => {
    const { server, store } = world()
    const browser = new Browser(server.origin)
    const code = await authorize(server, {}, browser)
    const { body } = await redeem(server, code)
    await authorize(server, {}, browser)
    const secrets = [
      code.code,
      String(body['access_token']),
      String(body['refresh_token']),
      ...[...browser.cookies.values()].map(({ value }) => value),
      ...server.seen.map(({ uid }) => uid),
    ]
      .flatMap((secret) => [secret, ...secret.split('.')])
      .filter((part) => part.length > 12)
    expect(secrets.length).toBeGreaterThan(8)
    const dump = JSON.stringify([
      await store.db.selectFrom('oauth_object').selectAll().execute(),
      await store.db.selectFrom('oauth_grant').selectAll().execute(),
      await store.db.selectFrom('signing_key').selectAll().execute(),
      await store.db.selectFrom('change').selectAll().execute(),
    ])
    for (const secret of secrets) expect(dump).not.toContain(secret)
    expect(dump).not.toMatch(/"d\\?"/)
  })
})
