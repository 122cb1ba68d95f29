import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { newKey } from './testing/keys.ts'
import {
  ASSERTION,
  JWT_BEARER,
  key,
  nextKey,
  openParties,
  type Parties,
  POD,
  platform,
} from './testing/parties.ts'
import type { Scene } from './testing/scene.ts'
import { newAgent } from './testing/world.ts'
import { peekJwt } from './verify-jwt.ts'

describe.each(ENGINES)('%s', (engine) => {
  let parties: Parties
  let scene: Scene

  beforeAll(async () => {
    parties = await openParties(engine)
    scene = parties.scene
  })
  beforeEach(() => parties.reset())
  afterAll(() => parties.close())

  test('an agent proves any of its keys and gets a token for itself', async () => {
    const signers = [
      [key, {}],
      [nextKey, {}],
      [nextKey, { alg: 'Ed25519' }],
    ] as const
    for (const [signer, header] of signers) {
      const proof = await parties.proof({}, signer, header)
      const answer = await scene.post({ ...parties.credentials(), ...proof })
      expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'read' } })
      expect(answer.body).not.toHaveProperty('refresh_token')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const { jti, gid, iat, exp, ...claims } = await scene.read(answer.body['access_token'])
      expect([typeof jti, typeof gid]).toEqual(['string', 'string'])
      expect(claims).toEqual({
        iss: scene.origin,
        aud: scene.mcp,
        sub: 'bot',
        client_id: 'bot',
        scope: 'read',
        kind: 'agent',
        via: 'client-credentials',
        client_trust: 'registered',
      })
      expect(Number(exp) - Number(iat)).toBeLessThanOrEqual(300)
    }
    const subject = { kind: 'agent', id: 'bot' } as const
    expect(await scene.server.grants.list({ subject })).toHaveLength(1)
  })

  test('a key verifies RS256 only if it says so', async () => {
    const rsa = newKey('RS256')
    const { alg: _, ...silent } = rsa.jwk
    for (const [jwk, alg, status] of [
      [rsa.jwk, 'RS256', 200],
      [rsa.jwk, 'PS256', 401],
      [silent, 'RS256', 401],
      [silent, 'PS256', 200],
    ] as const) {
      scene.agents.set('bot', newAgent('bot', { keys: [jwk] }))
      const proof = await parties.proof({}, { ...rsa, alg })
      const answer = await scene.post({ ...parties.credentials(), ...proof })
      expect([alg, answer.status]).toEqual([alg, status])
    }
  })

  const FORGERIES: Readonly<Record<string, () => Promise<Readonly<Record<string, string>>>>> = {
    'of another key': () => parties.proof({}, newKey('ES256', key.kid)),
    'of another algorithm': () => parties.proof({}, newKey('RS256', key.kid)),
    'of a key that it names itself': () => parties.proof({}, newKey(), { jwk: newKey().jwk }),
    'with an unknown kid': () => parties.proof({}, { ...key, kid: 'other' }),
    'for the token endpoint': () => parties.proof({ aud: `${scene.origin}/oauth/token` }),
    'for us and another': () => parties.proof({ aud: [scene.origin, 'https://other.example'] }),
    'for us, in a list': () => parties.proof({ aud: [scene.origin] }),
    'for us with a slash': () => parties.proof({ aud: `${scene.origin}/` }),
    'for another server': () => parties.proof({ aud: 'https://other.example' }),
    'of another issuer': () => parties.proof({ iss: 'https://other.example' }),
    'of another agent': () => parties.proof({ iss: 'pod', sub: 'pod' }),
    'that lives too long': () => parties.proof({ exp: Math.floor(Date.now() / 1_000) + 900 }),
    'that is over': () => parties.proof({ exp: Math.floor(Date.now() / 1_000) - 60 }),
    'without an end': () => parties.proof({ exp: undefined }),
    'without jti': () => parties.proof({ jti: undefined }),
    'without a signature': async () => {
      const { client_assertion: token = '' } = await parties.proof()
      const [, body] = token.split('.')
      const none = Buffer.from(JSON.stringify({ alg: 'none', kid: key.kid })).toString('base64url')
      return { client_assertion_type: ASSERTION, client_assertion: `${none}.${body}.` }
    },
    'with our public key as a secret': async () => {
      const { client_assertion: token = '' } = await parties.proof()
      const signed = new SignJWT({ ...peekJwt(token)?.claims })
        .setProtectedHeader({ alg: 'HS256', kid: key.kid })
        .sign(Buffer.from(JSON.stringify(key.jwk)))
      return { client_assertion_type: ASSERTION, client_assertion: await signed }
    },
  }

  test.each(Object.keys(FORGERIES))('refuses an assertion %s', async (name) => {
    const forged = (await FORGERIES[name]?.()) ?? {}
    const before = scene.events.length
    const answer = await scene.post({ ...parties.credentials(), client_id: 'bot', ...forged })
    expect([400, 401]).toContain(answer.status)
    expect(['invalid_client', 'invalid_request']).toContain(answer.body['error'])
    expect(JSON.stringify(answer.body)).not.toMatch(/\.ts|\.js|node_modules| at /)
    expect(scene.events.slice(before)).toMatchObject([{ event: 'token.refused', client: 'bot' }])
  })

  test('refuses a name without a proof, and a proof that is not one', async () => {
    for (const form of [{}, { client_secret: 'x' }, { client_assertion: 'x' }]) {
      const answer = await scene.post({ ...parties.credentials(), client_id: 'bot', ...form })
      expect([400, 401]).toContain(answer.status)
    }
  })

  test('assertions that do not name the client twice are good', async () => {
    const form = { ...parties.credentials(), ...(await parties.proof({}, key, { typ: 'JWT' })) }
    expect(await scene.post(form)).toMatchObject({ status: 200 })
    const named = { ...parties.credentials(), ...(await parties.proof()), client_id: 'bot' }
    expect(await scene.post(named)).toMatchObject({ status: 200 })
  })

  test('one assertion is good once, however many use it at once', async () => {
    const form = { ...parties.credentials(), ...(await parties.proof()) }
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.post(form)))
    const good = answers.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    for (const { status } of answers) expect([200, 401, 429]).toContain(status)
  })

  test('an agent that was disabled a moment ago is no client', async () => {
    scene.agents.set('bot', newAgent('bot', { keys: [key.jwk], status: 'disabled' }))
    const form = { ...parties.credentials(), ...(await parties.proof()) }
    expect(await scene.post(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  test('a pod comes with the word of its cluster, as a client and as a grant', async () => {
    const token = await parties.word()
    const forms = [
      { client_id: 'pod', client_assertion_type: ASSERTION, client_assertion: token },
      { client_id: 'pod', grant_type: JWT_BEARER, assertion: token },
    ]
    for (const form of forms) {
      const answer = await scene.post({ ...parties.credentials(), ...form })
      expect(answer.status).toBe(200)
      const claims = await scene.read(answer.body['access_token'])
      expect(claims).toMatchObject({ sub: 'pod', via: 'client-credentials', kind: 'agent' })
    }
  })

  test('the word of a cluster opens nothing else', async () => {
    const client_assertion_type = ASSERTION
    const other = await parties.word({ sub: 'system:serviceaccount:prod:other' })
    const stranger = await parties.word({}, newKey('RS256', platform.kid))
    const client_assertion = await parties.word()
    const forms = [
      { client_id: 'pod', client_assertion_type, client_assertion: other },
      { client_id: 'pod', client_assertion_type, client_assertion: stranger },
      { client_id: 'bot', client_assertion_type, client_assertion },
      { client_assertion_type, client_assertion },
      { client_id: 'nobody', client_assertion_type, client_assertion },
      { client_id: POD, client_assertion_type, client_assertion },
    ]
    for (const form of forms) {
      const answer = await scene.post({ ...parties.credentials(), ...form })
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
    const grant = { grant_type: JWT_BEARER, client_id: 'pod', assertion: other }
    expect(await scene.post({ ...parties.credentials(), ...grant })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  test('who is refused too often is told when to come again', async () => {
    const form = { ...parties.credentials(), client_id: 'pod', client_assertion_type: ASSERTION }
    const client_assertion = await parties.word({ sub: 'other' })
    for (let count = 0; count < 10; count += 1) await scene.post({ ...form, client_assertion })
    const slowed = await scene.post({ ...form, client_assertion: await parties.word() })
    expect(slowed).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } })
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
