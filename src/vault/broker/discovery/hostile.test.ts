import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Issuer, type Oddity, startIssuer } from '../testing/issuer.ts'
import { answerTo, at, type BrokerScene, brokerScene } from '../testing/scene.ts'
import { createDiscovery } from './discover.ts'

let scene: BrokerScene
let issuer: Issuer
beforeAll(async () => {
  scene = await brokerScene()
  issuer = await startIssuer()
  scene.add('notes', issuer.url)
  scene.add('only', issuer.url, { issuer: 'https://login.example' })
})
afterAll(async () => {
  await scene.close()
  await issuer.close()
})
beforeEach(() => {
  issuer.odd = {}
})

const begin = (server = 'notes') => scene.broker.connections.begin({ server, ...at() })

const METADATA: Readonly<Record<string, Oddity>> = {
  'metadata of another issuer': { metadata: { issuer: 'https://login.example' } },
  'an issuer that differs in a slash': { resource: { authorization_servers: ['ORIGIN/'] } },
  'metadata without an issuer': { metadata: { issuer: undefined } },
  'an endpoint that is a script': { metadata: { authorization_endpoint: 'javascript:alert(1)' } },
  'an endpoint that is data': { metadata: { authorization_endpoint: 'data:text/html,x' } },
  'an endpoint in plain HTTP': { metadata: { token_endpoint: 'http://login.example/token' } },
  'an endpoint with a password': { metadata: { token_endpoint: 'https://a:b@login.example/t' } },
  'an endpoint with a fragment': { metadata: { authorization_endpoint: 'https://a.example/#x' } },
  'an endpoint that is no text': { metadata: { token_endpoint: ['https://a.example'] } },
  'a registration in a private network': {
    metadata: { registration_endpoint: 'https://10.0.0.1' },
  },
  'no token endpoint': { metadata: { token_endpoint: undefined } },
  'no PKCE': { metadata: { code_challenge_methods_supported: undefined } },
  'plain PKCE': { metadata: { code_challenge_methods_supported: ['plain'] } },
  'no way to register': { metadata: { registration_endpoint: undefined } },
  'no method that we know': { metadata: { token_endpoint_auth_methods_supported: ['tls'] } },
  'another resource': { resource: { resource: 'https://other.example/mcp' } },
  'a resource beside the server': { resource: { resource: 'ORIGIN/mc' } },
  'a resource within the server': { resource: { resource: 'ORIGIN/mcp/more' } },
  'no resource': { resource: { resource: undefined } },
  'no authorization server': { resource: { authorization_servers: [] } },
  'an authorization server in a private network': {
    resource: { authorization_servers: ['https://169.254.169.254'] },
  },
  'an issuer with a query': { resource: { authorization_servers: ['https://a.example/?x=1'] } },
  'what is not JSON': instead({
    text: '{"issuer":',
    headers: { 'content-type': 'application/json' },
  }),
  'what is no object': instead({ json: ['x'] }),
  'too much': instead({ json: { x: 'x'.repeat(300_000) } }),
  'an error': instead({ status: 503 }),
  'a redirect': {
    instead: {
      '/.well-known/oauth-authorization-server': {
        status: 302,
        headers: { location: 'https://evil.example' },
      },
    },
  },
  'a registration without an id': { instead: { '/register': { status: 201, json: {} } } },
  'a registration that is refused': {
    instead: { '/register': { status: 400, json: { error: '<script>' } } },
  },
}

function instead(said: NonNullable<NonNullable<Oddity['instead']>[string]>): Oddity {
  return { instead: { '/.well-known/oauth-authorization-server': said } }
}

test.each(Object.keys(METADATA))('with %s, nobody is sent anywhere', async (name) => {
  const { metadata, resource, ...odd } = METADATA[name] ?? {}
  issuer.odd = { ...odd, metadata: replaced(metadata), resource: replaced(resource) }
  await scene.store.db.deleteFrom('vault_client').execute()
  const refused = begin()
  await expect(refused).rejects.toMatchObject({ code: 'authorization_server_refused' })
  await expect(refused).rejects.not.toThrow('script')
  expect(issuer.at('/token')).toEqual([])
  expect(scene.asked.filter((url) => url.includes('evil'))).toEqual([])
})

