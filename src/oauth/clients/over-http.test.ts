import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SecurityEvent } from '../../kernel/event.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { ENGINES, freshStore } from '../../store/testing/fresh-store.ts'
import { Browser, type Page, send } from '../engine/testing/browser.ts'
import {
  authorize,
  authorizeUrl,
  post,
  REDIRECT,
  redeem,
  refresh,
  startServer,
  type TestServer,
} from '../engine/testing/server.ts'
import { type ClientsOptions, openClients } from './clients.ts'
import { NO_FETCH, served } from './testing/opened.ts'

const ID = 'https://client.example/client.json'
const DOCUMENT: JsonObject = {
  client_id: ID,
  client_name: 'Example',
  redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/cb'],
}

/** An authorization server with these clients, on the real thing in between. */
async function serverWith(
  engine: (typeof ENGINES)[number],
  policy: ClientsOptions['policy'],
  fetchDocument: FetchDocument = NO_FETCH,
) {
  const fresh = await freshStore(engine)
  onTestFinished(() => fresh.remove())
  const events: SecurityEvent[] = []
  const fetched: string[] = []
  const clock = { offset: 0 }
  let count = 0
  const clients = await openClients({
    store: fresh.store,
    clock: () => Date.now() + clock.offset,
    randomId: () => createHash('sha256').update(String(count++)).digest('base64url'),
    witness: async (event) => void events.push(event),
    fetchDocument: (url, limits) => {
      fetched.push(url)
      return fetchDocument(url, limits)
    },
    sealKey: Buffer.alloc(32, 7),
    ...(policy === undefined ? {} : { policy }),
    onRemoved: (id) => server.server.grants.revokeClient(id, 'client-removed'),
  })
  const server = await startServer(fresh.store, { clients: clients.source })
  onTestFinished(() => server.close())
  const pass = (milliseconds: number) => {
    clock.offset += milliseconds
    server.clock.offset += milliseconds
  }
  return { ...clients, server, fetched, registered: events, pass }
}

