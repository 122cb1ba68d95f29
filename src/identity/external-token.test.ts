import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExternalIssuer } from './external-issuer.ts'
import { PROVIDERS, type Provider } from './testing/providers.ts'
import {
  type Changes,
  newKey,
  ORIGIN,
  openWorld,
  START,
  signed,
  type TestKey,
  user,
  type World,
} from './testing/world.ts'

const INVALID = { code: 'token_invalid', message: 'the token is not valid' }
const SECONDS = START / 1_000

let key: TestKey
beforeAll(async () => {
  key = await newKey('RS256')
})

function settingsOf(name: string, { metadata, settings }: Provider): ExternalIssuer {
  return {
    name,
    issuer: metadata.issuer,
    keys: metadata.jwks_uri,
    algorithms: ['RS256'],
    ...settings,
  }
}

function tokenOf(provider: Provider, claims: Changes, header: Changes = {}): Promise<string> {
  const times = { iat: SECONDS - 5, nbf: SECONDS - 5, exp: SECONDS + 3_600 }
  return signed(
    { iss: provider.metadata.issuer, ...times, ...claims },
    { kid: key.thumbprint, ...provider.header, ...header },
    key,
  )
}

/** A world that takes the tokens of an issuer. */
function worldOf(provider: Provider, issuer: ExternalIssuer): Promise<World> {
  return openWorld({
    external: [issuer],
    fetch: async (url) => {
      expect(url).toBe(provider.metadata.jwks_uri)
      // Providers also publish keys for other uses.
      const other = { kty: 'RSA', kid: 'other', use: 'enc', alg: 'RSA-OAEP', n: 'AQAB', e: 'AQAB' }
      const text = JSON.stringify({ keys: [other, { ...key.public, ...provider.jwk }] })
      return { status: 200, type: 'application/json', text, maxAge: 86_400 }
    },
  })
}

