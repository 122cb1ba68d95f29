import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { FederatedLogin } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { storedOnce } from '../../store/once.ts'
import { ENGINES, freshStore } from '../../store/testing/fresh-store.ts'
import type { MachineOptions } from './machines.ts'
import { newKey, sign } from './testing/keys.ts'
import { ALIAS, client, DOCS, ISSUER, MCP, newAgent, newUser, newWorld } from './testing/world.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const IDP = 'https://login.corp.example'
const JWKS = `${IDP}/keys`
const KEY = newKey('RS256')
const APP = client('app', 'client_secret_basic')

function corp(more: Partial<MachineOptions> = {}, create = false) {
  const key = KEY
  const world = newWorld({
    assertionIssuers: [
      { provider: 'corp', issuer: IDP, jwksUri: JWKS, algorithms: ['RS256', 'ES256'], create },
    ],
    ...more,
  })
  world.documents.set(JWKS, { keys: [key.jwk] })
  world.users.set('corp|00u1', newUser('corp|00u1', { provider: 'corp' }))
  world.users.set('corp|gone', newUser('corp|gone', { provider: 'corp', status: 'disabled' }))
  world.users.set('corp|local', newUser('corp|local'))
  const claims = (): JsonObject => {
    const second = Math.floor(world.time / 1_000)
    return {
      iss: IDP,
      sub: '00u1',
      aud: ISSUER,
      client_id: 'app',
      resource: DOCS,
      scope: 'read write',
      jti: randomUUID(),
      iat: second,
      exp: second + 300,
    }
  }
  const assert = (more: JsonObject = {}, header: JsonObject = {}) =>
    sign(key, { ...claims(), ...more }, { typ: 'oauth-id-jag+jwt', ...header })
  return { world, key, claims, assert }
}

test('a client gets a token for the user that the provider names', async () => {
  const { world, assert } = corp()
  const answer = await world.ask(GRANT, { assertion: await assert() }, { client: APP })
  expect(answer.scopes).toEqual(['read'])
  const scope = 'write'
  const asked = {
    assertion: await assert({ resource: [DOCS], aud: [ISSUER] }),
    scope,
    resource: DOCS,
  }
  await world.ask(GRANT, asked, { client: APP, thumbprint: 'jkt' })
  expect(world.issued).toEqual([
    {
      kind: 'user',
      subject: 'corp|00u1',
      client: 'app',
      resource: DOCS,
      scopes: ['read'],
      actors: [],
      via: 'identity-assertion',
      methods: ['fed'],
      thumbprint: undefined,
    },
    expect.objectContaining({ scopes: ['write'], thumbprint: 'jkt' }),
  ])
  expect(world.fetched).toEqual([JWKS])
})

test('an agent that uses an assertion acts for the user, within what it may', async () => {
  const { world, assert } = corp()
  world.agents.set('bot', newAgent('bot', { scopes: ['read'] }))
  const named = { client_id: 'bot' }
  await world.ask(GRANT, { assertion: await assert(named) })
  expect(world.issued).toMatchObject([{ subject: 'corp|00u1', client: 'bot', actors: ['bot'] }])
  const wide = { assertion: await assert(named), scope: 'write' }
  await expect(world.ask(GRANT, wide)).rejects.toMatchObject({ code: 'invalid_scope' })
  world.agents.set('bot', newAgent('bot', { mayActForUsers: false }))
  const alone = { assertion: await assert(named) }
  await expect(world.ask(GRANT, alone)).rejects.toMatchObject({ code: 'unauthorized_client' })
  world.agents.set('bot', newAgent('bot', { status: 'disabled' }))
  await expect(world.ask(GRANT, alone)).rejects.toMatchObject({ code: 'invalid_client' })
})