const registerAt = (
  server: TestServer,
  body: JsonObject,
  headers: Record<string, string> = {},
): Promise<Page> =>
  send(`${server.at}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** A request that reaches nobody: a page of ours, nothing of the client's. */
async function refused(
  server: TestServer,
  changes: Record<string, string | undefined>,
): Promise<Page> {
  const page = await new Browser(server.origin).open(authorizeUrl(server, changes).url)
  expect(page.status).toBe(400)
  expect(page.headers.location).toBeUndefined()
  expect(server.seen).toEqual([])
  return page
}

describe.each(ENGINES)('registration over HTTP, on %s', (engine) => {
  test('gives a loopback client no secret, and all of a flow', async () => {
    const { server, administration, flush } = await serverWith(engine, { registration: 'loopback' })
    const metadata = await send(`${server.at}/.well-known/oauth-authorization-server`, {})
    expect(JSON.parse(metadata.text)).toMatchObject({
      registration_endpoint: `${server.origin}/oauth/register`,
    })
    const page = await registerAt(server, {
      client_name: 'Editor',
      redirect_uris: ['http://127.0.0.1/callback'],
      scope: 'read offline_access',
    })
    expect([page.status, page.headers['cache-control']]).toEqual([201, 'no-store'])
    const client: JsonObject = JSON.parse(page.text)
    expect(Object.keys(client).filter((key) => /secret|registration/.test(key))).toEqual([])
    const id = String(client['client_id'])
    const { code, verifier } = await authorize(server, { client_id: id })
    expect(server.seen.at(-1)?.client).toMatchObject({
      id,
      name: 'Editor',
      trust: 'dynamic',
      host: undefined,
    })
    const { status, body } = await redeem(server, { code, verifier }, { client_id: id })
    expect(status).toBe(200)
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      client_id: id,
      client_trust: 'dynamic',
    })
    await flush()
    expect((await administration.find(id))?.used).toBeDefined()
    // gone for good: what it was granted ends, too
    await administration.remove(id)
    const after = await refresh(server, body['refresh_token'], { client_id: id })
    expect([after.status, after.body['error']]).toEqual([401, 'invalid_client'])
    expect(await server.server.grants.list({ client: id })).toEqual([])
  })

  test.each([
    ['https://evil.example/cb'],
    ['http://evil.example/cb'],
    ['javascript:alert(1)'],
    ['data:text/html,a'],
    ['http://user@127.0.0.1/cb'],
    ['http://127.0.0.1/*'],
    ['http://127.0.0.1/#a'],
  ])('refuses %s, with nothing stored', async (redirect) => {
    const { server, administration } = await serverWith(engine, { registration: 'loopback' })
    const page = await registerAt(server, { redirect_uris: [redirect] })
    expect([page.status, JSON.parse(page.text).error]).toEqual([400, 'invalid_redirect_uri'])
    expect(await administration.list({ trust: 'dynamic' })).toEqual([])
  })

  test('is slowed down, and says for how long', async () => {
    const policy = { registration: 'loopback', maxDynamicPerSource: 1_000 } as const
    const { server, administration } = await serverWith(engine, policy)
    const pages = await Promise.all(
      Array.from({ length: 40 }, () => registerAt(server, { redirect_uris: [REDIRECT] })),
    )
    const made = pages.filter(({ status }) => status === 201)
    expect(made.length).toBeGreaterThanOrEqual(10)
    expect(await administration.list({ trust: 'dynamic' })).toHaveLength(made.length)
    const slowed = pages.filter(({ status }) => status === 429)
    expect([slowed.length > 0, slowed.length + made.length]).toEqual([true, 40])
    for (const { headers } of slowed) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })

  test('that is off is nowhere', async () => {
    const { server } = await serverWith(engine, {})
    expect((await registerAt(server, { redirect_uris: [REDIRECT] })).status).toBe(404)
    const metadata = await send(`${server.at}/.well-known/oauth-authorization-server`, {})
    expect(JSON.parse(metadata.text)).not.toHaveProperty('registration_endpoint')
  })

  test('does not make a client that errors are sent to', async () => {
    const { server } = await serverWith(engine, { registration: 'loopback' })
    const { client_id } = JSON.parse((await registerAt(server, { redirect_uris: [REDIRECT] })).text)
    await refused(server, { client_id, scope: 'zzz' })
    await refused(server, {
      client_id,
      code_challenge: undefined,
      code_challenge_method: undefined,
    })
    await refused(server, { client_id, prompt: 'none' })
  })
})

describe.each(ENGINES)('documents over HTTP, on %s', (engine) => {
  test('name clients, with one fetch for two flows', async () => {
    const { server, fetched } = await serverWith(engine, {}, async () => served(DOCUMENT))
    for (const redirect_uri of ['http://127.0.0.1:33418/callback', 'https://client.example/cb']) {
      const { code, verifier } = await authorize(server, { client_id: ID, redirect_uri })
      expect(server.seen.at(-1)).toMatchObject({
        redirect: redirect_uri,
        client: { id: ID, name: 'Example', trust: 'metadata', host: 'client.example' },
      })
      const { body } = await redeem(server, { code, verifier }, { client_id: ID, redirect_uri })
      expect(decodeJwt(String(body['access_token']))).toMatchObject({
        client_id: ID,
        client_trust: 'metadata',
      })
    }
    expect(fetched).toEqual([ID])
  })

  test.each([
    ['another client_id', served({ ...DOCUMENT, client_id: `${ID}x` })],
    ['no JSON', served('<html>')],
    ['no name', served({ ...DOCUMENT, client_name: undefined })],
    ['no redirect addresses', served({ ...DOCUMENT, redirect_uris: [] })],
    ['a secret', served({ ...DOCUMENT, client_secret: 'a' })],
    [
      'a method with a secret',
      served({ ...DOCUMENT, token_endpoint_auth_method: 'client_secret_post' }),
    ],
    ['a redirect', served('', { status: 302 })],
    ['nothing', served('', { status: 404 })],
  ])('that hold %s name nobody, and are fetched once in five requests', async (_, answer) => {
    const { server, fetched, registered } = await serverWith(engine, {}, async () => answer)
    for (let times = 0; times < 5; times++) await refused(server, { client_id: ID })
    expect(fetched).toEqual([ID])
    expect(registered).toMatchObject([{ event: 'client.refused', client: ID }])
  })

  test.each([
    'https://127.0.0.1/client.json',
    'https://client.example/',
    'https://client.example/a/../client.json',
    'https://client.example:8443/client.json',
    'https://user@client.example/client.json',
    'https://client.example/client.json#a',
    'http://client.example/client.json',
    'https://2130706433/client.json',
  ])('are not looked for at %s', async (client_id) => {
    const { server, fetched } = await serverWith(engine, {})
    await refused(server, { client_id })
    expect(fetched).toEqual([])
  })

  test('count by the list of the operator', async () => {
    const policy = { documents: 'listed', documentHosts: ['allowed.example'] } as const
    const { server, fetched } = await serverWith(engine, policy, async (url) =>
      served({ ...DOCUMENT, client_id: url }),
    )
    for (const host of [
      'evil-allowed.example',
      'sub.allowed.example',
      'allowed.example.evil.example',
    ])
      await refused(server, { client_id: `https://${host}/client.json` })
    expect(fetched).toEqual([])
    const client_id = 'https://allowed.example/client.json'
    expect((await authorize(server, { client_id })).code).not.toBe('')
    const { callback } = await authorize(server, { client_id, scope: 'zzz' })
    expect(callback.searchParams.get('error')).toBe('invalid_scope')
  })

  test('that anybody wrote make no client that errors are sent to', async () => {
    const { server } = await serverWith(engine, {}, async () => served(DOCUMENT))
    await refused(server, { client_id: ID, scope: 'zzz' })
    await refused(server, {
      client_id: ID,
      redirect_uri: 'https://client.example/cb',
      prompt: 'none',
    })
  })

  test('that the operator blocks name nobody any more', async () => {
    const { server, administration } = await serverWith(engine, {}, async () => served(DOCUMENT))
    const { code, verifier } = await authorize(server, { client_id: ID })
    const { body } = await redeem(server, { code, verifier }, { client_id: ID })
    await administration.disable(ID)
    const after = await refresh(server, body['refresh_token'], { client_id: ID })
    expect([after.status, after.body['error']]).toEqual([400, 'invalid_client'])
    server.seen.length = 0
    await refused(server, { client_id: ID })
  })

  test('can name keys, which are fetched as carefully', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keys = 'https://client.example/keys.json'
    const proving = { ...DOCUMENT, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keys }
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'k' }
    const { server, fetched } = await serverWith(engine, {}, async (url) =>
      served(url === ID ? proving : { keys: [jwk] }),
    )
    const assertion = (jti: string) =>
      new SignJWT({ jti })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .setIssuer(ID)
        .setSubject(ID)
        .setAudience(server.origin)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey)
    for (const jti of ['a', 'b']) {
      const { code, verifier } = await authorize(server, { client_id: ID })
      const bare = await redeem(server, { code, verifier }, { client_id: ID })
      expect([bare.status, bare.body['error']]).toEqual([401, 'invalid_client'])
      const { status } = await redeem(
        server,
        { code, verifier },
        {
          client_id: ID,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(jti),
        },
      )
      expect(status).toBe(200)
    }
    expect(fetched).toEqual([ID, keys])
  })
})

