import { auth, CrossAppAccessProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/client'
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  discovery,
  genericGrantRequest,
  getDPoPHandle,
  PrivateKeyJwt,
  randomDPoPKeyPair,
} from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import {
  ACCESS,
  key,
  openParties,
  type Parties,
  SECRET,
  TOKEN_EXCHANGE,
} from './testing/parties.ts'
import type { Scene } from './testing/scene.ts'

describe.each(ENGINES)('%s', (engine) => {
  let parties: Parties
  let scene: Scene

  beforeAll(async () => {
    parties = await openParties(engine)
    scene = parties.scene
  })
  beforeEach(() => parties.reset())
  afterAll(() => parties.close())

  test('openid-client, with keys that tokens are bound to', async () => {
    const own = await crypto.subtle.importKey(
      'jwk',
      key.private.export({ format: 'jwk' }) as never,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    )
    const config = await discovery(
      new URL(scene.origin),
      'bot',
      undefined,
      PrivateKeyJwt({ key: own, kid: key.kid }),
      { algorithm: 'oauth2', execute: [allowInsecureRequests] },
    )
    const DPoP = getDPoPHandle(config, await randomDPoPKeyPair('ES256'))
    const actor = await clientCredentialsGrant(config, { resource: scene.mcp }, { DPoP })
    expect(actor.token_type).toBe('dpop')
    const cnf = { jkt: await DPoP.calculateThumbprint() }
    expect(await scene.read(actor.access_token)).toMatchObject({ cnf, sub: 'bot' })

    const { token } = await parties.userToken(['write'], cnf.jkt)
    const parameters = {
      subject_token: token,
      subject_token_type: ACCESS,
      actor_token: actor.access_token,
      actor_token_type: ACCESS,
      resource: scene.mcp,
    }
    const exchanged = await genericGrantRequest(config, TOKEN_EXCHANGE, parameters, { DPoP })
    expect(await scene.read(exchanged.access_token)).toMatchObject({ cnf, act: { sub: 'bot' } })
    const refused = { error: 'invalid_request' }
    await expect(genericGrantRequest(config, TOKEN_EXCHANGE, parameters)).rejects.toMatchObject(
      refused,
    )
    const other = { DPoP: getDPoPHandle(config, await randomDPoPKeyPair('ES256')) }
    await expect(
      genericGrantRequest(config, TOKEN_EXCHANGE, parameters, other),
    ).rejects.toMatchObject(refused)
  })

  test("MCP's client of a machine", async () => {
    const provider = new PrivateKeyJwtProvider({
      clientId: 'bot',
      privateKey: key.private.export({ format: 'pem', type: 'pkcs8' }) as string,
      algorithm: 'ES256',
      scope: 'write',
      expectedIssuer: scene.origin,
    })
    expect(await auth(provider, { serverUrl: scene.mcp })).toBe('AUTHORIZED')
    expect(await scene.read(provider.tokens()?.access_token)).toMatchObject({
      sub: 'bot',
      scope: 'write',
      aud: scene.mcp,
    })
  })

  test("MCP's client of a company whose provider manages access", async () => {
    const provider = new CrossAppAccessProvider({
      assertion: ({ resourceUrl, authorizationServerUrl }) =>
        parties.assertion('desk', {
          resource: String(resourceUrl),
          aud: String(authorizationServerUrl),
        }),
      clientId: 'desk',
      clientSecret: SECRET,
      expectedIssuer: scene.origin,
    })
    expect(await auth(provider, { serverUrl: scene.mcp })).toBe('AUTHORIZED')
    expect(await scene.read(provider.tokens()?.access_token)).toMatchObject({
      sub: 'corp|00u1',
      kind: 'user',
      client_id: 'desk',
      via: 'identity-assertion',
      amr: ['fed'],
      scope: 'read',
    })
  })
})
