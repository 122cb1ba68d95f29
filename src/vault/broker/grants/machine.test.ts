import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, importSPKI, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Issuer, startIssuer } from '../testing/issuer.ts'
import { ANN, BEN, type BrokerScene, brokerScene, refusal, request } from '../testing/scene.ts'

let scene: BrokerScene
let issuer: Issuer
let provider: Issuer
beforeAll(async () => {
  scene = await brokerScene()
  issuer = await startIssuer()
  provider = await startIssuer({
    tokens: {
      access_token: 'an-assertion',
      token_type: 'N_A',
      issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    },
  })
})
afterAll(async () => {
  await scene.close()
  await issuer.close()
  await provider.close()
})
beforeEach(() => {
  issuer.odd = {}
})

const SECRET = async () => 's:c r+t'
const client = { id: 'the-gateway', secret: SECRET }
const last = (host: Issuer) => {
  const { body, headers } = host.at('/token').at(-1) ?? { body: '', headers: { authorization: '' } }
  return { body: Object.fromEntries(new URLSearchParams(body)), headers }
}
const shown = async (name: string, subject = ANN, broker = scene.broker) =>
  (await broker.authorizer(name, subject).headers(request(issuer.url)))[1]

test('the gateway for itself, once for all', async () => {
  scene.add('own', issuer.url, {
    ...{ kind: 'client-credentials', holder: 'shared', scopes: ['a', 'b'], client },
  })
  const before = issuer.at('/token').length
  const other = scene.open()
  const all = await Promise.all([
    shown('own'),
    shown('own', BEN),
    shown('own', ANN, other),
    shown('own', BEN, other),
  ])
  expect(new Set(all)).toEqual(new Set([`Bearer ${issuer.given.at(-1)?.access}`]))
  expect(issuer.at('/token')).toHaveLength(before + 1)
  const { body, headers } = last(issuer)
  expect(body).toEqual({ grant_type: 'client_credentials', scope: 'a b', resource: issuer.url })
  const basic = Buffer.from(headers['authorization']?.split(' ')[1] ?? '', 'base64').toString()
  expect(basic.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))).toEqual([
    'the-gateway',
    's:c r+t',
  ])
  expect(scene.broker.fact('own', ANN)).toEqual({ kind: 'client-credentials', shared: true })
  scene.time.now += 3_600_000
  expect(await shown('own')).not.toBe(all[0])
  expect(last(issuer).body['grant_type']).toBe('client_credentials')
})

test('a refused token is had once more, with the scopes that are missing', async () => {
  scene.add('step', issuer.url, { kind: 'client-credentials', scopes: ['a'], client })
  const authorizer = scene.broker.authorizer('step', ANN)
  const sent = await authorizer.headers(request(issuer.url))
  const needs = 'Bearer error="insufficient_scope", scope="b"'
  expect(await authorizer.refused(refusal(issuer.url, sent, needs))).toBe(true)
  expect(last(issuer).body['scope']).toBe('a b')
  const next = await authorizer.headers(request(issuer.url))
  expect(await authorizer.refused(refusal(issuer.url, next, needs))).toBe(false)
  const invalid = 'Bearer error="invalid_token"'
  expect(await authorizer.refused(refusal(issuer.url, next, invalid))).toBe(true)
  const third = await authorizer.headers(request(issuer.url))
  expect(third).not.toEqual(next)
  expect(await authorizer.refused(refusal(issuer.url, third, invalid, 1))).toBe(false)
})

test('a secret in the form, and a secret that cannot be read', async () => {
  const kind = 'client-credentials'
  scene.add('post', issuer.url, { kind, client: { ...client, method: 'client_secret_post' } })
  await shown('post')
  expect(last(issuer).body).toMatchObject({ client_id: 'the-gateway', client_secret: 's:c r+t' })
  scene.add('empty', issuer.url, { kind, client: { id: 'x', secret: async () => '' } })
  const before = issuer.at('/token').length
  await expect(shown('empty')).rejects.toMatchObject({ code: 'credential_unavailable' })
  scene.add('without', issuer.url, { kind })
  await expect(shown('without')).rejects.toMatchObject({ code: 'credential_unavailable' })
  const broken = { id: 'x', key: async () => 'not a key 31415' }
  scene.add('broken', issuer.url, { kind, client: broken })
  await expect(shown('broken')).rejects.not.toThrow('31415')
  expect(issuer.at('/token')).toHaveLength(before)
})

test('a key of the operator signs, else one of ours', async () => {
  const kind = 'client-credentials'
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const pem = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  scene.add('pem', issuer.url, { kind, client: { id: 'signer', key: async () => pem } })
  await shown('pem')
  const given = await importSPKI(
    String(pair.publicKey.export({ type: 'spki', format: 'pem' })),
    'ES384',
  )
  const checks = { audience: issuer.origin, issuer: 'signer', subject: 'signer' }
  await jwtVerify(last(issuer).body['client_assertion'] ?? '', given, checks)
  const method = 'private_key_jwt'
  scene.add('ours', issuer.url, { kind, client: { id: 'signer', method } })
  await shown('ours')
  const keys = await scene.broker.keys()
  expect(JSON.stringify(keys)).not.toContain('"d"')
  const assertion = last(issuer).body['client_assertion'] ?? ''
  await jwtVerify(assertion, createLocalJWKSet(keys), checks)
})

test('a token about the subject is exchanged, for each subject its own', async () => {
  const mint = async ({ id }: { readonly id: string }, audience: string) => `${id} for ${audience}`
  const broker = scene.open({ mint })
  scene.add('swap', issuer.url, { kind: 'token-exchange', client, audience: 'urn:notes' })
  await shown('swap', ANN, broker)
  expect(last(issuer).body).toMatchObject({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: `ann for ${issuer.origin}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    ...{ audience: 'urn:notes', resource: issuer.url },
  })
  const ann = await shown('swap', ANN, broker)
  expect(await shown('swap', BEN, broker)).not.toBe(ann)
  expect(last(issuer).body['subject_token']).toBe(`ben for ${issuer.origin}`)
  scene.add('mixed', issuer.url, { kind: 'token-exchange', holder: 'shared', client })
  await expect(shown('mixed', ANN, broker)).rejects.toMatchObject({
    code: 'credential_unavailable',
  })
})

test('an identity provider vouches for the subject', async () => {
  const settings = {
    kind: 'identity-assertion',
    ...{ client, subjectToken: async (owner: string) => `id-${owner}` },
    identityProvider: { issuer: provider.origin, client: { id: 'at-the-provider' } },
  } as const
  scene.add('vouched', issuer.url, settings)
  expect(await shown('vouched')).toBe(`Bearer ${issuer.given.at(-1)?.access}`)
  expect(last(provider).body).toMatchObject({
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: issuer.origin,
    ...{ resource: issuer.url, subject_token: 'id-user:ann', client_id: 'at-the-provider' },
  })
  expect(last(issuer).body).toMatchObject({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: 'an-assertion',
  })
  provider.odd = { tokens: { token_type: 'Bearer', issued_token_type: 'x' } }
  await expect(shown('vouched', BEN)).rejects.toThrow('something else than an identity assertion')
})

test('a secret of the operator is shown to no other authorization server than before', async () => {
  scene.add('moved', issuer.url, { kind: 'client-credentials', client })
  await shown('moved')
  const other = await startIssuer()
  issuer.odd = { resource: { authorization_servers: [other.origin] } }
  scene.time.now += 3_600_000
  await expect(shown('moved')).rejects.toThrow('another authorization server than before')
  expect(other.at('/token')).toEqual([])
  await other.close()
})