describe.each(ENGINES)('registered clients over HTTP, on %s', (engine) => {
  test.each(['evil_client_id', '', 'dynamic:unknown', 'Bailiwick-Connect', 'bailiwick-connect '])(
    'there is no client %j',
    async (client_id) => {
      const { server } = await serverWith(engine, {})
      await refused(server, { client_id, redirect_uri: 'https://evil.example/cb' })
    },
  )

  test('ours is bound to a key, on any port of this machine', async () => {
    const { server } = await serverWith(engine, {})
    const client_id = 'bailiwick-connect'
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    for (const redirect_uri of ['http://127.0.0.1:50001/callback', 'http://[::1]:50002/callback']) {
      const flow = await authorize(server, { client_id, redirect_uri })
      expect(server.seen.at(-1)?.client).toMatchObject({ name: 'Bailiwick', trust: 'registered' })
      const bare = await redeem(server, flow, { client_id, redirect_uri })
      expect(bare.status).toBe(400)
      const proof = await new SignJWT({
        htm: 'POST',
        htu: `${server.origin}/oauth/token`,
        jti: redirect_uri,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .setIssuedAt()
        .sign(privateKey)
      const again = await authorize(server, { client_id, redirect_uri })
      const { status, body } = await post(
        server,
        '/oauth/token',
        {
          grant_type: 'authorization_code',
          client_id,
          code: again.code,
          code_verifier: again.verifier,
          redirect_uri,
        },
        { dpop: proof },
      )
      expect([status, body['token_type']]).toEqual([200, 'DPoP'])
      const claims = decodeJwt(String(body['access_token']))
      expect(claims).toMatchObject({
        cnf: { jkt: await calculateJwkThumbprint(jwk) },
        client_trust: 'registered',
      })
    }
    await refused(
      { ...server, seen: [] },
      { client_id, redirect_uri: 'http://localhost:50001/callback' },
    )
    await refused(
      { ...server, seen: [] },
      { client_id, redirect_uri: 'http://127.0.0.1:50001/other' },
    )
  })

  test('with a secret prove it, within what the operator allows', async () => {
    const { server, administration } = await serverWith(engine, {})
    const redirect_uri = 'https://portal.example/cb'
    const { secret = '' } = await administration.register({
      id: 'portal',
      name: 'Portal',
      method: 'client_secret_basic',
      redirects: [redirect_uri],
      resources: [server.resource],
      scopes: ['read'],
      mayIntrospect: true,
    })
    const asks = { client_id: 'portal', redirect_uri }
    const told = async (changes: Record<string, string>) =>
      (await authorize(server, { ...asks, ...changes })).callback.searchParams.get('error')
    expect(await told({ scope: 'write' })).toBe('invalid_scope')
    expect(await told({ resource: `${server.origin}/mcp/files` })).toBe('invalid_target')
    expect(server.seen).toEqual([])
    const redeemed = async (proof: string) => {
      const { code, verifier } = await authorize(server, asks)
      return post(
        server,
        '/oauth/token',
        { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri },
        { authorization: `Basic ${Buffer.from(`portal:${proof}`).toString('base64')}` },
      )
    }
    expect((await redeemed('wrong')).body['error']).toBe('invalid_client')
    const { status, body } = await redeemed(secret)
    expect(status).toBe(200)
    const introspect = (proof: string) =>
      post(
        server,
        '/oauth/introspect',
        { token: String(body['access_token']) },
        { authorization: `Basic ${Buffer.from(`portal:${proof}`).toString('base64')}` },
      )
    expect((await introspect(secret)).body['active']).toBe(true)
    const renewed = await administration.renewSecret('portal')
    expect((await introspect(secret)).status).toBe(401)
    expect((await introspect(renewed)).body['active']).toBe(true)
    await administration.disable('portal')
    expect((await introspect(renewed)).status).toBe(401)
  })
})
