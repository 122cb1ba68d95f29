import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import {
  ACCESS,
  JWT_BEARER,
  key,
  openParties,
  type Parties,
  SECRET,
  TOKEN_EXCHANGE,
} from './testing/parties.ts'
import type { Scene } from './testing/scene.ts'
import { newAgent, newUser } from './testing/world.ts'

const REFUSED = { status: 400, body: { error: 'invalid_request' } }
const BASIC = `Basic ${Buffer.from(`desk:${SECRET.replaceAll(' ', '+')}`).toString('base64')}`

describe.each(ENGINES)('%s', (engine) => {
  let parties: Parties
  let scene: Scene

  beforeAll(async () => {
    parties = await openParties(engine)
    scene = parties.scene
  })
  beforeEach(() => parties.reset())
  afterAll(() => parties.close())

  test('an agent acts for a user, and ends with the grant of the user', async () => {
    const { token, grant } = await parties.userToken()
    const answer = await parties.exchange(token)
    expect(answer).toMatchObject({
      status: 200,
      body: { issued_token_type: ACCESS, token_type: 'Bearer', scope: 'read' },
    })
    const held = String(answer.body['access_token'])
    const claims = await scene.read(held)
    const before = await scene.read(token)
    expect(claims).toMatchObject({
      sub: 'alice',
      kind: 'user',
      client_id: 'bot',
      aud: `${scene.mcp}/docs`,
      act: { sub: 'bot' },
      via: 'token-exchange',
      amr: ['pwd'],
      gid: grant,
    })
    expect(claims['jti']).not.toBe(before['jti'])
    expect(Number(claims['exp'])).toBeLessThanOrEqual(Number(before['exp']))
    await scene.server.grants.revoke(grant, 'user')
    expect(await parties.exchange(token)).toMatchObject(REFUSED)
    expect(await parties.exchange(held)).toMatchObject(REFUSED)
  })

  test('a chain of agents is nested, ends at its bound, and with any of its members', async () => {
    let { token } = await parties.userToken()
    const as = (id: string) => {
      scene.agents.set(id, newAgent(id, { keys: [key.jwk] }))
      return parties.proof({ iss: id, sub: id })
    }
    for (const id of ['a', 'b', 'c', 'd']) {
      const answer = await parties.exchange(token, await as(id))
      expect(answer.status).toBe(200)
      token = String(answer.body['access_token'])
    }
    const { act } = await scene.read(token)
    expect(act).toEqual({ sub: 'd', act: { sub: 'c', act: { sub: 'b', act: { sub: 'a' } } } })
    expect(await parties.exchange(token, await as('e'))).toMatchObject(REFUSED)
    expect((await parties.exchange(token, await as('d'))).status).toBe(200)
    scene.agents.set('b', newAgent('b', { status: 'disabled' }))
    expect(await parties.exchange(token, await as('d'))).toMatchObject(REFUSED)
  })

  test('refuses to exchange for whom it may not be', async () => {
    const { token } = await parties.userToken(['read'])
    const form = {
      grant_type: TOKEN_EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS,
      resource: scene.mcp,
    }
    const unauthorized = { status: 400, body: { error: 'unauthorized_client' } }
    expect(await scene.post(form, { authorization: BASIC })).toMatchObject(unauthorized)
    expect(await scene.post({ ...form, client_id: 'open' })).toMatchObject(unauthorized)
    expect(await parties.exchange(token, { scope: 'write' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
    const elsewhere = { resource: 'https://other.example/mcp' }
    expect(await parties.exchange(token, elsewhere)).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    })
    scene.users.set('alice', newUser('alice', { status: 'disabled' }))
    expect(await parties.exchange(token)).toMatchObject(REFUSED)
    scene.users.set('alice', newUser('alice'))
    scene.agents.set('bot', newAgent('bot', { keys: [key.jwk], mayActForUsers: false }))
    expect(await parties.exchange(token)).toMatchObject(unauthorized)
  })

  test('a token of another server is exchanged for nothing', async () => {
    const other = await openParties(engine)
    try {
      other.reset()
      const { token } = await other.userToken()
      expect(await parties.exchange(token)).toMatchObject(REFUSED)
    } finally {
      await other.close()
    }
  })

  test('a token that its client revoked is exchanged no more', async () => {
    const { token } = await parties.userToken()
    const held = String((await parties.exchange(token)).body['access_token'])
    const body = new URLSearchParams({ ...(await parties.proof()), token: held })
    const revoked = await fetch(`${scene.origin}/oauth/revoke`, { method: 'POST', body })
    expect(revoked.status).toBe(200)
    expect(await parties.exchange(held)).toMatchObject(REFUSED)
    expect((await parties.exchange(token)).status).toBe(200)
  })

  test('an identity assertion is of no use to a public client, nor twice', async () => {
    const form = { grant_type: JWT_BEARER, assertion: await parties.assertion('bot') }
    expect(await scene.post({ ...form, client_id: 'open' })).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    })
    const asked = Array.from({ length: 10 }, async () =>
      scene.post({ ...form, ...(await parties.proof()) }),
    )
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    const good = answers.find(({ status }) => status === 200)
    expect(await scene.read(good?.body['access_token'])).toMatchObject({
      sub: 'corp|00u1',
      act: { sub: 'bot' },
      client_id: 'bot',
    })
  })
})
