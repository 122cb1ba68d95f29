import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/kernel/json.ts'
import { newKey, sign } from '../../../src/oauth/machines/testing/keys.ts'
import { send } from './answers.ts'
import { atOnce, type Changes, post, said, type Tokens, tokensOf } from './flow.ts'
import { bearer, call, served } from './mcp.ts'
import { type CorporateProvider, startCorporateProvider, TRUST } from './provider.ts'
import { type Browser, type KnownClient, newClient, newPerson, sceneOf, signedIn } from './scene.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const SECRET = 'the secret of this gateway at the provider'

let corp: CorporateProvider
const scene = sceneOf(
  async () => {
    corp = await startCorporateProvider()
    const { issuer } = corp
    const jwksUri = `${issuer}/keys`
    return {
      providers: {
        corp: { issuer, clientId: 'gateway', clientSecret: 'secret://env/CORP_SECRET' },
      },
      assertions: { corp: { issuer, jwksUri, provider: 'corp', createUsers: true } },
      issuers: {
        partner: {
          issuer,
          jwksUri,
          audiences: ['api://gateway'],
          scopes: { claim: ['scope'], map: { 'notes.read': 'read' } },
        },
      },
    }
  },
  { ...TRUST, CORP_SECRET: SECRET },
)
const key = newKey()
let ann: Browser
let app: KnownClient
let desk: KnownClient
let rival: KnownClient

beforeAll(async () => {
  const asserting = {
    method: 'client_secret_basic',
    redirects: [],
    grantTypes: [JWT_BEARER],
  } as const
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  desk = await newClient(scene(), 'desk', asserting)
  rival = await newClient(scene(), 'rival', asserting)
  const { agents } = scene().operator.administration
  const common = { owner: 'ann', purpose: 'tests', keys: [key.jwk] }
  await agents.create({
    ...common,
    id: 'bot',
    name: 'Bot',
    scopes: ['write'],
    mayActForUsers: true,
  })
  await agents.create({ ...common, id: 'loner', name: 'Loner', scopes: ['read'] })
  await agents.create({ ...common, id: 'twin', name: 'Twin', scopes: ['read'] })
})

const target = (): string => `${scene().issuer}/mcp/target`
const seconds = (): number => Math.floor(Date.now() / 1_000)
const works = async (token: string): Promise<boolean> => served(await call(scene(), bearer(token)))

describe('what a corporate provider says of a person', () => {
  const assertion = (claims: JsonObject = {}, header: JsonObject = {}, by = undefined as never) =>
    corp.say(
      {
        sub: '00u1',
        aud: scene().issuer,
        client_id: desk.id,
        resource: target(),
        scope: 'read',
        jti: randomUUID(),
        ...claims,
      },
      { typ: 'oauth-id-jag+jwt', ...header },
      by,
    )
  const present = (said: string, client = desk, more: Changes = {}) =>
    post(
      scene(),
      '/oauth/token',
      { grant_type: JWT_BEARER, assertion: said, client_id: client.id, ...more },
      client.headers,
    )

  test('gives the client that it names a token for them, as this provider’s person', async () => {
    const response = await present(await assertion())
    expect(response.status).toBe(200)
    const tokens = (await response.json()) as Tokens
    expect(tokens).not.toHaveProperty('refresh_token')
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: 'corp|00u1',
      aud: target(),
      client_id: 'desk',
      via: 'identity-assertion',
      scope: 'read',
    })
    expect(await works(tokens.access_token)).toBe(true)
  })

  test('of somebody with the name of one of us is not them', async () => {
    const response = await present(await assertion({ sub: 'ann' }))
    const { access_token } = (await response.json()) as Tokens
    expect(decodeJwt(access_token).sub).toBe('corp|ann')
  })

  test.each<[string, () => JsonObject, JsonObject]>([
    ['is no such assertion', () => ({}), { typ: 'JWT' }],
    ['is an access token', () => ({}), { typ: 'at+jwt' }],
    ['is for another server', () => ({ aud: 'https://evil.example' }), {}],
    ['is for its token endpoint', () => ({ aud: `${scene().issuer}/oauth/token` }), {}],
    ['is for two', () => ({ aud: [scene().issuer, 'https://evil.example'] }), {}],
    ['is for another client', () => ({ client_id: 'rival' }), {}],
    ['is for no client', () => ({ client_id: null }), {}],
    ['is for another resource', () => ({ resource: 'https://evil.example/mcp' }), {}],
    ['is for no resource', () => ({ resource: null }), {}],
    ['is of another issuer', () => ({ iss: 'https://evil.example' }), {}],
    ['is over', () => ({ exp: seconds() - 60 }), {}],
    ['is old', () => ({ iat: seconds() - 3_600 }), {}],
    ['has no id', () => ({ jti: null }), {}],
    ['is about nobody', () => ({ sub: null }), {}],
    ['is of a delegation', () => ({ act: { sub: 'bot' } }), {}],
    ['is bound to a key', () => ({ cnf: { jkt: 'A'.repeat(43) } }), {}],
    ['is under an unknown key', () => ({}), { kid: 'another' }],
  ])('gives nothing where it %s', async (_, claims, header) => {
    const answer = await said(await present(await assertion(claims(), header)))
    expect(answer).toMatch(/^400 invalid_(?:grant|target|request|scope)$/)
  })

  test('gives nothing beyond what it says, nor to others, nor under other keys', async () => {
    const wider = await present(await assertion(), desk, { scope: 'execute' })
    expect(await said(wider)).toBe('400 invalid_scope')
    const elsewhere = { resource: `${scene().issuer}/mcp/other` }
    expect(await said(await present(await assertion(), desk, elsewhere))).toBe('400 invalid_target')
    expect(await said(await present(await assertion(), rival))).toBe('400 invalid_grant')
    const open = await assertion({ client_id: app.id })
    expect(await said(await present(open, app))).toMatch(
      /^40[01] (?:unauthorized_client|invalid_request)$/,
    )
    const forged = await assertion({}, {}, newKey('RS256') as never)
    expect(await said(await present(forged))).toBe('400 invalid_grant')
    const own = await tokensOf(scene(), ann, app, { resource: target() })
    expect(await said(await present(own.access_token))).toBe('400 invalid_grant')
  })

  test('counts once, also of twenty at once', async () => {
    const one = await assertion()
    const answers = await atOnce(scene(), async () => said(await present(one)))
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1)
    expect(await said(await present(one))).toBe('400 invalid_grant')
  })

  test('of somebody whom the operator disabled gives nothing', async () => {
    await present(await assertion({ sub: 'gone' }))
    await scene().operator.administration.users.disable('corp|gone')
    const answer = await said(await present(await assertion({ sub: 'gone' })))
    expect(answer).toBe('400 invalid_grant')
  })
})

