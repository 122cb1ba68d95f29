import { hash } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Host, startHost } from './testing/host.ts'
import { ANN, at, type BrokerScene, brokerScene, refusal, request, SELF } from './testing/scene.ts'
import { browse, startVanilla } from './testing/vanilla.ts'

// An authorization server that we did not make: registration, PKCE, proofs with nonces, renewal, revocation.

let scene: BrokerScene
let host: Host
let issuer: Awaited<ReturnType<typeof startVanilla>>
beforeAll(async () => {
  scene = await brokerScene()
  host = await startHost(({ path }, origin) =>
    path === '/.well-known/oauth-protected-resource/mcp'
      ? {
          json: {
            resource: `${origin}/mcp`,
            authorization_servers: [issuer.issuer],
            scopes_supported: ['read'],
            dpop_signing_alg_values_supported: ['ES256'],
          },
        }
      : undefined,
  )
  issuer = await startVanilla(`${host.origin}/mcp`)
  scene.add('bound', `${host.origin}/mcp`)
  scene.add('plain', `${host.origin}/mcp`, { dpop: 'off' })
})
afterAll(async () => {
  await scene.close()
  await host.close()
  await issuer.close()
})

async function connect(server: string) {
  const { location } = await scene.broker.connections.begin({ server, ...at() })
  const query = await browse(location, `${SELF}/connect/callback`)
  return scene.broker.connections.finish(query, at())
}

test('tokens are bound to a key, shown with proofs, renewed and revoked', async () => {
  expect(await connect('bound')).toMatchObject({ bound: true, scopes: ['read'], refreshable: true })
  const url = `${host.origin}/mcp`
  const authorizer = scene.broker.authorizer('bound', ANN)
  const [, value = '', , proof = ''] = await authorizer.headers(request(`${url}?x=1`))
  const token = value.slice('DPoP '.length)
  expect(value).toMatch(/^DPoP \S+$/)
  const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' })
  const ath = hash('sha256', token, 'base64url')
  expect(payload).toMatchObject({ htm: 'POST', htu: url, ath, jti: expect.any(String) })
  const { jwk = {} } = decodeProtectedHeader(proof)
  expect(JSON.stringify(jwk)).not.toContain('"d"')
  expect(await issuer.thumbprintOf(token)).toBe(await calculateJwkThumbprint(jwk))

  const nonce = refusal(url, ['authorization', value], 'DPoP error="use_dpop_nonce"')
  expect(await authorizer.refused({ ...nonce, nonce: 'n-1' })).toBe(true)
  expect(await authorizer.refused({ ...nonce, nonce: 'n-1', attempts: 1 })).toBe(false)
  const [, , , next = ''] = await authorizer.headers(request(url))
  const second = await jwtVerify(next, EmbeddedJWK)
  expect(second.payload['nonce']).toBe('n-1')
  expect(second.payload.jti).not.toBe(payload.jti)
  authorizer.heard?.('n-2')
  const [, , , third = ''] = await authorizer.headers(request(url))
  expect((await jwtVerify(third, EmbeddedJWK)).payload['nonce']).toBe('n-2')

  const invalid = refusal(url, ['authorization', value], 'DPoP error="invalid_token"')
  expect(await authorizer.refused(invalid)).toBe(true)
  const [, renewed = ''] = await authorizer.headers(request(url))
  expect(renewed).not.toBe(value)
  expect(await issuer.thumbprintOf(renewed.slice(5))).toBe(await calculateJwkThumbprint(jwk))
  await scene.broker.connections.disconnect({ server: 'bound', owner: 'user:ann' }, at().by)
  expect(await issuer.thumbprintOf(renewed.slice(5))).toBeUndefined()
  expect(scene.events.at(-1)).toMatchObject({ detail: { revocation: 'revoked' } })
})

test('without proofs, where the operator wants none', async () => {
  expect(await connect('plain')).toMatchObject({ bound: false })
  const headers = await scene.broker.authorizer('plain', ANN).headers(request(`${host.origin}/mcp`))
  expect(headers[1]).toMatch(/^Bearer \S+$/)
  expect(headers).toHaveLength(2)
})

test('what is bound has to be, where the server or the operator says so', async () => {
  scene.add('strict', `${host.origin}/mcp`, { dpop: 'required' })
  const { location } = await scene.broker.connections.begin({ server: 'strict', ...at() })
  expect(new URL(location).searchParams.get('dpop_jkt')).toMatch(/^[\w-]{43}$/)
})