describe.each(Object.entries(PROVIDERS))('%s', (name, provider) => {
  let world: World
  beforeAll(async () => {
    world = await worldOf(provider, settingsOf(name, provider))
  })
  afterAll(() => world.close())
  const refused = async (claims: Changes, header: Changes = {}) =>
    expect(world.ask(await tokenOf(provider, claims, header))).rejects.toMatchObject(INVALID)

  test('a token of a person', async () => {
    const { subject, authorization } = await world.ask(await tokenOf(provider, provider.user))
    expect(subject).toEqual({
      kind: 'user',
      id: `${name}|${provider.reads.id}`,
      via: 'external',
      groups: provider.reads.groups,
      actors: [],
    })
    expect(authorization).toMatchObject({
      client: `${name}|${provider.reads.client}`,
      clientTrust: 'external',
      grant: '',
      scopes: expect.arrayContaining(['read']),
      bound: false,
      issuer: provider.metadata.issuer,
      expires: (SECONDS + 3_600) * 1_000,
    })
    expect(authorization.scopes.every((scope) => ['read', 'write'].includes(scope))).toBe(true)
  })

  test('a token of a program', async () => {
    const { subject, authorization } = await world.ask(await tokenOf(provider, provider.agent))
    expect(subject).toMatchObject({ kind: 'agent', id: `${name}|${provider.reads.agent}` })
    expect(authorization.scopes).toEqual(['read'])
  })

  test('an ID token is no access token', async () => {
    await refused(provider.idToken, { typ: 'JWT' })
    // Not even one that is for us, with a client and scopes in it.
    const [audience] = provider.settings.audiences
    await refused({ ...provider.user, ...provider.idToken, aud: audience }, { typ: 'JWT' })
  })

  const mutations: Readonly<Record<string, Changes>> = {
    'another issuer': { iss: 'https://login.example/' },
    'another audience': { aud: 'another' },
    'an audience in other letters': { aud: provider.settings.audiences[0]?.toUpperCase() },
    'audiences that are others': { aud: ['a', 'b'] },
    'no audience': { aud: undefined },
    'an end that was': { exp: SECONDS - 30 },
    'a beginning that is to come': { nbf: SECONDS + 31 },
    'an issue that is to come': { iat: SECONDS + 31, exp: SECONDS + 3_600 },
    'an age that is too high': { iat: SECONDS - 5_431 },
    'no time of issue': { iat: undefined },
    'no end': { exp: undefined },
    'a binding to a certificate': { cnf: { 'x5t#S256': 'a'.repeat(43) } },
    'an actor without an id': { act: {} },
  }
  test.each(Object.entries(mutations))('%s', (_, changes) =>
    refused({ ...provider.user, ...changes }),
  )

  test('claims that say who, by which client, and what for, must be there', async () => {
    const { subject, client, scopes, type, exactly } = provider.settings
    const without = (paths: readonly (readonly string[])[]) => ({
      ...provider.user,
      ...Object.fromEntries(paths.map(([first]) => [String(first), undefined])),
    })
    await refused(without(subject))
    await refused(without(client))
    for (const { claim } of exactly) await refused({ ...provider.user, [String(claim[0])]: 'x' })
    if (type === 'jwt') await refused(without(scopes.claims))
  })

  test('scopes, groups and ids of a wrong kind', async () => {
    const { scopes, groups, subject } = provider.settings
    const [path = []] = scopes.claims
    const nested = path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), [1])
    await refused({ ...provider.user, ...(nested as object) })
    await refused({ ...provider.user, [String(groups?.claim[0])]: { a: 1 } })
    await refused({ ...provider.user, [String(subject.at(-1)?.[0])]: ['a'] })
  })

  test('groups that are elsewhere are groups that nobody knows', () =>
    refused({
      ...provider.user,
      [String(provider.settings.groups?.claim[0])]: undefined,
      _claim_names: { [String(provider.settings.groups?.claim[0])]: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.example/getMemberObjects' } },
    }))

  test('headers that bring keys, other types, other algorithms', async () => {
    for (const header of [
      { jwk: key.public },
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/x' },
      { x5c: ['MIIC'] },
      { crit: ['exp'] },
      { typ: 'logout+jwt' },
      { typ: 'dpop+jwt' },
      { typ: 'secevent+jwt' },
      { kid: 'other' },
      { kid: undefined },
      { alg: 'none' },
      { alg: 'PS256' },
    ])
      await refused(provider.user, header)
  })

  test('a key of ours signs nothing of theirs, nor one of theirs anything of ours', async () => {
    const theirs = await signed(
      { iss: provider.metadata.issuer, iat: SECONDS, exp: SECONDS + 60, ...provider.user },
      { kid: world.key.thumbprint, ...provider.header },
      world.key,
    )
    await expect(world.ask(theirs)).rejects.toMatchObject(INVALID)
    await expect(world.ask(await world.token({}, {}, key))).rejects.toMatchObject(INVALID)
  })

  test('resources that are not opened to it stay closed', async () => {
    const token = await tokenOf(provider, provider.user)
    await world.ask(token, { path: '/mcp/files' })
    await expect(world.ask(token, { path: '/admin' })).rejects.toMatchObject(INVALID)
  })

  test('a person whom the directory knows is also in the groups that it says', async () => {
    const id = `${name}|${provider.reads.id}`
    world.users.set(id, user(id, { groups: ['board', 'staff'] }))
    await world.note({ kind: 'user', id, what: 'changed' })
    const { subject } = await world.ask(await tokenOf(provider, provider.user))
    expect(subject.groups).toEqual(['staff', 'board'])
  })

  test('a person whom the directory disables, or a revocation, is refused', async () => {
    const token = await tokenOf(provider, provider.user)
    await world.ask(token)
    const id = `${name}|${provider.reads.id}`
    await world.note({ kind: 'user', id, what: 'revoked' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
    world.now += 10_000
    await world.identity.refresh()
    const later = await tokenOf(provider, { ...provider.user, iat: world.now / 1_000 })
    await world.ask(later)
    world.users.set(id, user(id, { status: 'disabled' }))
    await world.note({ kind: 'user', id, what: 'changed' })
    await expect(world.ask(later)).rejects.toMatchObject(INVALID)
  })
})

describe('any issuer', () => {
  const provider = PROVIDERS['okta'] as Provider
  const base = settingsOf('okta', provider)
  const within = async (
    issuer: ExternalIssuer,
    run: (world: World) => Promise<void>,
  ): Promise<void> => {
    const world = await worldOf(provider, issuer)
    try {
      await run(world)
    } finally {
      await world.close()
    }
  }

  test('of the type `at+jwt` does without scopes, and then has none', () =>
    within({ ...base, type: 'at+jwt' }, async (world) => {
      const token = await tokenOf(provider, { ...provider.user, scp: undefined }, { typ: 'at+jwt' })
      expect((await world.ask(token)).authorization.scopes).toEqual([])
      await expect(world.ask(await tokenOf(provider, provider.user))).rejects.toMatchObject(INVALID)
    }))

  test('that must prove its keys does so', () =>
    within({ ...base, proof: 'required' }, async (world) => {
      const held = await newKey()
      await expect(world.ask(await tokenOf(provider, provider.user))).rejects.toMatchObject(INVALID)
      const cnf = { jkt: held.thumbprint }
      const token = await tokenOf(provider, { ...provider.user, cnf })
      const dpop = await world.proof(held, token)
      const { authorization } = await world.ask(token, { authorization: `DPoP ${token}`, dpop })
      expect(authorization.bound).toBe(true)
    }))

  test('tells who acts, under its own name', () =>
    within(base, async (world) => {
      const token = await tokenOf(provider, { ...provider.user, act: { sub: 'build' } })
      expect((await world.ask(token)).subject.actors).toEqual(['okta|build'])
      await world.note({ kind: 'agent', id: 'okta|build', what: 'revoked' })
      await expect(world.ask(token)).rejects.toMatchObject(INVALID)
    }))

  test('has tokens that are over when they are too old, whatever they say', () =>
    within(base, async (world) => {
      const token = await tokenOf(provider, { ...provider.user, exp: SECONDS + 86_400 })
      const { authorization } = await world.ask(token)
      expect(authorization.expires).toBe((SECONDS - 5) * 1_000 + base.maxAge)
    }))

  test('whose client is the audience has an ID token or worse', () =>
    within({ ...base, audiences: ['self'] }, async (world) => {
      const claims = { ...provider.user, aud: 'self', cid: 'self' }
      await expect(world.ask(await tokenOf(provider, claims))).rejects.toMatchObject(INVALID)
    }))

  test('cannot name a subject by two claims that run together', () =>
    within({ ...base, subject: [['tid'], ['sub']] }, async (world) => {
      const ask = async (tid: string, sub: string) =>
        world.ask(await tokenOf(provider, { ...provider.user, tid, sub }))
      expect((await ask('a', 'b')).subject.id).toBe('okta|a|b')
      await expect(ask('a|b', 'c')).rejects.toMatchObject(INVALID)
      await expect(ask('a', 'b|c')).rejects.toMatchObject(INVALID)
    }))

  test('names people and clients in plain letters', () =>
    within(base, async (world) => {
      for (const claims of [
        { sub: 'аda' },
        { sub: 'ada\u202eb' },
        { sub: 'a'.repeat(256) },
        { cid: 'аpp' },
      ])
        await expect(
          world.ask(await tokenOf(provider, { ...provider.user, ...claims })),
        ).rejects.toMatchObject(INVALID)
    }))

  test('cannot reach what every object has', () =>
    within(
      {
        ...base,
        scopes: { claims: [['scp']], map: {} },
        groups: { claim: ['toString'], map: { constructor: ['staff'] } },
      },
      async (world) => {
        const scp = ['constructor', '__proto__', 'toString']
        const { subject, authorization } = await world.ask(
          await tokenOf(provider, { ...provider.user, scp }),
        )
        expect([subject.groups, authorization.scopes]).toEqual([[], []])
      },
    ))

  test('whose keys cannot be fetched is not guessed about', async () => {
    const world = await openWorld({ external: [base] })
    await expect(world.ask(await tokenOf(provider, provider.user))).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await world.ask(await world.token())
    await world.close()
  })

  const wrong: readonly (readonly [string, Partial<ExternalIssuer>])[] = [
    ['its name is not letters, digits and hyphens', { name: 'a|b' }],
    ['its `iss` is not an address', { issuer: 'contoso' }],
    ['its keys have no address', { keys: 'keys' }],
    ['its algorithms are not all asymmetric ones', { algorithms: ['RS256', 'HS256'] }],
    ['its algorithms are not all asymmetric ones', { algorithms: ['none'] }],
    ['its algorithms are not all asymmetric ones', { algorithms: [] }],
    ['it has no audiences', { audiences: [] }],
    ['it has no audiences', { audiences: [''] }],
    ['it has no claim of scopes', { scopes: { claims: [], map: {} } }],
    ['it has no claim of subject or client', { subject: [] }],
    ['it has no claim of subject or client', { client: [] }],
    ['a claim has no name', { subject: [[]] }],
    ['a scope holds what scopes cannot hold', { scopes: { claims: [['scp']], map: { a: ['"'] } } }],
    ['its tokens live longer than revocations are remembered', { maxAge: 7_200_001 }],
    ['its tokens live longer than revocations are remembered', { maxAge: 0 }],
  ]
  test.each(wrong)('%s: it does not open', async (problem, changes) => {
    const issuer = { ...base, ...changes }
    await expect(openWorld({ external: [issuer] })).rejects.toThrow(
      new RangeError(`issuer \`${issuer.name}\`: ${problem}`),
    )
  })

  test('is there once, and is not ours', async () => {
    for (const external of [
      [base, { ...base, name: 'other' }],
      [base, { ...base, issuer: 'https://other.example' }],
      [{ ...base, issuer: ORIGIN }],
    ])
      await expect(openWorld({ external })).rejects.toThrow('is there twice')
  })
})
