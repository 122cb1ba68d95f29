import { calculateJwkThumbprint, decodeJwt, importJWK, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  atOnce,
  type Changes,
  codeOf,
  type Granted,
  post,
  redeem,
  refresh,
  said,
  type Tokens,
  tokensOf,
} from './flow.ts'
import { bearer, call, callIn, initialize, type Proof, served } from './mcp.ts'
import { hashOf, newProver, type Prover } from './proof.ts'
import { type Browser, type KnownClient, newClient, newPerson, sceneOf, signedIn } from './scene.ts'

const scene = sceneOf()
let ann: Browser
let app: KnownClient
let bound: KnownClient
let key: Prover

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  bound = await newClient(scene(), 'bound', { bound: true })
  key = newProver()
})

const endpoint = (): string => `${scene().issuer}/oauth/token`
const target = (): string => `${scene().issuer}/mcp/target`

const codeFor = (client = app, changes: Changes = {}): Promise<Granted> =>
  codeOf(scene(), ann, client, { resource: target(), ...changes })

async function redeemWith(granted: Granted, proof: string, client = app): Promise<Response> {
  return redeem(scene(), client, granted, {}, { dpop: proof })
}

async function boundTokens(client = app): Promise<Tokens> {
  const proof = await key.prove('POST', endpoint())
  const response = await redeemWith(await codeFor(client), proof, client)
  expect(response.status).toBe(200)
  return (await response.json()) as Tokens
}

/** A nonce of the resource server, as it tells whoever has none. */
async function nonceFor(token: string): Promise<string> {
  const dpop = await key.prove('POST', target(), { ath: hashOf(token) })
  const response = await call(scene(), { authorization: `DPoP ${token}`, dpop })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"')
  return response.headers.get('dpop-nonce') ?? ''
}

async function proofFor(
  token: string,
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
  prover = key,
): Promise<Proof> {
  const all = { ath: hashOf(token), nonce: await nonceFor(token), ...claims }
  const dpop = await prover.prove('POST', target(), all, header)
  return { authorization: `DPoP ${token}`, dpop }
}

