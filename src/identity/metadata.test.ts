import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ExternalIssuer } from './external-issuer.ts'
import { PROVIDERS } from './testing/providers.ts'
import { ALIAS, ORIGIN, openWorld, type World } from './testing/world.ts'

let world: World
let server: Server
beforeEach(async () => {
  world = await openWorld()
  await serve(world)
})
afterEach(async () => {
  server.close()
  await world.close()
})

async function serve({ identity }: World): Promise<void> {
  server?.close()
  server = createServer((asked, response) => {
    const handler = identity.routes(asked.url ?? '')
    if (handler === undefined) response.writeHead(404).end()
    else handler(asked, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
}

async function ask(path: string, host = 'gateway.example', method = 'GET') {
  const { port } = server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end()
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

test('a resource says who it is, whom to turn to, and how to come', async () => {
  const { status, headers, body } = await ask(`${WELL_KNOWN}/mcp/files`)
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  expect(JSON.parse(body)).toEqual({
    resource: `${ORIGIN}/mcp/files`,
    authorization_servers: [ORIGIN],
    scopes_supported: ['read'],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    dpop_bound_access_tokens_required: false,
  })
})

test('it goes by the name under which it was asked', async () => {
  const { body } = await ask(`${WELL_KNOWN}/mcp`, new URL(ALIAS).host)
  expect(JSON.parse(body).resource).toBe(`${ALIAS}/mcp`)
  const { body: loud } = await ask(`${WELL_KNOWN}/mcp`, 'GATEWAY.example')
  expect(JSON.parse(loud).resource).toBe(`${ORIGIN}/mcp`)
})

test('under a name that is not ours there is nothing', async () => {
  for (const host of ['evil.example', 'gateway.example:8443', 'gateway.example.evil.example', '']) {
    const { status, body } = await ask(`${WELL_KNOWN}/mcp`, host)
    expect([status, body]).toEqual([421, ''])
  }
})

test('at the root is the resource that stands for all', async () => {
  expect(JSON.parse((await ask(WELL_KNOWN)).body).resource).toBe(`${ORIGIN}/mcp`)
})

test.each([
  `${WELL_KNOWN}/`,
  `${WELL_KNOWN}/mcp/`,
  `${WELL_KNOWN}/mcp/unknown`,
  `${WELL_KNOWN}/MCP`,
  `${WELL_KNOWN}mcp`,
  `${WELL_KNOWN}//mcp`,
  `${WELL_KNOWN}/%6dcp`,
  `/x${WELL_KNOWN}/mcp`,
  '/mcp',
])('there is nothing at %s', async (path) => {
  expect((await ask(path)).status).toBe(404)
})

test('it can be asked for its head, and by pages of any origin', async () => {
  const head = await ask(`${WELL_KNOWN}/mcp`, undefined, 'HEAD')
  expect([head.status, head.body]).toEqual([200, ''])
  const options = await ask(`${WELL_KNOWN}/mcp`, undefined, 'OPTIONS')
  expect(options.status).toBe(204)
  expect(options.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'mcp-protocol-version',
  })
  const post = await ask(`${WELL_KNOWN}/mcp`, undefined, 'POST')
  expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('other issuers are told of where that is wanted, after ours', async () => {
  const { okta } = PROVIDERS
  if (okta === undefined) throw new Error('no provider')
  const issuer = (name: string, discovery: ExternalIssuer['discovery']): ExternalIssuer => ({
    ...{ name, issuer: `https://${name}.example`, keys: okta.metadata.jwks_uri },
    ...{ ...okta.settings, algorithms: ['RS256'], discovery },
  })
  const other = await openWorld({ external: [issuer('one', 'named'), issuer('two', 'unnamed')] })
  await serve(other)
  const { body } = await ask(`${WELL_KNOWN}/mcp`)
  expect(JSON.parse(body).authorization_servers).toEqual([ORIGIN, 'https://one.example'])
  await other.close()
})

test('where no bearer token is enough, it says so', async () => {
  const other = await openWorld({ bearer: 'never' })
  await serve(other)
  const { body } = await ask(`${WELL_KNOWN}/mcp`)
  expect(JSON.parse(body).dpop_bound_access_tokens_required).toBe(true)
  await other.close()
})