const proofOf = (agent: string, claims: JsonObject = {}, by = key) => {
  const lives = { jti: randomUUID(), iat: seconds(), exp: seconds() + 60 }
  return sign(by, { iss: agent, sub: agent, aud: scene().issuer, ...lives, ...claims })
}
const asAgent = async (form: Changes, proof?: string, agent = 'bot'): Promise<Response> =>
  post(scene(), '/oauth/token', {
    client_id: agent,
    client_assertion_type: ASSERTION,
    client_assertion: proof ?? (await proofOf(agent)),
    ...form,
  })
const own = (): Changes => ({
  grant_type: 'client_credentials',
  resource: target(),
  scope: 'read',
})

describe('an agent', () => {
  test('gets tokens for itself by its key, and no more than it may', async () => {
    const { access_token } = (await (await asAgent(own())).json()) as Tokens
    expect(decodeJwt(access_token)).toMatchObject({ kind: 'agent', sub: 'bot', scope: 'read' })
    expect(await works(access_token)).toBe(true)
    expect(await said(await asAgent({ ...own(), scope: 'execute' }))).toBe('400 invalid_scope')
    expect(await said(await asAgent({ ...own(), resource: undefined }))).toBe('400 invalid_target')
  })

  test.each<[string, () => Promise<string>]>([
    ['for another server', () => proofOf('bot', { aud: 'https://evil.example' })],
    ['for our endpoint, not us', () => proofOf('bot', { aud: `${scene().issuer}/oauth/token` })],
    ['for us and another', () => proofOf('bot', { aud: [scene().issuer, 'https://evil.example'] })],
    ['of another agent', () => proofOf('loner')],
    ['that is over', () => proofOf('bot', { exp: seconds() - 60 })],
    ['that is good for a day', () => proofOf('bot', { exp: seconds() + 86_400 })],
    ['without an id', () => proofOf('bot', { jti: null })],
    ['under another key', () => proofOf('bot', {}, newKey('ES256', key.kid))],
  ])('gets nothing by a proof %s', async (_, proof) => {
    expect(await said(await asAgent(own(), await proof()))).toMatch(/^40[01] invalid_client$/)
  })

  test('gets one token by one proof, also of twenty at once', async () => {
    const proof = await proofOf('twin')
    const answers = await atOnce(scene(), async () => said(await asAgent(own(), proof, 'twin')))
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1)
  })
})

