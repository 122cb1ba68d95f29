import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runNode } from '../../support/child.ts'
import { bailiwick } from '../../support/gateway.ts'
import { send } from './answers.ts'
import { said } from './flow.ts'
import { call, initialize } from './mcp.ts'
import { sceneOf } from './scene.ts'

const scene = sceneOf()

const PROTECTED = '/.well-known/oauth-protected-resource'
const SERVER = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

type Document = Readonly<Record<string, unknown>>

async function read(address: string): Promise<Document> {
  const response = await send(address)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/(?:jwk-set\+)?json/)
  return (await response.json()) as Document
}

/** The document that a challenge leads to. */
function named(response: Response): string {
  const header = response.headers.get('www-authenticate') ?? ''
  return /resource_metadata="([^"]+)"/.exec(header)?.[1] ?? ''
}

describe('the metadata of a resource', () => {
  test.each(['/mcp', '/mcp/target', '/admin'])('is that of `%s`', async (path) => {
    const { issuer } = scene()
    expect(await read(`${issuer}${PROTECTED}${path}`)).toMatchObject({
      resource: `${issuer}${path}`,
      authorization_servers: [issuer],
      scopes_supported: ['read'],
      bearer_methods_supported: ['header'],
    })
  })

  test('speaks under another name of this machine of the resource of that name', async () => {
    const { issuer, gateway } = scene()
    expect(await read(`${gateway.origin}${PROTECTED}/mcp`)).toMatchObject({
      resource: `${gateway.origin}/mcp`,
      authorization_servers: [issuer],
    })
  })

  test.each(['/mcp/unknown', '/mcp/', '/mcp/target/', '/other', '/mcp/%74arget', '/MCP'])(
    'is not there for `%s`',
    async (path) => {
      expect((await send(`${scene().issuer}${PROTECTED}${path}`)).status).toBe(404)
    },
  )
})

describe('who comes without a token', () => {
  test.each(['2026-07-28', '2025-11-25'])('is told where to get one, in %s', async (era) => {
    const ask = era === '2026-07-28' ? call : initialize
    const response = await ask(scene(), {})
    expect(response.status).toBe(401)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toMatch(/^Bearer /)
    expect(challenge).toContain('scope="read"')
    expect(challenge).not.toContain('error')
    const address = named(response)
    expect(address).toBe(`${scene().issuer}${PROTECTED}/mcp/target`)
    expect(await read(address)).toMatchObject({ resource: `${scene().issuer}/mcp/target` })
    expect(scene().upstream.taken()).toEqual([])
  })

  test.each(['GET', 'DELETE', 'POST'])('gets the same answer with %s', async (method) => {
    const response = await send(`${scene().issuer}/mcp/target`, {
      method,
      headers: { 'mcp-session-id': 'a-session-of-somebody' },
    })
    expect(response.status).toBe(401)
  })
})

describe('the metadata of the authorization server', () => {
  test('is the same wherever clients look, and names the issuer of the resource', async () => {
    const { issuer } = scene()
    const [oauth, openid] = [await read(`${issuer}${SERVER}`), await read(`${issuer}${OPENID}`)]
    expect(openid).toMatchObject(oauth)
    const { authorization_servers: servers } = await read(`${issuer}${PROTECTED}/mcp`)
    expect([oauth['issuer']]).toEqual(servers)
  })

  test('offers what is safe, and nothing else', async () => {
    const { issuer } = scene()
    expect(await read(`${issuer}${SERVER}`)).toMatchObject({
      issuer,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    })
    const whole = await read(`${issuer}${SERVER}`)
    expect(whole).not.toHaveProperty('registration_endpoint')
    expect(whole['grant_types_supported']).not.toContain('implicit')
    expect(whole['grant_types_supported']).not.toContain('password')
    expect(JSON.stringify(whole)).not.toMatch(/"none"[^\]]*\],"dpop|HS256/)
  })

  test('names endpoints of ours alone, and all of them answer', async () => {
    const { issuer } = scene()
    const whole = await read(`${issuer}${SERVER}`)
    const endpoints = Object.entries(whole).filter(([name]) => /_endpoint$|_uri$/.test(name))
    expect(endpoints.length).toBeGreaterThanOrEqual(6)
    for (const [, address] of endpoints) {
      expect(String(address).startsWith(`${issuer}/oauth/`)).toBe(true)
      expect((await send(String(address))).status).not.toBe(404)
    }
  })

  test('leads to keys that are public', async () => {
    const { keys } = await read(`${scene().issuer}/oauth/jwks`)
    const all = keys as readonly Document[]
    expect(all.length).toBeGreaterThanOrEqual(1)
    for (const key of all) {
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' })
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    }
  })
})