const ATTACKS: Readonly<Record<string, readonly [JsonObject, JsonObject?]>> = {
  'of an ID token': [{}, { typ: 'JWT' }],
  'of an access token': [{}, { typ: 'at+jwt' }],
  'with a prefixed type': [{}, { typ: 'application/oauth-id-jag+jwt' }],
  'with an unknown key': [{}, { kid: 'other' }],
  'with its own key': [{}, { jwk: newKey().jwk }],
  'with the address of its keys': [{}, { jku: 'https://evil.example/jwks' }],
  'of another issuer': [{ iss: 'https://evil.example' }],
  'of the issuer with a slash': [{ iss: `${IDP}/` }],
  'of us': [{ iss: ISSUER }],
  'for another server': [{ aud: 'https://other.example' }],
  'for our token endpoint': [{ aud: `${ISSUER}/oauth/token` }],
  'for us and another': [{ aud: [ISSUER, 'https://other.example'] }],
  'for us with a slash': [{ aud: `${ISSUER}/` }],
  'for us twice': [{ aud: [ISSUER, ISSUER] }],
  'for another client': [{ client_id: 'other' }],
  'for no client': [{ client_id: undefined }],
  'for a list of clients': [{ client_id: ['app'] }],
  'without jti': [{ jti: undefined }],
  'with an empty jti': [{ jti: '' }],
  'with a number as jti': [{ jti: 1 }],
  'without iat': [{ iat: undefined }],
  'without exp': [{ exp: undefined }],
  'with exp as text': [{ exp: '9999999999' }],
  'that is over': [{ exp: 1 }],
  'that is too old': [{ iat: 1 }],
  'of the future': [{ iat: 99_999_999_998, exp: 99_999_999_999 }],
  'that is not valid yet': [{ nbf: 99_999_999_999 }],
  'of a delegation': [{ act: { sub: 'x' } }],
  'bound to another key': [{ cnf: { jkt: 'x' } }],
  'bound to a certificate': [{ cnf: { 'x5t#S256': 'x' } }],
  'without a subject': [{ sub: '' }],
  'of an unknown user': [{ sub: 'nobody' }],
  'of a disabled user': [{ sub: 'gone' }],
  'of a user whom another store knows': [{ sub: 'local' }],
  'with unreadable scopes': [{ scope: ['read'] }],
}

test.each(Object.keys(ATTACKS))('refuses an assertion %s', async (name) => {
  const { world, assert } = corp()
  const [claims = {}, header] = ATTACKS[name] ?? []
  const assertion = await assert(claims, header)
  await expect(world.ask(GRANT, { assertion }, { client: APP })).rejects.toMatchObject({
    code: 'invalid_grant',
    message: 'the assertion is not accepted',
  })
  expect(world.issued).toEqual([])
  expect(world.events).toMatchObject([{ event: 'token.refused', client: 'app' }])
})

test('refuses other keys and algorithms: none, a secret, one that is not allowed', async () => {
  const { world, key, claims } = corp()
  const header = { typ: 'oauth-id-jag+jwt', kid: key.kid }
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { alg: _, ...any } = key.jwk
  world.documents.set(JWKS, { keys: [any] })
  const assertions = [
    `${encode({ ...header, alg: 'none' })}.${encode(claims())}.`,
    await sign(newKey('RS256', key.kid), claims(), header),
    await sign(newKey('ES256', key.kid), claims(), header),
    await sign({ ...key, alg: 'PS256' }, claims(), header),
  ]
  for (const assertion of assertions)
    await expect(world.ask(GRANT, { assertion }, { client: APP })).rejects.toMatchObject({
      code: 'invalid_grant',
    })
  await world.ask(GRANT, { assertion: await sign(key, claims(), header) }, { client: APP })
})

test.each([
  ['no resource in the assertion', { resource: undefined }, {}, 'invalid_target'],
  ['a foreign resource', { resource: 'https://evil.example' }, {}, 'invalid_target'],
  ['two resources', { resource: [MCP, DOCS] }, {}, 'invalid_target'],
  ['another resource asked for', {}, { resource: MCP }, 'invalid_target'],
  ['two resources asked for', {}, { resource: [DOCS, MCP] }, 'invalid_target'],
  ['more than the provider allows', {}, { scope: 'execute' }, 'invalid_scope'],
  ['more than nothing in particular', { scope: undefined }, { scope: 'write' }, 'invalid_scope'],
  ['foreign scopes in the assertion', { scope: 'chat.read' }, {}, 'invalid_scope'],
])('refuses %s', async (_, claims, parameters, code) => {
  const { world, assert } = corp()
  const asked = { assertion: await assert(claims as never), ...parameters }
  await expect(world.ask(GRANT, asked, { client: APP })).rejects.toMatchObject({ code })
})

