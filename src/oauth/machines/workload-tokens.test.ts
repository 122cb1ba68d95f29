import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Agent } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { storedOnce } from '../../store/once.ts'
import { ENGINES, freshStore } from '../../store/testing/fresh-store.ts'
import type { MachineOptions } from './machines.ts'
import { newKey, sign } from './testing/keys.ts'
import { ISSUER, newAgent, newUser, newWorld } from './testing/world.ts'
import { peekJwt } from './verify-jwt.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const CLUSTER = 'https://cluster.example/east'
const KEYS = 'https://keys.cluster.example/jwks'
const [PLATFORM, RETIRED] = [newKey('RS256'), newKey('RS256')]
const POD = 'system:serviceaccount:prod:bot'

function cluster(more: Partial<MachineOptions> = {}) {
  const world = newWorld(more)
  const key = PLATFORM
  world.agents.set(
    'bot',
    newAgent('bot', {
      workloads: [
        { issuer: CLUSTER, subject: POD, audience: ISSUER },
        { issuer: CLUSTER, subject: POD, audience: 'api://bailiwick' },
        { issuer: 'https://other.example', subject: 'repo:a/b', audience: 'elsewhere' },
      ],
    }),
  )
  world.documents.set(`${CLUSTER}/.well-known/openid-configuration`, {
    issuer: CLUSTER,
    jwks_uri: KEYS,
  })
  world.documents.set(KEYS, { keys: [RETIRED.jwk, key.jwk] })
  const word = (claims: JsonObject = {}, header: JsonObject = {}, signer = key) => {
    const second = Math.floor(world.time / 1_000)
    const usual = { iss: CLUSTER, sub: POD, aud: [ISSUER], iat: second, exp: second + 3_600 }
    return sign(signer, { ...usual, ...claims }, header)
  }
  const form = (token: string, more: Readonly<Record<string, string>> = {}) =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'bot',
      client_assertion_type: ASSERTION,
      client_assertion: token,
      ...more,
    })
  const vouch = (given: URLSearchParams, from = '192.0.2.1') =>
    world.machines.agents.vouch?.(given, from) ?? Promise.reject(new TypeError('no vouch'))
  return { world, key, word, form, vouch }
}

test("a platform's word becomes an assertion that the agent's client verifies", async () => {
  const { world, word, form, vouch } = cluster()
  const made = await vouch(form(await word(), { resource: 'x', scope: 'read' }))
  const { header, claims } = peekJwt(String(made.get('client_assertion'))) ?? {}
  const second = Math.floor(world.time / 1_000)
  expect(claims).toMatchObject({ iss: 'bot', sub: 'bot', aud: ISSUER, exp: second + 30 })
  const metadata = await world.machines.agents.find('bot')
  expect(metadata?.['jwks']).toEqual({
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: header?.['kid'],
        x: expect.any(String),
        y: expect.any(String),
      },
    ],
  })
  expect(Object.fromEntries(made)).toMatchObject({
    grant_type: 'client_credentials',
    client_id: 'bot',
    resource: 'x',
    scope: 'read',
  })
  expect(world.fetched).toEqual([`${CLUSTER}/.well-known/openid-configuration`, KEYS])
})

test('this process vouches for agents that trust a platform, and for no other', async () => {
  const { world, word, form, vouch } = cluster()
  const own = newKey()
  world.agents.set('own', newAgent('own', { keys: [own.jwk] }))
  const metadata = await world.machines.agents.find('own')
  expect(metadata?.['jwks']).toEqual({ keys: [own.jwk] })
  await expect(vouch(form(await word(), { client_id: 'own' }))).rejects.toMatchObject({
    code: 'invalid_client',
  })
})

test("a platform's word is a grant of its own, for the agent itself", async () => {
  const { word, vouch } = cluster()
  const assertion = await word({ aud: 'api://bailiwick' })
  const made = await vouch(
    new URLSearchParams({ grant_type: JWT_BEARER, client_id: 'bot', assertion, resource: 'x' }),
  )
  expect(made.get('grant_type')).toBe('client_credentials')
  expect(made.has('assertion')).toBe(false)
  expect(made.get('client_assertion_type')).toBe(ASSERTION)
  expect(peekJwt(String(made.get('client_assertion')))?.claims['sub']).toBe('bot')
})

test('other forms are left as they are', async () => {
  const { world, word, form, vouch } = cluster()
  const own = await sign(newKey(), { iss: 'app', sub: 'app' })
  const jag = await sign(newKey(), { iss: CLUSTER, sub: POD }, { typ: 'oauth-id-jag+jwt' })
  const twice = form(await word())
  twice.append('client_assertion', 'x')
  const grant = { grant_type: JWT_BEARER, client_id: 'bot' }
  const forms = [
    form(own, { client_id: 'app' }),
    form('not a token'),
    form(await word(), { client_id: '' }),
    form(await word(), { client_assertion_type: 'other' }),
    twice,
    new URLSearchParams({ ...grant, assertion: jag }),
    new URLSearchParams({ ...grant, assertion: await word(), client_secret: 's' }),
    new URLSearchParams({ ...grant, assertion: await word(), grant_type: 'password' }),
    new URLSearchParams({ grant_type: JWT_BEARER, assertion: await word() }),
  ]
  for (const given of forms) expect(await vouch(given)).toBe(given)
  expect(world.fetched).toEqual([])
})

