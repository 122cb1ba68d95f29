import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refreshTokenForm } from './refresh-token-form.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorize, redeem, refresh, type TestServer } from './testing/server.ts'

const PARALLEL = 20
const SECOND = 1_000
const DAY = 24 * 60 * 60 * SECOND

async function firstTokens(server: TestServer): Promise<{ token: string; access: string }> {
  const { body } = await redeem(server, await authorize(server))
  return { token: String(body['refresh_token']), access: String(body['access_token']) }
}

onEveryEngine('a refresh token', (world) => {
  test('is replaced; used again it ends the grant, and its successor with it', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    const { body } = await refresh(server, token)
    server.clock.offset += 11 * SECOND
    const again = await refresh(server, token)
    expect(again.status).toBe(400)
    expect(again.body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(server, body['refresh_token'])).status).toBe(400)
    expect(server.revoked).toHaveLength(1)
    expect(server.events.map(({ event }) => event)).toContain('refresh.reused')
  })

  test('just replaced it yields the same successor, once more and no other', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    const first = await refresh(server, token)
    const again = await refresh(server, token)
    expect(again.status).toBe(200)
    expect(again.body['refresh_token']).toBe(first.body['refresh_token'])
    expect(server.revoked).toEqual([])
  })

  test('whose successor was used is of no use even at once', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    const { body } = await refresh(server, token)
    const third = await refresh(server, body['refresh_token'])
    expect(third.status).toBe(200)
    expect((await refresh(server, token)).body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(server, third.body['refresh_token'])).status).toBe(400)
  })

  test('stolen and used within the grace: thief and owner share one token, so the next use tells', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    const owner = await refresh(server, token)
    const thief = await refresh(server, token)
    server.clock.offset += 60 * SECOND
    expect((await refresh(server, owner.body['refresh_token'])).status).toBe(200)
    server.clock.offset += 60 * SECOND
    expect((await refresh(server, thief.body['refresh_token'])).status).toBe(400)
    expect(server.revoked).toHaveLength(1)
  })

  test('is of no use to another client', async () => {
    const { server } = world()
    server.clients.set('other', { ...server.clients.get('app'), client_id: 'other' })
    const { token } = await firstTokens(server)
    const stolen = await refresh(server, token, { client_id: 'other' })
    expect(stolen.body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(server, token)).status).toBe(200)
  })

  test('is of no use for a user who is disabled', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    const ann = server.users.get('ann')
    if (ann !== undefined) server.users.set('ann', { ...ann, status: 'disabled' })
    expect((await refresh(server, token)).body).toMatchObject({ error: 'invalid_grant' })
  })

  test('can ask for less, never for more', async () => {
    const { server } = world()
    const { token } = await firstTokens(server)
    expect((await refresh(server, token, { scope: 'write' })).body).toMatchObject({
      error: 'invalid_scope',
    })
    expect((await refresh(server, token, { scope: 'read' })).body).toMatchObject({ scope: 'read' })
  })

  test.each([
    ['another MAC', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['a later number', (token: string) => token.replace('.0.', '.1.')],
    ['a number written otherwise', (token: string) => token.replace('.0.', '.00.')],
    ['only its family', (token: string) => token.split('.')[0] ?? ''],
  ])('changed to %s is unknown and ends nothing', async (_, change) => {
    const { server } = world()
    const { token } = await firstTokens(server)
    expect((await refresh(server, change(token))).body).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(server, token)).status).toBe(200)
  })

  test('lives in one row, however often it was replaced', async () => {
    const { server, store } = world()
    let { token } = await firstTokens(server)
    for (let turn = 0; turn < 5; turn += 1)
      token = String((await refresh(server, token)).body['refresh_token'])
    const rows = await store.db
      .selectFrom('oauth_object')
      .select('generation')
      .where('model', '=', 'RefreshToken')
      .execute()
    expect(rows).toEqual([{ generation: 5 }])
  })

  test('is over when the store says so, and the grant ends it at last', async () => {
    const { restart } = world()
    const server = await restart({
      lifetimes: { refresh: 2 * SECOND, grant: 90 * DAY },
    })
    const { token } = await firstTokens(server)
    server.clock.offset += 3 * SECOND
    expect((await refresh(server, token)).body).toMatchObject({ error: 'invalid_grant' })
    const capped = await restart({ lifetimes: { grant: 5 * SECOND } })
    const { body } = await redeem(capped, await authorize(capped))
    expect(Number(body['expires_in'])).toBeLessThanOrEqual(5)
    capped.clock.offset += 6 * SECOND
    expect((await refresh(capped, body['refresh_token'])).body).toMatchObject({
      error: 'invalid_grant',
    })
  })
})

onEveryEngine(
  'a refresh token, with a slow store',
  (world) => {
    test(`gives ${PARALLEL} who come together one successor, across two processes`, async () => {
      const { server, second } = world()
      const other = await second()
      const { token } = await firstTokens(server)
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) =>
          refresh(index % 2 === 0 ? server : other, token),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(PARALLEL).fill(200))
      expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1)
      expect([...server.revoked, ...other.revoked]).toEqual([])
      expect((await refresh(server, answers[0]?.body['refresh_token'])).status).toBe(200)
    })

    test('without grace: one of all wins, and the grant ends', async () => {
      const { restart } = world()
      const server = await restart({ refreshGrace: 0 })
      const { token } = await firstTokens(server)
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, () => refresh(server, token)),
      )
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
      expect(server.revoked).toHaveLength(1)
    })
  },
  { latency: 3 },
)

test('what was written is read; nothing else is', () => {
  const [ours, other] = [1, 2].map((byte) => refreshTokenForm(Buffer.alloc(32, byte)))
  const family = fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/)
  fc.assert(
    fc.property(family, fc.nat(999_999_999), (name, generation) => {
      const token = { family: name, generation }
      expect(ours?.read(ours.write(token))).toEqual(token)
      expect(other?.read(ours?.write(token) ?? '')).toBeUndefined()
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => ours?.read(text) === undefined))
})
