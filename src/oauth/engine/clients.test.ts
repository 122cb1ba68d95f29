import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { expect, test } from 'vitest'
import { OauthError } from './oauth-error.ts'
import { Browser, send } from './testing/browser.ts'
import { fakeClients } from './testing/fakes.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { post, REDIRECT, type TestServer } from './testing/server.ts'

const CLIENT: oauth.Client = { client_id: 'app' }
const insecure = { [oauth.allowInsecureRequests]: true }

async function discover({ origin }: TestServer): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(origin)
  return oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  )
}

/** A client as libraries write it: discovery, a pushed request, a key, an issuer that is checked. */
async function authorizeWithProof(server: TestServer, as: oauth.AuthorizationServer) {
  const proof = oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256'))
  const verifier = oauth.generateRandomCodeVerifier()
  const pushed = await oauth.pushedAuthorizationRequest(
    as,
    CLIENT,
    oauth.None(),
    {
      response_type: 'code',
      redirect_uri: REDIRECT,
      resource: server.resource,
      scope: 'read',
      state: 'state',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    },
    { DPoP: proof, ...insecure },
  )
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, CLIENT, pushed)
  const url = new URL(String(as.authorization_endpoint))
  url.search = String(new URLSearchParams({ client_id: 'app', request_uri }))
  const { url: callback } = await new Browser(server.origin).open(url.href)
  const parameters = oauth.validateAuthResponse(as, CLIENT, new URL(callback), 'state')
  const redeem = (DPoP: oauth.DPoPHandle | undefined) =>
    oauth.authorizationCodeGrantRequest(as, CLIENT, oauth.None(), parameters, REDIRECT, verifier, {
      ...(DPoP === undefined ? {} : { DPoP }),
      ...insecure,
    })
  return { proof, redeem }
}