function replaced(fields: Readonly<Record<string, unknown>> | undefined) {
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace('ORIGIN', issuer.origin)
    return Array.isArray(value) ? value.map(put) : value
  }
  return Object.fromEntries(Object.entries(fields ?? {}).map(([key, value]) => [key, put(value)]))
}

test('a server with an address elsewhere may not name one on this machine', async () => {
  const discovery = createDiscovery(async (url) => {
    if (!url.includes('protected-resource')) return new Response('', { status: 404 })
    const json = { resource: 'https://remote.example/mcp', authorization_servers: [issuer.origin] }
    return Response.json(json)
  }, Date.now)
  const found = discovery.find('remote', { url: 'https://remote.example/mcp' })
  await expect(found).rejects.toThrow('an address of this machine')
})

test('only the configured authorization server counts', async () => {
  await expect(begin('only')).rejects.toThrow('other authorization servers')
})

test('PKCE that is not promised is used all the same, where the operator allows that', async () => {
  scene.add('weak', issuer.url, { allowWithoutPkce: true })
  issuer.odd = { metadata: { code_challenge_methods_supported: undefined } }
  const { location } = await begin('weak')
  expect(new URL(location).searchParams.get('code_challenge_method')).toBe('S256')
})

test('a server that says nothing of itself is its own authorization server', async () => {
  const missing = { status: 404 }
  issuer.odd = {
    instead: {
      '/.well-known/oauth-protected-resource/mcp': missing,
      '/.well-known/oauth-authorization-server': missing,
    },
  }
  const { location } = await begin()
  expect(location).toMatch(new RegExp(`^${issuer.origin}/authorize\\?`))
  expect(await scene.broker.connections.finish(answerTo(location), at())).toMatchObject({
    issuer: issuer.origin,
    resource: issuer.url,
  })
})

test('where the challenge says that the metadata is, it is', async () => {
  const other = await startIssuer()
  issuer.odd = {
    instead: {
      '/mcp': {
        status: 401,
        headers: {
          'www-authenticate': `Basic x, Bearer scope="a b", resource_metadata="${issuer.origin}/odd"`,
        },
      },
      '/odd': { json: { resource: issuer.url, authorization_servers: [other.origin] } },
    },
  }
  const offer = await scene.broker.connections.offer({ server: 'notes', user: 'user:ann' })
  expect(offer).toMatchObject({ issuer: other.origin, scopes: ['a', 'b'] })
  await other.close()
})

test('offline access is asked for where there is such a scope, and only there', async () => {
  issuer.odd = { metadata: { scopes_supported: ['read', 'offline_access'] } }
  expect(new URL((await begin()).location).searchParams.get('scope')).toBe('read offline_access')
  issuer.odd = { resource: { scopes_supported: ['read', 'offline_access'] } }
  expect(new URL((await begin()).location).searchParams.get('scope')).toBe('read')
  issuer.odd = { resource: { scopes_supported: undefined } }
  expect(new URL((await begin()).location).searchParams.has('scope')).toBe(false)
})

test('our document is our name where both can use it', async () => {
  issuer.odd = { metadata: { client_id_metadata_document_supported: true } }
  const id = 'https://gateway.example/connect/client.json'
  expect(new URL((await begin()).location).searchParams.get('client_id')).toBe(id)
  expect(scene.broker.clientDocument()).toMatchObject({
    client_id: id,
    redirect_uris: ['https://gateway.example/connect/callback'],
    token_endpoint_auth_method: 'none',
  })
  const local = scene.open({ issuer: 'http://localhost:4000' })
  const { location } = await local.connections.begin({ server: 'notes', ...at() })
  expect(new URL(location).searchParams.get('client_id')).toMatch(/^client-/)
  expect(issuer.at('/register').at(-1)?.body).toContain('"application_type":"native"')
})
