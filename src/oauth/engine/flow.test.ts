import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES, type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { authorize, redeem, refresh, startServer, type TestServer } from './testing/server.ts'

describe.each(ENGINES)('an authorization by a person, on %s', (engine) => {
  let fresh: FreshStore
  let server: TestServer
  beforeEach(async () => {
    fresh = await freshStore(engine)
    server = await startServer(fresh.store)
  })
  afterEach(async () => {
    await server.close()
    await fresh.remove()
  })

  test('ends with a token of the claims that we promise', async () => {
    const { code, verifier, callback } = await authorize(server)
    expect(callback.searchParams.get('state')).toBe('st%+ä')
    expect(callback.searchParams.get('iss')).toBe(server.origin)
    const { status, body } = await redeem(server, { code, verifier })
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
    expect(status).toBe(200)
    const token = String(body['access_token'])
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    const claims = decodeJwt(token)
    expect(Object.keys(claims).sort()).toEqual([
      'amr',
      'aud',
      'client_id',
      'client_trust',
      'exp',
      'gid',
      'iat',
      'iss',
      'jti',
      'kind',
      'scope',
      'sub',
      'via',
    ])
    expect(claims).toMatchObject({
      iss: server.origin,
      aud: `${server.origin}/mcp`,
      sub: 'ann',
      client_id: 'app',
      scope: 'read',
      kind: 'user',
      via: 'login',
      amr: ['pwd'],
      client_trust: 'registered',
    })
    const refreshed = await refresh(server, body['refresh_token'])
    expect(refreshed.status).toBe(200)
    expect(refreshed.body['refresh_token']).not.toBe(body['refresh_token'])
    expect(decodeJwt(String(refreshed.body['access_token']))).toMatchObject({
      gid: claims['gid'],
      amr: ['pwd'],
      scope: 'read',
    })
  })
})
