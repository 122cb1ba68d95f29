import { beforeAll, describe, expect, test } from 'vitest'
import { send } from './answers.ts'
import { type Changes, codeOf, post, redeem, refresh, said, type Tokens, tokensOf } from './flow.ts'
import { bearer, call, expectDead, served } from './mcp.ts'
import { type Browser, type KnownClient, newClient, newPerson, sceneOf, signedIn } from './scene.ts'

const scene = sceneOf()
let ann: Browser
let app: KnownClient
let other: KnownClient
let desk: KnownClient
let api: KnownClient

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  other = await newClient(scene(), 'other')
  desk = await newClient(scene(), 'desk', { method: 'client_secret_basic' })
  api = await newClient(scene(), 'api', {
    method: 'client_secret_basic',
    redirects: [],
    grantTypes: [],
    mayIntrospect: true,
  })
})

const newTokens = (): Promise<Tokens> =>
  tokensOf(scene(), ann, app, { resource: `${scene().issuer}/mcp/target` })

const works = async (token: string): Promise<boolean> => served(await call(scene(), bearer(token)))

describe('revocation', () => {
  test.each(['access_token', 'refresh_token'] as const)(
    'of the %s counts at once',
    async (kind) => {
      const tokens = await newTokens()
      expect(await works(tokens.access_token)).toBe(true)
      const form = { token: tokens[kind], client_id: app.id }
      expect((await post(scene(), '/oauth/revoke', form)).status).toBe(200)
      await expectDead(scene(), tokens.access_token)
      if (kind === 'refresh_token')
        expect(await said(await refresh(scene(), app, tokens.refresh_token))).toBe(
          '400 invalid_grant',
        )
    },
  )

  test.each(['access_token', 'refresh_token'] as const)(
    'of the %s by another client changes nothing',
    async (kind) => {
      const tokens = await newTokens()
      const form = { token: tokens[kind], client_id: other.id }
      expect((await post(scene(), '/oauth/revoke', form)).status).toBeLessThan(500)
      expect(await works(tokens.access_token)).toBe(true)
      expect((await refresh(scene(), app, tokens.refresh_token)).status).toBe(200)
    },
  )

  test('of what is no token tells nothing', async () => {
    for (const token of ['nothing', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(2_000)]) {
      const response = await post(scene(), '/oauth/revoke', { token, client_id: app.id })
      expect(response.status).toBe(200)
    }
  })

  test('by an operator ends what a person, a client or its secret opened', async () => {
    await newPerson(scene(), 'joe')
    const joe = await signedIn(scene(), 'joe')
    const tokens = await tokensOf(scene(), joe, app, { resource: `${scene().issuer}/mcp/target` })
    const { access_token } = tokens
    expect(await works(access_token)).toBe(true)
    await scene().operator.administration.users.disable('joe')
    await expect.poll(async () => works(access_token), { timeout: 2_000 }).toBe(false)
    expect(await said(await refresh(scene(), app, tokens.refresh_token))).toBe('400 invalid_grant')
    const account = await joe.visit('/oauth/account')
    expect(account.text).toContain('name="password"')
  })
})