onEveryEngine('a client that proves its key (RFC 9449)', (world) => {
  test('gets tokens that are bound to it, refresh tokens as well', async () => {
    const { server } = world()
    const as = await discover(server)
    const { proof, redeem } = await authorizeWithProof(server, as)
    const tokens = await oauth.processAuthorizationCodeResponse(as, CLIENT, await redeem(proof))
    expect(tokens.token_type).toBe('dpop')
    const thumbprint = await proof.calculateThumbprint()
    expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ jkt: thumbprint })
    const token = String(tokens.refresh_token)
    const refresh = async (DPoP: oauth.DPoPHandle) =>
      oauth.refreshTokenGrantRequest(as, CLIENT, oauth.None(), token, { DPoP, ...insecure })
    const thief = oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256'))
    expect((await refresh(thief)).status).toBe(400)
    const bare = { grant_type: 'refresh_token', client_id: 'app', refresh_token: token }
    expect((await post(server, '/oauth/token', bare)).body).toMatchObject({
      error: 'invalid_grant',
    })
    const next = await oauth.processRefreshTokenResponse(as, CLIENT, await refresh(proof))
    expect(decodeJwt(next.access_token)['cnf']).toEqual({ jkt: thumbprint })
    expect(next.refresh_token).not.toBe(token)
  })

  test('opens a code that it bound to its key, and nobody else does', async () => {
    const { server } = world()
    const as = await discover(server)
    const { redeem } = await authorizeWithProof(server, as)
    const thief = oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256'))
    expect((await redeem(thief)).status).toBe(400)
    expect((await redeem(undefined)).status).toBe(400)
  })

  test('is told a nonce where one is wanted', async () => {
    const { restart } = world()
    const server = await restart({ requireDpopNonce: true })
    const as = await discover(server)
    const DPoP = oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256'))
    const ask = () =>
      oauth.refreshTokenGrantRequest(as, CLIENT, oauth.None(), 'unknown', { DPoP, ...insecure })
    const first = await ask()
    expect(first.headers.get('dpop-nonce')).not.toBeNull()
    expect(await first.clone().json()).toMatchObject({ error: 'use_dpop_nonce' })
    await oauth.processRefreshTokenResponse(as, CLIENT, first).catch(() => {})
    expect(await (await ask()).json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('cannot use a proof twice, at one process or another', async () => {
    const { server, second } = world()
    const other = await second()
    const as = await discover(server)
    const sent: string[] = []
    const spy = async (url: string, options: RequestInit) => {
      sent.push(String(new Headers(options.headers).get('dpop')))
      return fetch(url, options)
    }
    const { proof, redeem } = await authorizeWithProof(server, as)
    const tokens = await oauth.processAuthorizationCodeResponse(as, CLIENT, await redeem(proof))
    await oauth.refreshTokenGrantRequest(as, CLIENT, oauth.None(), String(tokens.refresh_token), {
      DPoP: proof,
      [oauth.customFetch]: spy as never,
      ...insecure,
    })
    const replay = {
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: String(tokens.refresh_token),
    }
    for (const one of [server, other]) {
      const { status, body } = await post(one, '/oauth/token', replay, { dpop: String(sent[0]) })
      expect([status, body['error']]).toEqual([400, 'invalid_grant'])
    }
  })
})

onEveryEngine('the metadata (RFC 8414)', (world) => {
  test('says exactly what is on', async () => {
    const { server } = world()
    const { origin } = server
    const read = async (path: string) => JSON.parse((await send(`${origin}${path}`, {})).text)
    const metadata = {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      jwks_uri: `${origin}/oauth/jwks`,
      pushed_authorization_request_endpoint: `${origin}/oauth/par`,
      revocation_endpoint: `${origin}/oauth/revoke`,
      introspection_endpoint: `${origin}/oauth/introspect`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      scopes_supported: ['read', 'write', 'execute', 'offline_access'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: [
        'none',
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
      ],
      token_endpoint_auth_signing_alg_values_supported: [
        'ES256',
        'EdDSA',
        'Ed25519',
        'PS256',
        'RS256',
      ],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    }
    expect(await read('/.well-known/oauth-authorization-server')).toEqual(metadata)
    expect(await read('/.well-known/openid-configuration')).toEqual({
      ...metadata,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
  })

  test('says so whatever a proxy says', async () => {
    const { origin } = world().server
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const page = await send(`${origin}/.well-known/oauth-authorization-server`, { headers })
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('evil')
    expect(JSON.parse(page.text)).toMatchObject({ token_endpoint: `${origin}/oauth/token` })
  })

  test.each([
    '/oauth/userinfo',
    '/oauth/register',
    '/oauth/device/auth',
    '/oauth/session/end',
    '/oauth/backchannel',
  ])('and nothing more: no %s', async (path) => {
    expect(world().server.server.routes(path)).toBeUndefined()
    expect((await send(`${world().server.origin}${path}`, {})).status).toBe(404)
  })
})

onEveryEngine('registration (RFC 7591)', (world) => {
  const start = async () => {
    const asked: unknown[] = []
    const { restart } = world()
    const clients = {
      ...fakeClients(new Map()),
      registration: {
        admit: () => {
          if (asked.length > 0)
            throw new OauthError('slow_down', 'later', { status: 429, retryAfter: 7 })
        },
        register: async (_: unknown, metadata: object) => {
          asked.push(metadata)
          if ('bad' in metadata) throw new OauthError('invalid_redirect_uri', 'not that one')
          return { ...metadata, client_id: 'dyn-1' } as never
        },
      },
    }
    return { server: await restart({ clients }), asked }
  }
  const register = (server: TestServer, body: string, headers: Record<string, string> = {}) =>
    send(`${server.origin}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  test('reads one JSON object and answers as its policy says', async () => {
    const { server, asked } = await start()
    expect((await discover(server)).registration_endpoint).toBe(`${server.origin}/oauth/register`)
    for (const body of ['', '[]', 'null', '{', '"x"'])
      expect((await register(server, body)).status).toBe(400)
    expect((await register(server, '{}', { 'content-type': 'text/plain' })).status).toBe(400)
    expect(asked).toEqual([])
    const made = await register(server, '{"client_name":"x"}')
    expect([made.status, JSON.parse(made.text)]).toEqual([
      201,
      { client_name: 'x', client_id: 'dyn-1' },
    ])
    const late = await register(server, '{}')
    expect([late.status, late.headers['retry-after']]).toEqual([429, '7'])
  })

  test('refuses in the words of the RFC', async () => {
    const { server } = await start()
    const page = await register(server, '{"bad":1}')
    expect([page.status, JSON.parse(page.text)['error']]).toEqual([400, 'invalid_redirect_uri'])
  })

  test('is open to pages of this machine, and to no other page', async () => {
    const { server } = await start()
    const ask = (origin: string) =>
      send(`${server.origin}/oauth/register`, { method: 'OPTIONS', headers: { origin } })
    const local = await ask('http://localhost:6274')
    expect(local.headers['access-control-allow-origin']).toBe('http://localhost:6274')
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null'])
      expect((await ask(origin)).headers['access-control-allow-origin']).toBeUndefined()
  })
})