const ATTACKS: Readonly<Record<string, readonly [JsonObject, JsonObject?]>> = {
  'of another subject': [{ sub: 'system:serviceaccount:prod:other' }],
  'of the subject with more to it': [{ sub: `${POD}x` }],
  'of another platform': [{ iss: 'https://evil.example' }],
  'of the platform with a slash': [{ iss: `${CLUSTER}/` }],
  'for another audience': [{ aud: 'https://other.example' }],
  'for our audience and another': [{ aud: [ISSUER, 'https://other.example'] }],
  'for the audience of another trust': [{ aud: 'elsewhere' }],
  'without an audience': [{ aud: undefined }],
  'that is over': [{ exp: 1 }],
  'that is too old': [{ iat: 1 }],
  'of the future': [{ iat: 99_999_999_998, exp: 99_999_999_999 }],
  'that does not end': [{ exp: undefined }],
  'that does not begin': [{ iat: undefined }],
  'that is an access token': [{}, { typ: 'at+jwt' }],
  'that is a proof': [{}, { typ: 'dpop+jwt' }],
  'with an unknown key': [{}, { kid: 'other' }],
  'with its own key': [{}, { jwk: newKey().jwk }],
  'with the address of its keys': [{}, { jku: 'https://evil.example' }],
  'with a path as key': [{}, { kid: '../../dev/null' }],
}

test.each(Object.keys(ATTACKS))('refuses a token %s, as client and as grant', async (name) => {
  const { world, word, form, vouch } = cluster()
  const token = await word(...(ATTACKS[name] ?? [{}]))
  await expect(vouch(form(token))).rejects.toMatchObject({ code: 'invalid_client', status: 401 })
  const grant = { grant_type: JWT_BEARER, client_id: 'bot', assertion: token }
  await expect(vouch(new URLSearchParams(grant))).rejects.toMatchObject({ code: 'invalid_grant' })
  expect(world.events).toMatchObject([
    { event: 'token.refused', client: 'bot' },
    { event: 'token.refused', client: 'bot' },
  ])
})

test('refuses what the platform did not sign', async () => {
  const { key, word, form, vouch } = cluster()
  const good = await word()
  const [, body] = good.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', kid: key.kid })).toString('base64url')
  const tokens = [
    await word({}, {}, newKey('RS256', key.kid)),
    await word({}, {}, newKey('ES256', key.kid)),
    `${header}.${body}.`,
    `${good.slice(0, -6)}AAAAAA`,
  ]
  for (const token of tokens)
    await expect(vouch(form(token))).rejects.toMatchObject({ code: 'invalid_client' })
})

test.each([
  ['disabled', { status: 'disabled' }],
  ['over', { expires: 1 }],
  ['of a disabled owner', { owner: 'mallory' }],
] as readonly (readonly [string, Partial<Agent>])[])(
  'refuses the word for an agent that is %s',
  async (_, more) => {
    const { world, word, form, vouch } = cluster()
    world.users.set('mallory', newUser('mallory', { status: 'disabled' }))
    world.agents.set('bot', { ...newAgent('bot'), ...world.agents.get('bot'), ...more })
    await expect(vouch(form(await word()))).rejects.toMatchObject({ code: 'invalid_client' })
    expect(await world.machines.agents.find('bot')).toBeUndefined()
  },
)

test('keys that cannot be had are told apart from a wrong token', async () => {
  const { world, word, form, vouch } = cluster()
  world.documents.delete(KEYS)
  await expect(vouch(form(await word()))).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    status: 503,
  })
  expect(world.events).toEqual([])
})

test('the keys of a platform that cannot be reached are those that were given', async () => {
  const key = newKey('ES256')
  const { world, word, form, vouch } = cluster({
    platforms: [{ issuer: CLUSTER, keys: [key.jwk] }],
  })
  await vouch(form(await word({}, {}, key)))
  await expect(vouch(form(await word()))).rejects.toMatchObject({ code: 'invalid_client' })
  expect(world.fetched).toEqual([])
})

test('a token that is read from a file again is good until it is old, not too often', async () => {
  const { world, word, form, vouch } = cluster()
  const token = await word({ exp: Math.floor(world.time / 1_000) + 86_400 })
  for (let count = 0; count < 30; count += 1) await vouch(form(token))
  await expect(vouch(form(token))).rejects.toMatchObject({ code: 'invalid_client' })
  world.time += 2_000
  await vouch(form(token))
  world.time += 3_610_000
  await expect(vouch(form(token))).rejects.toMatchObject({ code: 'invalid_client' })
})

test.each(ENGINES)('a short token is good once, however it is written: %s', async (engine) => {
  const { store, remove } = await freshStore(engine)
  try {
    const { world, key, word, form, vouch } = cluster({ once: storedOnce(store, Date.now) })
    const es = newKey('ES256', key.kid)
    world.documents.set(KEYS, { keys: [es.jwk] })
    const exp = Math.floor(world.time / 1_000) + 300
    const token = await word({ exp, jti: randomUUID() }, {}, es)
    const tokens = Array.from({ length: 20 }, (_, index) => (index % 2 ? token : mirrored(token)))
    const asked = await Promise.allSettled(
      tokens.map((one, index) => vouch(form(one), `192.0.2.${index}`)),
    )
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  } finally {
    await remove()
  }
})

/** The same token with the other of the two signatures that ECDSA allows. */
function mirrored(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const at = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(at + 1), 'base64url')
  const s = order - BigInt(`0x${signature.subarray(32).toString('hex')}`)
  const other = Buffer.from(s.toString(16).padStart(64, '0'), 'hex')
  return `${token.slice(0, at)}.${Buffer.concat([signature.subarray(0, 32), other]).toString('base64url')}`
}