describe('introspection', () => {
  const about = async (token: string, client = api) => {
    const form = { token, ...(client === app ? { client_id: app.id } : {}) }
    const response = await post(scene(), '/oauth/introspect', form, client.headers)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('answers resource servers alone', async () => {
    const { access_token } = await newTokens()
    expect(await about(access_token)).toMatchObject({ status: 200, body: { active: true } })
    for (const client of [app, desk, other]) {
      const { status, body } = await about(access_token, client)
      expect(status === 200 ? body : { active: false }).toEqual({ active: false })
    }
  })

  test('says nothing more of a token that is no good', async () => {
    const tokens = await newTokens()
    await post(scene(), '/oauth/revoke', { token: tokens.access_token, client_id: app.id })
    const [head, body] = tokens.access_token.split('.')
    for (const token of [tokens.access_token, `${head}.${body}.AAAA`, 'x', `${head}.e30.AAAA`])
      expect(await about(token)).toEqual({ status: 200, body: { active: false } })
  })
})

describe('the token endpoint', () => {
  const url = () => `${scene().issuer}/oauth/token`

  test.each([
    ['password', { username: 'ann', password: 'some word' }],
    ['implicit', {}],
    ['urn:ietf:params:oauth:grant-type:device_code', { device_code: 'd'.repeat(20) }],
    ['urn:openid:params:grant-type:ciba', { auth_req_id: 'a'.repeat(20) }],
    ['__proto__', {}],
    ['', {}],
  ])('knows no grant `%s`', async (grant_type, more) => {
    const response = await post(scene(), '/oauth/token', { grant_type, client_id: app.id, ...more })
    expect(await said(response)).toMatch(/^400 (?:unsupported_grant_type|invalid_request)$/)
  })

  test.each([
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ])('gives public clients nothing for `%s`', async (grant_type) => {
    const resource = `${scene().issuer}/mcp`
    const form = { grant_type, client_id: app.id, resource, scope: 'read' }
    expect(await said(await post(scene(), '/oauth/token', form))).toMatch(
      /^40[01] (?:unauthorized_client|invalid_client|invalid_request)$/,
    )
  })

  test('takes forms alone, by POST, from the body, nothing twice, not too much', async () => {
    const { code, verifier } = await codeOf(scene(), ann, app)
    const pairs: readonly [string, string][] = [
      ['grant_type', 'authorization_code'],
      ['client_id', app.id],
      ['code', code],
      ['redirect_uri', app.redirect],
      ['code_verifier', verifier],
    ]
    const good = new URLSearchParams([...pairs])
    const json = JSON.stringify(Object.fromEntries(pairs))
    const type = { 'content-type': 'application/json' }
    const refused = [
      await send(url(), { method: 'POST', headers: type, body: json }),
      await send(url(), { method: 'GET' }),
      await send(url(), { method: 'PUT', body: good }),
      await send(`${url()}?${good}`, { method: 'POST', body: new URLSearchParams() }),
      await send(`${url()}?a=b`, { method: 'POST', body: good }),
      await send(url(), { method: 'POST', body: new URLSearchParams([...pairs, ...pairs]) }),
      await send(url(), {
        method: 'POST',
        body: new URLSearchParams([...pairs, ['code', 'x'.repeat(10)]]),
      }),
      await send(url(), {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: good.toString(),
      }),
      await send(url(), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-encoding': 'gzip',
        },
        body: good.toString(),
      }),
    ]
    for (const { status } of refused) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
    // None of them used the code up.
    expect((await send(url(), { method: 'POST', body: good })).status).toBe(200)
  })

  test('reads a form of a megabyte to no end', async () => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', a: 'x'.repeat(1 << 20) })
    const status = await send(url(), { method: 'POST', body }).then(
      (response) => response.status,
      // The connection may be closed before everything is sent.
      (error: NodeJS.ErrnoException) => error.code,
    )
    expect([400, 413, 'EPIPE', 'ECONNRESET']).toContain(status)
  })

  test.each<[string, (secret: string) => { form?: Changes; headers?: Record<string, string> }]>([
    ['no proof', () => ({ form: { client_id: 'desk' } })],
    [
      'a wrong secret',
      () => ({ headers: { authorization: `Basic ${btoa('desk:wrong-secret')}` } }),
    ],
    [
      'two proofs at once',
      (secret) => ({
        form: { client_id: 'desk', client_secret: secret },
        headers: { authorization: `Basic ${btoa(`desk:${secret}`)}` },
      }),
    ],
    [
      'the name of another',
      (secret) => ({
        form: { client_id: 'app' },
        headers: { authorization: `Basic ${btoa(`desk:${secret}`)}` },
      }),
    ],
    ['a scheme that is none', () => ({ headers: { authorization: 'Negotiate abcdefgh' } })],
  ])('refuses a confidential client with %s', async (_, proofOf) => {
    const { code, verifier } = await codeOf(scene(), ann, desk)
    const secret = atob(desk.headers['authorization']?.slice(6) ?? '').slice('desk:'.length)
    const { form = {}, headers = {} } = proofOf(secret)
    const changes = { client_id: undefined, ...form }
    const anybody = { ...desk, headers: {} }
    const response = await redeem(scene(), anybody, { code, verifier }, changes, headers)
    expect(await said(response)).toMatch(/^40[01] invalid_(?:client|request|grant)$/)
  })

  test('tells pages of other origins nothing', async () => {
    const headers = { origin: 'https://evil.example' }
    const answers = [
      await redeem(scene(), app, { code: 'c'.repeat(43), verifier: 'v'.repeat(43) }, {}, headers),
      await send(url(), {
        method: 'OPTIONS',
        headers: { ...headers, 'access-control-request-method': 'POST' },
      }),
    ]
    for (const { headers: told } of answers)
      expect([null]).toContain(told.get('access-control-allow-origin'))
  })
})
