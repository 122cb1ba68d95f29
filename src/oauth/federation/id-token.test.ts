import { expect, test } from 'vitest'
import { ask, SECRET } from './testing/ask.ts'
import {
  atHash,
  type Forgery,
  signedByStranger,
  signedWithSecret,
  unsigned,
} from './testing/forged-provider.ts'

const now = Math.floor(Date.now() / 1_000)

test('an ID token that is in order is taken', async () => {
  const { forged, redeem } = await ask()
  forged.forge({ claims: { at_hash: atHash(), azp: 'bailiwick', aud: ['bailiwick'] } })
  expect(await redeem()).toMatchObject({ claims: { sub: 'subject-1' } })
  expect(forged.exchanges.map((body) => Object.fromEntries(body))).toEqual([
    {
      grant_type: 'authorization_code',
      code: 'the code',
      code_verifier: 'V'.repeat(43),
      redirect_uri: 'https://gateway.example/oauth/federation/acme/callback',
    },
  ])
})

test('our secret goes where the provider takes it', async () => {
  const { forged, redeem } = await ask()
  forged.forge({ metadata: { token_endpoint_auth_methods_supported: ['client_secret_post'] } })
  expect(await redeem()).toHaveProperty('claims')
  expect(forged.exchanges[0]?.get('client_secret')).toBe(SECRET)
})

test.each(['RS256', 'ES256', 'PS256', 'EdDSA'])('a signature of %s is taken', async (name) => {
  const { redeem } = await ask({}, name)
  expect(await redeem()).toMatchObject({ claims: { sub: 'subject-1' } })
})

const FORGERIES: readonly (readonly [what: string, forgery: Forgery])[] = [
  ['of another issuer', { claims: { iss: 'https://login.other.example' } }],
  ['of almost our issuer', { claims: { iss: 'https://login.acme.example/' } }],
  ['for another client', { claims: { aud: 'somebody-else' } }],
  ['for several clients, without saying who asked', { claims: { aud: ['bailiwick', 'other'] } }],
  ['that another client asked for', { claims: { azp: 'other' } }],
  ['for us and another, which asked', { claims: { aud: ['bailiwick', 'other'], azp: 'other' } }],
  ['that is over', { claims: { exp: now - 60 } }],
  ['that never ends', { claims: { exp: undefined } }],
  ['whose end is no time', { claims: { exp: `${now + 300}` } }],
  ['that is not yet', { claims: { nbf: now + 120 } }],
  ['without the time of issue', { claims: { iat: undefined } }],
  ['of another login', { claims: { nonce: 'M'.repeat(43) } }],
  ['of no login', { claims: { nonce: undefined } }],
  ['with another access token', { claims: { at_hash: atHash('another') } }],
  ['with an empty hash of the access token', { claims: { at_hash: '' } }],
  ['of nobody', { claims: { sub: undefined } }],
  ['of an empty subject', { claims: { sub: '' } }],
  ['of a subject with a blank', { claims: { sub: 'a b' } }],
  ['of a subject that is longer than any', { claims: { sub: 'a'.repeat(256) } }],
  ['of a subject that is a number', { claims: { sub: 7 } }],
  ['without a signature', { sign: unsigned }],
  ['signed with our own secret', { sign: (claims) => signedWithSecret(claims, SECRET) }],
  ['signed with another key', { sign: (claims) => signedByStranger(claims) }],
  ['signed in a way that we do not allow', { sign: (claims) => signedByStranger(claims, 'RS512') }],
  ['that is none', { sign: () => 'no.token' }],
  ['that is missing', { answer: { id_token: undefined } }],
]

test.each(FORGERIES)('an ID token %s is refused', async (_what, forgery) => {
  const { forged, redeem } = await ask()
  forged.forge(forgery)
  expect(await redeem()).toMatchObject({ kind: 'untrusted' })
})

test('an unsigned ID token is refused where the provider claims to sign none', async () => {
  const { forged, redeem } = await ask()
  const metadata = { id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'] }
  forged.forge({ metadata, sign: unsigned })
  expect(await redeem()).toMatchObject({ kind: 'untrusted' })
  forged.forge({ metadata, sign: (claims) => signedWithSecret(claims, SECRET) })
  expect(await redeem()).toMatchObject({ kind: 'untrusted' })
})

test('an algorithm that the settings leave out is refused', async () => {
  const { redeem } = await ask({ algorithms: ['ES256', 'RS256'] }, 'PS256')
  expect(await redeem()).toMatchObject({ kind: 'unusable' })
})

test('an algorithm that the provider offers and the settings leave out is refused', async () => {
  const { forged, redeem } = await ask({ algorithms: ['RS256'] }, 'PS256')
  forged.forge({ metadata: { id_token_signing_alg_values_supported: ['RS256', 'PS256'] } })
  expect(await redeem()).toMatchObject({ kind: 'untrusted' })
})

test('the login at the provider must be as fresh as asked', async () => {
  const { forged, authorize, redeem } = await ask({ maxAge: 600 })
  expect(await authorize()).toMatchObject({
    url: { search: expect.stringContaining('max_age=600') },
  })
  forged.forge({ claims: { auth_time: now - 500 } })
  expect(await redeem()).toMatchObject({ claims: {} })
  for (const auth_time of [now - 700, undefined]) {
    forged.forge({ claims: { auth_time } })
    expect(await redeem()).toMatchObject({ kind: 'untrusted' })
  }
})

test('an answer of another kind of flow is refused before the code is exchanged', async () => {
  const { forged, redeem } = await ask()
  for (const query of [{ id_token: 'a.b.c' }, { token: 'x' }, { response: 'a.b.c' }])
    expect(await redeem(query)).toMatchObject({ kind: 'untrusted' })
  expect(forged.exchanges).toEqual([])
})

test('UserInfo adds names and groups, and nothing that the ID token has to say', async () => {
  const { forged, redeem } = await ask({
    userInfo: true,
    groups: { claim: ['groups'], map: {} },
  })
  forged.forge({
    claims: { name: 'Signed' },
    userInfo: { name: 'Told', groups: ['a'], given_name: 'Ada', hd: 'acme.example', acr: 'gold' },
  })
  expect(await redeem()).toEqual({
    claims: expect.objectContaining({ name: 'Signed', given_name: 'Ada', groups: ['a'] }),
  })
  expect(JSON.stringify(await redeem())).not.toMatch(/hd|acr/)
  forged.forge({ userInfo: { sub: 'somebody-else' } })
  expect(await redeem()).toMatchObject({ kind: 'untrusted' })
})
