import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorize, redeem, refresh, type TokenAnswer } from './testing/server.ts'

const PARALLEL = 20

function won(answers: readonly TokenAnswer[]): readonly TokenAnswer[] {
  return answers.filter(({ status }) => status === 200)
}

onEveryEngine('an authorization code', (world) => {
  test('opens once; a second try ends everything that the first gave', async () => {
    const { server } = world()
    const code = await authorize(server)
    const first = await redeem(server, code)
    expect(first.status).toBe(200)
    const second = await redeem(server, code)
    expect(second.status).toBe(400)
    expect(second.body).toMatchObject({ error: 'invalid_grant' })
    const after = await refresh(server, first.body['refresh_token'])
    expect(after.body).toMatchObject({ error: 'invalid_grant' })
    const gid = String(decodeJwt(String(first.body['access_token']))['gid'])
    expect(server.revoked).toMatchObject([{ kind: 'grant', id: gid }])
    expect(server.events.map(({ event }) => event)).toContain('code.replayed')
    expect(await server.server.grants.find(gid)).toMatchObject({ reason: 'code-replayed' })
  })

  test.each([
    ['a wrong verifier', { code_verifier: 'a'.repeat(43) }],
    ['another client', { client_id: 'other' }],
    ['another redirect address', { redirect_uri: 'http://127.0.0.1:7777/other' }],
    ['another resource', { resource: 'http://127.0.0.1/elsewhere' }],
  ])('does not open with %s', async (_, changes) => {
    const { server } = world()
    server.clients.set('other', { ...server.clients.get('app'), client_id: 'other' })
    const code = await authorize(server)
    const { status, body } = await redeem(server, code, changes)
    expect(status).toBe(400)
    expect(['invalid_grant', 'invalid_target']).toContain(body['error'])
  })

  test('does not open without a verifier', async () => {
    const { server } = world()
    const { code } = await authorize(server)
    const { body } = await redeem(server, { code, verifier: '' })
    expect(body).toMatchObject({ error: 'invalid_grant' })
  })

  test('a stranger without the verifier cannot end the grant', async () => {
    const { server } = world()
    const code = await authorize(server)
    const first = await redeem(server, code)
    await redeem(server, { ...code, verifier: 'b'.repeat(43) })
    expect((await refresh(server, first.body['refresh_token'])).status).toBe(200)
  })
})

onEveryEngine(
  'an authorization code, with a slow store',
  (world) => {
    test(`opens at most once for ${PARALLEL} at the same time`, async () => {
      const { server } = world()
      const code = await authorize(server)
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, () => redeem(server, code)),
      )
      expect(won(answers).length).toBeLessThanOrEqual(1)
      for (const { status, body } of answers)
        if (status !== 200) expect(body).toMatchObject({ error: 'invalid_grant' })
      expect(server.revoked).toHaveLength(1)
      for (const { body } of won(answers))
        expect((await refresh(server, body['refresh_token'])).status).toBe(400)
    })

    test('opens at most once across two processes', async () => {
      const { server, second } = world()
      const other = await second()
      const code = await authorize(server)
      const answers = await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) =>
          redeem(index % 2 === 0 ? server : other, code),
        ),
      )
      expect(won(answers).length).toBeLessThanOrEqual(1)
      expect([...server.revoked, ...other.revoked]).toHaveLength(1)
    })
  },
  { latency: 3 },
)
