import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { Browser, send } from './testing/browser.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import {
  authorize,
  authorizeUrl,
  post,
  REDIRECT,
  redeem,
  type TestServer,
} from './testing/server.ts'

const CHALLENGE = createHash('sha256').update('a'.repeat(43)).digest('base64url')
const SECRET = 's'.repeat(43)

/** Opens an authorization request that must not get as far as a person, nor to any client. */
async function refused(
  server: TestServer,
  changes: Record<string, string | undefined>,
): Promise<string> {
  const page = await new Browser(server.origin).open(authorizeUrl(server, changes).url)
  expect(page.status).toBe(400)
  expect(page.headers.location).toBeUndefined()
  expect(server.seen).toEqual([])
  return page.text
}

/** The error that a vetted client is told. */
async function told(
  server: TestServer,
  changes: Record<string, string | undefined>,
): Promise<URLSearchParams> {
  const { callback } = await authorize(server, changes)
  expect(`${callback.origin}${callback.pathname}`).toBe(REDIRECT)
  // Where an unsupported response type would have had its answer (RFC 6749 section 4.2.2.1).
  const hash = new URLSearchParams(callback.hash.slice(1))
  const said = hash.size > 0 ? hash : callback.searchParams
  expect(said.get('code')).toBeNull()
  expect(said.get('iss')).toBe(server.origin)
  return said
}

function addClients({ clients }: TestServer): void {
  const app = clients.get('app') ?? {}
  clients.set('dyn-1', { ...app, client_id: 'dyn-1' })
  clients.set('secret', {
    ...app,
    client_id: 'secret',
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: SECRET,
  })
  clients.set('web', {
    ...app,
    client_id: 'web',
    application_type: 'web',
    redirect_uris: ['https://app.example/cb'],
  })
}

const DOWNGRADES: readonly (readonly [string, Record<string, string | undefined>])[] = [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['`plain`', { code_challenge_method: 'plain' }],
  ['no method', { code_challenge_method: undefined }],
  ['42 characters', { code_challenge: CHALLENGE.slice(1) }],
  ['129 characters', { code_challenge: 'a'.repeat(129) }],
]

const MUTATIONS: readonly string[] = [
  'https://app.example/cb/',
  'https://app.example/cb?x=1',
  'https://app.example/CB',
  'https://app.example/cb/../cb',
  'https://app.example@evil.example/cb',
  'https://evil.example/cb',
  'https://app.example/cb#x',
  'https://app.example:444/cb',
  'http://app.example/cb',
  'https://sub.app.example/cb',
  'https://app.example\\@evil.example/cb',
  'https://app.example%2f@evil.example/cb',
  'javascript:alert(1)',
  'https://[::ffff:127.0.0.1]/cb',
]

const LOOPBACK_MUTATIONS: readonly string[] = [
  'http://localhost:7777/callback',
  'http://127.1:7777/callback',
  'http://127.0.0.1:7777/callback/',
  'http://127.0.0.2:7777/callback',
  'http://127.0.0.1:7777@evil.example/callback',
  'https://127.0.0.1:7777/callback',
  'http://127.0.0.1.evil.example/callback',
  'http://[::1]:7777/callback',
]

