import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { type Page, send } from '../engine/testing/browser.ts'
import { authorize, REDIRECT, redeem, refresh, type TestServer } from '../engine/testing/server.ts'
import { served } from './testing/opened.ts'
import { refused, serverWith } from './testing/server-with.ts'

const ID = 'https://client.example/client.json'
const DOCUMENT: JsonObject = {
  client_id: ID,
  client_name: 'Example',
  redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/cb'],
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