describe('an agent that acts for a person', () => {
  const exchange = (token: string, more: Changes = {}, agent = 'bot') =>
    asAgent(
      {
        grant_type: EXCHANGE,
        subject_token: token,
        subject_token_type: ACCESS,
        resource: target(),
        scope: 'read',
        ...more,
      },
      undefined,
      agent,
    )
  const tokenOf = (scope = 'read'): Promise<Tokens> =>
    tokensOf(scene(), ann, app, { resource: target(), scope })

  test('is named in what it gets, which ends with what the person gave', async () => {
    const person = await tokenOf()
    const response = await exchange(person.access_token)
    expect(response.status).toBe(200)
    const { access_token } = (await response.json()) as Tokens
    const claims = decodeJwt(access_token)
    expect(claims).toMatchObject({ sub: 'ann', kind: 'user', act: { sub: 'bot' }, scope: 'read' })
    expect(claims.exp).toBeLessThanOrEqual(decodeJwt(person.access_token).exp ?? 0)
    expect(await works(access_token)).toBe(true)
    await post(scene(), '/oauth/revoke', { token: person.refresh_token, client_id: app.id })
    expect(await works(access_token)).toBe(false)
    expect(await said(await exchange(person.access_token))).toBe('400 invalid_request')
  })

  test('gets neither more than the person gave nor more than it may itself', async () => {
    const little = await tokenOf('read')
    const wider = await exchange(little.access_token, { scope: 'write' })
    expect(await said(wider)).toBe('400 invalid_scope')
    const much = await tokenOf('execute')
    const beyond = await exchange(much.access_token, { scope: 'execute' })
    expect(await said(beyond)).toBe('400 invalid_scope')
  })

  test('has to be allowed to, and to prove itself', async () => {
    const { access_token, refresh_token } = await tokenOf()
    expect(await said(await exchange(access_token, {}, 'loner'))).toBe('400 unauthorized_client')
    const form = { grant_type: EXCHANGE, subject_token: access_token, subject_token_type: ACCESS }
    const open = { ...form, client_id: app.id, resource: target() }
    expect(await said(await post(scene(), '/oauth/token', open))).toMatch(
      /^40[01] (?:unauthorized_client|invalid_request)$/,
    )
    for (const token of [refresh_token, 'x', `${access_token}x`])
      expect(await said(await exchange(token))).toBe('400 invalid_request')
    for (const more of [
      { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      { actor_token: access_token, actor_token_type: ACCESS },
      { audience: 'https://evil.example' },
    ])
      expect(await said(await exchange(access_token, more))).toMatch(
        /^400 invalid_(?:request|target)$/,
      )
  })

  test('acts no more once it is disabled', async () => {
    const { access_token } = (await (
      await exchange((await tokenOf()).access_token)
    ).json()) as Tokens
    expect(await works(access_token)).toBe(true)
    await scene().operator.administration.agents.disable('bot')
    await expect.poll(() => works(access_token), { timeout: 2_000 }).toBe(false)
    expect(await said(await asAgent(own()))).toMatch(/^40[01] invalid_client$/)
    await scene().operator.administration.agents.enable('bot')
  })
})

describe('a token of another authorization server', () => {
  const token = (claims: JsonObject = {}, header: JsonObject = {}) =>
    corp.say(
      { aud: 'api://gateway', sub: 'p1', client_id: 'their-app', scope: 'notes.read', ...claims },
      { typ: 'at+jwt', ...header },
    )

  test('opens by the operator’s map alone, and never the administration', async () => {
    expect(await works(await token())).toBe(true)
    expect((await call(scene(), bearer(await token()), 'write_note')).status).toBe(403)
    expect(await works(await token({ scope: 'execute' }))).toBe(false)
    const admin = await send(`${scene().issuer}/admin`, { headers: bearer(await token()) })
    expect(admin.status).not.toBe(200)
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['for somebody else', { aud: 'api://other' }, {}],
    ['for nobody', { aud: null }, {}],
    ['that proves a login', {}, { typ: 'JWT' }],
    ['that asserts somebody', {}, { typ: 'oauth-id-jag+jwt' }],
    ['that is over', { exp: 1 }, {}],
    ['of somebody else', { iss: 'https://evil.example' }, {}],
    ['under an unknown key', {}, { kid: 'another' }],
  ])('opens nothing: one %s', async (_, claims, header) => {
    expect((await call(scene(), bearer(await token(claims, header)))).status).toBe(401)
  })

  test('does not make its people ours', async () => {
    expect(await works(await token({ sub: 'ann' }))).toBe(true)
    const calls = await scene().store.db.selectFrom('user_account').select('id').execute()
    expect(calls.map(({ id }) => id)).not.toContain('partner|ann')
  })
})