describe('another name', () => {
  const paths = [
    SERVER,
    OPENID,
    '/oauth/jwks',
    '/oauth/authorize?client_id=app',
    '/oauth/account',
    '/setup',
    '/oauth/interaction/abcdefghijklmnop',
  ]
  const names = ['evil.example', 'localhost', 'localhost:1', 'localhost.:PORT', '127.0.0.1:PORT']

  test.each(names)('in `Host`, `%s`, gets nothing of this server', async (name) => {
    const { issuer } = scene()
    const { port } = new URL(issuer)
    const host = name.replace('PORT', port)
    for (const path of paths) {
      const response = await send(`${issuer}${path}`, { headers: { host } })
      expect([403, 421]).toContain(response.status)
      expect(await response.text()).not.toContain(host)
    }
    for (const path of ['/oauth/token', '/oauth/par', '/oauth/revoke', '/oauth/introspect']) {
      const body = new URLSearchParams({ client_id: 'app' })
      const response = await send(`${issuer}${path}`, { method: 'POST', headers: { host }, body })
      expect([403, 421]).toContain(response.status)
    }
  })

  test.each([
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.example;proto=https' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
    { 'x-original-url': '/oauth/authorize', 'x-rewrite-url': '/oauth/authorize' },
  ])('in headers of proxies changes nothing: %o', async (headers) => {
    const { issuer } = scene()
    const plain = await read(`${issuer}${SERVER}`)
    const response = await send(`${issuer}${SERVER}`, { headers })
    expect(await response.json()).toEqual(plain)
    const resource = await send(`${issuer}${PROTECTED}/mcp`, { headers })
    expect(await resource.json()).toMatchObject({ resource: `${issuer}/mcp` })
  })
})

describe('what does not exist', () => {
  test.each([
    '/oauth/userinfo',
    '/oauth/me',
    '/oauth/device/auth',
    '/oauth/backchannel',
    '/oauth/session/end',
    '/oauth/register',
    '/oauth/authorize/../token',
    '/token',
    '/authorize',
    '/register',
    '/.well-known/oauth-authorization-server/mcp',
    '/.well-known/webfinger',
  ])('`%s` is not there', async (path) => {
    expect([400, 404, 405]).toContain((await send(`${scene().issuer}${path}`)).status)
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'TRACE'])('no endpoint takes %s', async (method) => {
    const { issuer } = scene()
    for (const path of [SERVER, '/oauth/jwks', '/oauth/token', '/oauth/authorize'])
      expect((await send(`${issuer}${path}`, { method })).status).toBeGreaterThanOrEqual(400)
  })

  test('an authorization without anything is a page, no redirect', async () => {
    const response = await send(`${scene().issuer}/oauth/authorize`)
    expect(response.headers.get('location')).toBeNull()
    expect(await said(response)).toBe('400')
  })
})

describe('registration that is not on', () => {
  test('is not there, and is not spoken of', async () => {
    const { issuer, operator } = scene()
    const before = (await operator.clients.list({})).length
    const response = await send(`${issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'] }),
    })
    expect(response.status).toBe(404)
    expect(await read(`${issuer}${SERVER}`)).not.toHaveProperty('registration_endpoint')
    expect((await operator.clients.list({})).length).toBe(before)
  })
})

describe('a gateway for others', () => {
  test.each([
    ['a public address over plain HTTP', { listen: { publicUrl: 'http://gateway.example' } }],
    ['an address of the network, without TLS', { listen: { host: '0.0.0.0', port: 0 } }],
    [
      'a login provider over plain HTTP',
      {
        identity: {
          providers: {
            corp: {
              issuer: 'http://login.example',
              clientId: 'x',
              clientSecret: 'secret://env/SECRET',
            },
          },
        },
      },
    ],
  ])('does not start with %s', async (_, config) => {
    const folder = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'bailiwick.yaml')
    writeFileSync(file, JSON.stringify({ servers: {}, policies: ['observe'], ...config }))
    const { code, output } = await runNode(bailiwick('up', '--config', file, '--data-dir', folder))
    expect(code, output).toBe(3)
  })
})