describe('a token that is bound to a key', () => {
  test('says so, and opens with a proof', async () => {
    const tokens = await boundTokens()
    expect(tokens.token_type).toBe('DPoP')
    const jkt = await calculateJwkThumbprint(key.jwk)
    expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ jkt })
    const proof = await proofFor(tokens.access_token)
    expect(await served(await call(scene(), proof))).toBe(true)
  })

  test('opens nothing without a proof, in either era', async () => {
    const { access_token } = await boundTokens()
    for (const proof of [bearer(access_token), { authorization: `DPoP ${access_token}` }])
      for (const response of [await call(scene(), proof), await initialize(scene(), proof)]) {
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toMatch(/DPoP .*error="invalid/)
      }
  })

  test('is needed for every request of a session', async () => {
    const { access_token } = await boundTokens()
    const response = await initialize(scene(), await proofFor(access_token))
    const session = response.headers.get('mcp-session-id') ?? ''
    expect(session).not.toBe('')
    expect((await callIn(scene(), bearer(access_token), session)).status).toBe(401)
    expect(await served(await callIn(scene(), await proofFor(access_token), session))).toBe(true)
  })

  test.each<[string, JWTPayload, Record<string, unknown>]>([
    ['another method', { htm: 'GET' }, {}],
    ['another address', { htu: 'https://evil.example/mcp/target' }, {}],
    ['another resource', { htu: 'PATH/mcp/other' }, {}],
    ['another name of this machine', { htu: 'ALIAS/mcp/target' }, {}],
    ['no address', { htu: undefined as never }, {}],
    ['another token', { ath: hashOf('another') }, {}],
    ['no token', { ath: undefined as never }, {}],
    ['no id', { jti: undefined as never }, {}],
    ['an old time', { iat: Math.floor(Date.now() / 1_000) - 600 }, {}],
    ['a time to come', { iat: Math.floor(Date.now() / 1_000) + 600 }, {}],
    ['no time', { iat: undefined as never }, {}],
    ['another type', {}, { typ: 'JWT' }],
    ['a critical extension', {}, { crit: ['b64'], b64: true }],
  ])('opens nothing with a proof of %s', async (_, claims, header) => {
    const { access_token } = await boundTokens()
    const { issuer, gateway } = scene()
    const htu =
      typeof claims['htu'] === 'string'
        ? { htu: claims['htu'].replace('PATH', issuer).replace('ALIAS', gateway.origin) }
        : {}
    const proof = await proofFor(access_token, { ...claims, ...htu }, header)
    const response = await call(scene(), proof)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"')
  })

  test('opens nothing with a proof of another key, or one that shows its key', async () => {
    const { access_token } = await boundTokens()
    const others = [
      await proofFor(access_token, {}, {}, newProver()),
      await proofFor(access_token, {}, { jwk: key.jwk }, newProver()),
      await proofFor(access_token, {}, { jwk: key.whole }),
    ]
    for (const proof of others) expect((await call(scene(), proof)).status).toBe(401)
  })

  test('opens nothing with a proof that is not signed, or with a secret', async () => {
    const { access_token } = await boundTokens()
    const good = await proofFor(access_token)
    const [, body = ''] = (good['dpop'] ?? '').split('.')
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${part({ alg: 'none', typ: 'dpop+jwt', jwk: key.jwk })}.${body}.`
    const mac = await new SignJWT(decodeJwt(good['dpop'] ?? ''))
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: key.jwk })
      .sign(Buffer.from(JSON.stringify(key.jwk)))
    const cut = (good['dpop'] ?? '').replace(/\.[^.]+$/, '.')
    for (const dpop of [none, mac, cut, '', 'x', `${good['dpop']}, ${good['dpop']}`])
      expect((await call(scene(), { ...good, dpop })).status).toBe(401)
  })

  test('opens once with one proof, also of twenty at once', async () => {
    const { access_token } = await boundTokens()
    const proof = await proofFor(access_token)
    const answers = await atOnce(scene(), async () => served(await call(scene(), proof)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect((await call(scene(), proof)).status).toBe(401)
  })

  test('opens nothing with a nonce of somebody else', async () => {
    const { access_token } = await boundTokens()
    for (const nonce of ['made-up', '', 'A'.repeat(64)]) {
      const response = await call(scene(), await proofFor(access_token, { nonce }))
      expect(response.status).toBe(401)
      expect(response.headers.get('dpop-nonce')).toMatch(/./)
    }
  })

  test('refreshes with its key alone', async () => {
    const { refresh_token } = await boundTokens()
    const other = await newProver().prove('POST', endpoint())
    const proofs = [{}, { dpop: other }]
    for (const headers of proofs)
      expect(await said(await refresh(scene(), app, refresh_token, {}, headers))).toMatch(
        /^400 invalid_(?:grant|dpop_proof|request)$/,
      )
    const dpop = await key.prove('POST', endpoint())
    const again = await refresh(scene(), app, refresh_token, {}, { dpop })
    expect(await again.json()).toMatchObject({ token_type: 'DPoP' })
  })
})

describe('a token that is bound to no key', () => {
  test('is not one of whoever has some key', async () => {
    const { access_token } = await tokensOf(scene(), ann, app, { resource: target() })
    const dpop = await key.prove('POST', target(), { ath: hashOf(access_token) })
    const response = await call(scene(), { authorization: `DPoP ${access_token}`, dpop })
    expect(response.status).toBe(401)
  })

  test('is not given to a client whose tokens must be bound', async () => {
    const answer = await said(await redeem(scene(), bound, await codeFor(bound)))
    expect(answer).toMatch(/^400 invalid_(?:dpop_proof|request|grant)$/)
  })
})

describe('a proof at the token endpoint', () => {
  test.each<[string, JWTPayload, Record<string, unknown>]>([
    ['another method', { htm: 'GET' }, {}],
    ['the token endpoint of another server', { htu: 'http://evil.example/oauth/token' }, {}],
    ['the resource', { htu: 'PATH/mcp/target' }, {}],
    ['an old time', { iat: Math.floor(Date.now() / 1_000) - 3_600 }, {}],
    ['no id', { jti: undefined as never }, {}],
    ['another type', {}, { typ: 'JWT' }],
  ])('for %s gives no token', async (_, claims, header) => {
    const htu = claims['htu'] as string | undefined
    const own = htu === undefined ? {} : { htu: htu.replace('PATH', scene().issuer) }
    const proof = await key.prove('POST', endpoint(), { ...claims, ...own }, header)
    expect(await said(await redeemWith(await codeFor(), proof))).toMatch(
      /^400 (?:invalid_dpop_proof|use_dpop_nonce)$/,
    )
  })

  test('that is not the one of the authorization request gives no token', async () => {
    const dpop_jkt = await calculateJwkThumbprint(key.jwk)
    const granted = await codeFor(app, { dpop_jkt })
    const stolen = await newProver().prove('POST', endpoint())
    expect(await said(await redeemWith(granted, stolen))).toMatch(
      /^400 invalid_(?:grant|dpop_proof)$/,
    )
    const unbound = await codeFor(app, { dpop_jkt })
    expect(await said(await redeem(scene(), app, unbound))).toMatch(
      /^400 invalid_(?:grant|dpop_proof|request)$/,
    )
  })

  test('counts once, also of twenty at once', async () => {
    const proof = await key.prove('POST', endpoint())
    const codes: Granted[] = []
    for (let count = 0; count < 20; count++) codes.push(await codeFor())
    const answers = await atOnce(scene(), async (index) =>
      said(await redeemWith(codes[index] as Granted, proof)),
    )
    expect(answers.filter((answer) => answer === '200')).toHaveLength(1)
    expect(new Set(answers)).toEqual(new Set(['200', '400 invalid_grant']))
  })

  test('of another key does not make a stolen token one’s own', async () => {
    const { access_token } = await boundTokens()
    const thief = newProver()
    const forged = await new SignJWT({
      ...decodeJwt(access_token),
      cnf: { jkt: await calculateJwkThumbprint(thief.jwk) },
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(await importJWK(thief.whole, 'ES256'))
    const proof = await proofFor(access_token, { ath: hashOf(forged) }, {}, thief)
    expect((await call(scene(), { ...proof, authorization: `DPoP ${forged}` })).status).toBe(401)
  })
})

describe('twenty refreshes at once, of a program with many windows,', () => {
  test('end with one token for all of them', async () => {
    const { refresh_token } = await tokensOf(scene(), ann, app, { resource: target() })
    const answers = await atOnce(scene(), () => refresh(scene(), app, refresh_token))
    const tokens = await Promise.all(
      answers
        .filter(({ status }) => status === 200)
        .map(async (one) => ((await one.json()) as Tokens).refresh_token),
    )
    expect(new Set(tokens).size).toBe(1)
    const [successor = ''] = tokens
    expect((await refresh(scene(), app, successor)).status).toBe(200)
    expect(await said(await refresh(scene(), app, refresh_token))).toBe('400 invalid_grant')
    expect(
      await said(await post(scene(), '/oauth/token', { grant_type: 'refresh_token' })),
    ).toMatch(/^40[01] /)
  })
})
