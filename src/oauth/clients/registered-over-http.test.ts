import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { authorize, post, redeem } from '../engine/testing/server.ts'
import { refused, serverWith } from './testing/server-with.ts'

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