onEveryEngine('the authorization endpoint', (world) => {
  test.each(DOWNGRADES)(
    'refuses PKCE with %s to public and confidential clients',
    async (_, changes) => {
      const { server } = world()
      addClients(server)
      for (const client_id of ['app', 'secret'])
        expect((await told(server, { ...changes, client_id })).get('error')).toBe('invalid_request')
    },
  )

  test.each(MUTATIONS)('does not redirect to %s', async (redirect_uri) => {
    const { server } = world()
    addClients(server)
    expect(await refused(server, { client_id: 'web', redirect_uri })).toContain('redirect_uri')
    expect(await refused(server, { client_id: 'web', redirect_uri, scope: 'zzz' })).toContain(
      'invalid',
    )
  })

  test.each(LOOPBACK_MUTATIONS)('does not take %s for a loopback address', async (redirect_uri) => {
    await refused(world().server, { redirect_uri })
  })

  test('lets the port of a loopback address vary', async () => {
    const { callback } = await authorize(world().server, {
      redirect_uri: 'http://127.0.0.1:50123/callback',
    })
    expect(callback.port).toBe('50123')
  })

  test('knows no client that nobody registered', async () => {
    const { server } = world()
    expect(await refused(server, { client_id: 'evil' })).toContain('invalid_client')
    expect(await refused(server, { client_id: undefined })).toContain('invalid_request')
    expect(await refused(server, { client_id: 'https://evil.example/client' })).toContain(
      'invalid_client',
    )
  })

  test.each<Record<string, string | undefined>>([
    { scope: 'zzz' },
    { code_challenge: undefined, code_challenge_method: undefined },
    { prompt: 'none' },
    { resource: 'https://evil.example/mcp' },
    { response_type: 'token' },
    { request: 'e30.e30.' },
  ])('sends no browser to an unvetted client before a person answered: %j', async (changes) => {
    const { server } = world()
    addClients(server)
    await refused(server, { ...changes, client_id: 'dyn-1' })
  })

  test('but tells it that the person declined', async () => {
    const { server } = world()
    addClients(server)
    server.answers.consent = undefined
    const error = await told(server, { client_id: 'dyn-1' })
    expect(error.get('error')).toBe('access_denied')
    expect(error.get('state')).toBe('st%+ä')
    expect(await server.server.grants.list({ all: true })).toEqual([])
  })

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: 'none' }, 'unsupported_response_type'],
    [{ response_type: 'code token' }, 'unsupported_response_type'],
    [{ request: 'e30.e30.' }, 'request_not_supported'],
    [{ request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    [{ registration: '{}' }, 'registration_not_supported'],
    [{ scope: 'zzz' }, 'invalid_scope'],
    [{ scope: 'files:unknown' }, 'invalid_scope'],
    [{ resource: 'https://evil.example/mcp' }, 'invalid_target'],
    [{ resource: undefined }, 'invalid_target'],
    [{ prompt: 'none' }, 'login_required'],
  ])('refuses %j with %s', async (changes, error) => {
    expect((await told(world().server, changes)).get('error')).toBe(error)
  })

  test.each(['fragment', 'form_post', 'web_message', 'jwt', 'query.jwt'])(
    'knows no response mode `%s`, in the request or pushed',
    async (response_mode) => {
      const { server } = world()
      await refused(server, { response_mode })
      const pushed = new URL(authorizeUrl(server, { response_mode }).url).searchParams
      const { status } = await post(server, '/oauth/par', Object.fromEntries(pushed))
      expect(status).toBe(400)
    },
  )

  test('takes one resource at a time, and no parameter twice', async () => {
    const { server } = world()
    const { url } = authorizeUrl(server)
    const browser = new Browser(server.origin)
    const two = await browser.open(
      `${url}&resource=${encodeURIComponent(`${server.origin}/admin`)}`,
    )
    expect(new URL(two.url).searchParams.get('error')).toBe('invalid_target')
    const twice = await browser.open(`${url}&client_id=app`)
    expect(twice.status).toBe(400)
    expect(server.seen).toEqual([])
  })

  test('gives a client that asks for nothing the least, at the fallback', async () => {
    const { server } = world()
    const { status, body } = await redeem(
      server,
      await authorize(server, { resource: undefined, scope: undefined }),
    )
    expect(status).toBe(200)
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      aud: server.resource,
      scope: 'read',
    })
  })

  test('takes scopes of OpenID Connect for a habit', async () => {
    const { server } = world()
    const { body } = await redeem(server, await authorize(server, { scope: 'openid email' }))
    expect(body).not.toHaveProperty('id_token')
    expect(decodeJwt(String(body['access_token']))['scope']).toBe('read')
  })

  test('names the resource as the client does', async () => {
    const { server } = world()
    const resource = server.resource.replace('127.0.0.1', 'localhost')
    const { body } = await redeem(server, await authorize(server, { resource }))
    expect(decodeJwt(String(body['access_token'])).aud).toBe(resource)
  })

  test('gives tokens for `/admin` that live two minutes', async () => {
    const { server } = world()
    const resource = `${server.origin}/admin`
    const { body } = await redeem(server, await authorize(server, { resource }))
    expect(body['expires_in']).toBe(120)
  })

  test('answers nobody who calls it by another name, whatever else they say', async () => {
    const { server } = world()
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': new URL(server.origin).host,
      forwarded: `host=${new URL(server.origin).host}`,
    }
    for (const path of ['/oauth/authorize', '/.well-known/oauth-authorization-server']) {
      const page = await send(`${server.origin}${path}`, { headers })
      expect(page.status).toBe(421)
    }
  })
})

onEveryEngine('a pushed request', (world) => {
  const push = (server: TestServer, changes: Record<string, string | undefined> = {}) => {
    const { verifier, url } = authorizeUrl(server, changes)
    const form = Object.fromEntries(new URL(url).searchParams)
    return { verifier, pushed: post(server, '/oauth/par', form) }
  }

  test('opens once, for its own client', async () => {
    const { server } = world()
    addClients(server)
    const { verifier, pushed } = push(server)
    const { status, body } = await pushed
    expect(status).toBe(201)
    const request_uri = String(body['request_uri'])
    const url = (client: string) =>
      `${server.origin}/oauth/authorize?${new URLSearchParams({ client_id: client, request_uri })}`
    const stranger = await new Browser(server.origin).open(url('dyn-1'))
    expect(stranger.status).toBe(400)
    const page = await new Browser(server.origin).open(url('app'))
    const code = new URL(page.url).searchParams.get('code') ?? ''
    expect((await redeem(server, { code, verifier })).status).toBe(200)
    const again = await new Browser(server.origin).open(url('app'))
    expect(new URL(again.url).searchParams.get('error')).toBe('invalid_request_uri')
  })

  test('is refused for what the endpoint itself would refuse', async () => {
    const { server } = world()
    const refusals = [
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ scope: 'zzz' }, 'invalid_scope'],
      [{ resource: 'https://evil.example/' }, 'invalid_target'],
      [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ] as const
    for (const [changes, error] of refusals) {
      const { status, body } = await push(server, changes).pushed
      expect([status, body['error']]).toEqual([400, error])
    }
  })
})