test('refuses a public client, and a request without an assertion', async () => {
  const { world, assert } = corp()
  const assertion = await assert()
  const open = client('app', 'none')
  await expect(world.ask(GRANT, { assertion }, { client: open })).rejects.toMatchObject({
    code: 'unauthorized_client',
  })
  await expect(world.ask(GRANT, {}, { client: APP })).rejects.toMatchObject({
    code: 'invalid_request',
  })
  await world.ask(GRANT, { assertion }, { client: APP })
})

test('a registered client gets no more than was registered', async () => {
  const { world, assert } = corp({
    clients: { ceiling: () => ({ resources: [MCP], scopes: ['read'] }) },
  })
  const ask = async (resource: string, scope: string) =>
    world.ask(GRANT, { assertion: await assert({ resource }), scope }, { client: APP })
  await expect(ask(DOCS, 'read')).rejects.toMatchObject({ code: 'invalid_target' })
  await expect(ask(MCP, 'write')).rejects.toMatchObject({ code: 'invalid_scope' })
  await ask(ALIAS, 'read')
  expect(world.issued).toMatchObject([{ resource: ALIAS, scopes: ['read'] }])
})

test('a key that the assertion is bound to must be proved', async () => {
  const { world, assert } = corp()
  const assertion = await assert({ cnf: { jkt: 'x' } })
  await world.ask(GRANT, { assertion }, { client: APP, thumbprint: 'x' })
  expect(world.issued[0]?.thumbprint).toBe('x')
})

test('users are made when the operator says so, under the name of the provider alone', async () => {
  const logins: FederatedLogin[] = []
  const federate: MachineOptions['federate'] = async (login) => {
    logins.push(login)
    if (login.subject === 'barred') return { refused: 'not-allowed' }
    return { user: newUser(`corp|${login.subject}`), methods: ['fed'] }
  }
  const { world, assert } = corp({ federate }, true)
  const ask = async (sub: string, name?: string) =>
    world.ask(GRANT, { assertion: await assert({ sub, ...(name && { name }) }) }, { client: APP })
  await ask('new', 'New Person')
  await expect(ask('barred')).rejects.toMatchObject({ code: 'invalid_grant' })
  await expect(ask('gone')).rejects.toMatchObject({ code: 'invalid_grant' })
  expect(world.issued).toMatchObject([{ subject: 'corp|new' as SubjectId }])
  expect(logins).toEqual([
    { provider: 'corp', subject: 'new', name: 'New Person', groups: [], create: true },
    { provider: 'corp', subject: 'barred', name: 'barred', groups: [], create: true },
  ])
})

test('settings that could name the users of others are refused', () => {
  const set = (provider: string, algorithms: readonly string[]) => () =>
    newWorld({ assertionIssuers: [{ provider, issuer: IDP, algorithms, create: false }] })
  expect(set('corp|x', ['ES256'])).toThrow('cannot name a provider')
  expect(set('corp', [])).toThrow('is no algorithm')
  expect(set('corp', ['HS256'])).toThrow('is no algorithm')
  expect(set('corp', ['none'])).toThrow('is no algorithm')
})

test.each(ENGINES)(
  'one assertion gives one token, however many ask at once: %s',
  async (engine) => {
    const { store, remove } = await freshStore(engine)
    try {
      const { world, assert } = corp({ once: storedOnce(store, Date.now) })
      const assertion = await assert()
      const asked = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          world.ask(GRANT, { assertion }, { client: APP, from: `192.0.2.${index}` }),
        ),
      )
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(world.issued).toHaveLength(1)
    } finally {
      await remove()
    }
  },
)
