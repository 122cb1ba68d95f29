import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import type { NewClient } from './registered-client.ts'
import { opened, served } from './testing/opened.ts'

const PORTAL: NewClient = {
  id: 'portal',
  name: 'Portal',
  method: 'client_secret_basic',
  redirects: ['https://portal.example/cb'],
  grantTypes: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  resources: ['https://gateway.example/mcp'],
  scopes: ['read'],
  mayIntrospect: true,
}
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKey = { ...KEY.publicKey.export({ format: 'jwk' }), kid: 'a' }
const DAY = 24 * 60 * 60_000

const refusing =
  (...names: readonly string[]) =>
  async ({ event }: { event: string }) => {
    if (names.includes(event)) throw new GatewayError('audit_unavailable', 'no record')
  }

describe.each(ENGINES)('clients on %s', (engine) => {
  test('ours is always there, and is public, native and bound', async () => {
    const { source, administration, again } = await opened(engine)
    const metadata = {
      client_id: 'bailiwick-connect',
      client_name: 'Bailiwick',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    }
    expect(await source.find('bailiwick-connect')).toEqual(metadata)
    expect(source.trust('bailiwick-connect')).toBe('registered')
    expect(source.vetted('bailiwick-connect', metadata)).toBe(true)
    expect(source.mayIntrospect('bailiwick-connect', metadata)).toBe(false)
    await expect(administration.remove('bailiwick-connect')).rejects.toThrow('not removed')
    expect(await administration.disable('bailiwick-connect')).toBe(true)
    // a restart does not enable it
    expect(await (await again()).source.find('bailiwick-connect')).toBeUndefined()
    expect(await administration.enable('bailiwick-connect')).toBe(true)
    expect(await source.find('bailiwick-connect')).toEqual(metadata)
  })

  test('the operator registers, bounds and looks at one', async () => {
    const { source, administration, events, now } = await opened(engine)
    const { client, secret } = await administration.register(PORTAL)
    expect(client).toEqual({
      id: 'portal',
      name: 'Portal',
      trust: 'registered',
      status: 'active',
      redirects: PORTAL.redirects,
      grantTypes: PORTAL.grantTypes,
      method: 'client_secret_basic',
      resources: PORTAL.resources,
      scopes: PORTAL.scopes,
      mayIntrospect: true,
      created: now(),
      used: undefined,
      expires: undefined,
    })
    expect(await administration.find('portal')).toEqual(client)
    // before it was found, nothing is known and so nothing is allowed
    expect(source.ceiling('portal')).toEqual({ resources: [], scopes: [] })
    expect([source.mayIntrospect('portal', {}), source.vetted('portal', {})]).toEqual([
      false,
      false,
    ])
    const found = await source.find('portal')
    expect(found).toMatchObject({ client_secret: secret, application_type: 'web' })
    expect(source.ceiling('portal')).toEqual({ resources: PORTAL.resources, scopes: ['read'] })
    expect([source.mayIntrospect('portal', {}), source.vetted('portal', {})]).toEqual([true, true])
    expect(source.view('portal', found ?? {})).toEqual({
      id: 'portal',
      name: 'Portal',
      trust: 'registered',
      host: 'portal.example',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(events).toEqual([
      {
        event: 'client.registered',
        outcome: 'done',
        client: 'portal',
        detail: {
          trust: 'registered',
          name: 'Portal',
          method: PORTAL.method,
          redirects: PORTAL.redirects,
        },
      },
    ])
  })

  test('secrets are shown once, and do not stand in the database', async () => {
    const { source, administration, fresh, events, again } = await opened(engine)
    const { secret = '' } = await administration.register(PORTAL)
    expect(secret).toMatch(/^bailiwick-client-secret-[\w-]{43}$/)
    const dump = async () =>
      JSON.stringify(await fresh.store.db.selectFrom('oauth_client').selectAll().execute())
    const renewed = await administration.renewSecret('portal')
    expect(renewed).not.toBe(secret)
    for (const one of [secret, renewed])
      expect(`${await dump()}${JSON.stringify(events)}`).not.toContain(one.slice(24))
    expect(await source.find('portal')).toMatchObject({ client_secret: renewed })
    // another replica opens it, another key does not
    expect(await (await again()).source.find('portal')).toMatchObject({ client_secret: renewed })
    const stranger = await again({ sealKey: Buffer.alloc(32, 8) })
    await expect(stranger.source.find('portal')).rejects.toThrow()
    await expect(administration.renewSecret('bailiwick-connect')).rejects.toThrow('has a secret')
    await expect(administration.renewSecret('nobody')).rejects.toThrow(
      'no client `nobody` has a secret',
    )
  })

  test('a sealed secret opens in its own row alone', async () => {
    const { source, administration, fresh } = await opened(engine)
    await administration.register(PORTAL)
    await administration.register({ ...PORTAL, id: 'other' })
    const { db } = fresh.store
    const { metadata } = await db
      .selectFrom('oauth_client')
      .select('metadata')
      .where('id', '=', 'portal')
      .executeTakeFirstOrThrow()
    await db.updateTable('oauth_client').set({ metadata }).where('id', '=', 'other').execute()
    await expect(source.find('other')).rejects.toThrow()
  })

  test('with keys: public ones only', async () => {
    const { source, administration } = await opened(engine)
    const client: NewClient = {
      ...PORTAL,
      id: 'keys',
      method: 'private_key_jwt',
      keys: [publicKey],
    }
    expect((await administration.register(client)).secret).toBeUndefined()
    const found = await source.find('keys')
    expect(found).toMatchObject({
      jwks: { keys: [publicKey] },
      token_endpoint_auth_method: 'private_key_jwt',
    })
    expect(found).not.toHaveProperty('client_secret')
    const own = KEY.privateKey.export({ format: 'jwk' })
    const wrong = administration.register({
      ...client,
      id: 'b',
      keys: [{ ...publicKey, d: String(own.d) }],
    })
    await expect(wrong).rejects.toThrow('a key set must hold no private keys')
  })

  test.each<[Partial<NewClient>, string]>([
    [{ id: 'Portal' }, 'a client id has'],
    [{ id: 'https://portal.example/a' }, 'a client id has'],
    [{ id: 'dynamic:a' }, 'a client id has'],
    [{ id: '' }, 'a client id has'],
    [{ name: 'Por\u202etal' }, 'client_name holds'],
    [{ redirects: [] }, 'redirect_uris must be'],
    [{ redirects: ['http://portal.example/'] }, 'is http to another machine'],
    [{ redirects: ['javascript:alert(1)'] }, 'has a scheme'],
    [{ redirects: ['https://*.portal.example/cb'] }, 'holds a character'],
    [{ grantTypes: ['implicit'] }, 'grant type `implicit` is not for'],
    [{ grantTypes: ['password'] }, 'grant type `password` is not for'],
    [{ grantTypes: [], mayIntrospect: false }, 'a client needs a grant type'],
    [{ grantTypes: ['refresh_token'], redirects: [] }, 'needs `authorization_code`'],
    [{ grantTypes: ['client_credentials'] }, 'grant type `client_credentials` is not for'],
    [{ grantTypes: [] }, 'redirect addresses are for clients that get codes'],
    [{ method: 'none', mayIntrospect: false }, 'is not for a client with method `none`'],
    [{ method: 'none', grantTypes: ['authorization_code'] }, 'only a client that proves who it is'],
    [{ method: 'private_key_jwt' }, 'keys are needed'],
    [{ keys: [publicKey] }, 'keys are needed for method `private_key_jwt`, and only for it'],
    [{ resources: ['mcp'] }, 'a resource is not an address'],
    [{ scopes: ['a b'] }, 'a scope cannot be one'],
  ])('%j is not registered', async (more, why) => {
    const { administration, events } = await opened(engine)
    await expect(administration.register({ ...PORTAL, ...more })).rejects.toThrow(why)
    expect(await administration.list({})).toHaveLength(1)
    expect(events).toEqual([])
  })

  test('an id is given once', async () => {
    const { administration, events, again } = await opened(engine, {
      taken: async (id) => id === 'agent',
    })
    const others = await again()
    const results = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => administration.register(PORTAL)),
      ...Array.from({ length: 4 }, () => others.administration.register(PORTAL)),
    ])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(administration.register({ ...PORTAL, id: 'agent' })).rejects.toThrow(
      'the id `agent` is taken',
    )
    for (const id of ['bailiwick-connect', 'bailiwick-cli'])
      await expect(administration.register({ ...PORTAL, id })).rejects.toThrow('our own')
    expect(events.map(({ client }) => client)).not.toContain('agent')
  })

  test('one that is disabled is nobody until it is enabled; one that is removed is gone', async () => {
    const { source, administration, fresh, events, revoked, ended, now } = await opened(engine)
    await administration.register(PORTAL)
    await source.find('portal')
    expect(await administration.disable('portal')).toBe(true)
    expect(await source.find('portal')).toBeUndefined()
    expect([source.vetted('portal', {}), source.mayIntrospect('portal', {})]).toEqual([
      false,
      false,
    ])
    expect(ended).toEqual([])
    expect(await administration.enable('portal')).toBe(true)
    expect(await source.find('portal')).toBeDefined()
    expect(await administration.remove('portal')).toBe(true)
    expect(await source.find('portal')).toBeUndefined()
    expect(ended).toEqual(['portal'])
    const void1 = { kind: 'client', id: 'portal', at: now() }
    expect(revoked).toEqual([void1, void1])
    const changes = await fresh.store.db
      .selectFrom('change')
      .select(['kind', 'id', 'what'])
      .orderBy('seq')
      .execute()
    expect(changes).toEqual(
      ['revoked', 'changed', 'revoked'].map((what) => ({ kind: 'client', id: 'portal', what })),
    )
    expect(events.map(({ event }) => event)).toEqual([
      'client.registered',
      'client.disabled',
      'client.enabled',
      'client.removed',
    ])
    for (const action of ['disable', 'enable', 'remove'] as const)
      expect(await administration[action]('nobody')).toBe(false)
    expect(events).toHaveLength(4)
  })

  test('nothing happens that is not witnessed', async () => {
    const { administration, again, revoked, ended } = await opened(engine)
    await administration.register(PORTAL)
    const blind = await again({
      witness: refusing(
        'client.registered',
        'client.changed',
        'client.disabled',
        'client.enabled',
        'client.removed',
      ),
    })
    const before = await blind.source.find('portal')
    const { administration: acts } = blind
    for (const action of [
      () => acts.register({ ...PORTAL, id: 'other' }),
      () => acts.renewSecret('portal'),
      () => acts.disable('portal'),
      () => acts.disable('https://client.example/a'),
      () => acts.enable('portal'),
      () => acts.remove('portal'),
    ])
      await expect(action()).rejects.toThrow('no record')
    expect(await blind.source.find('portal')).toEqual(before)
    expect((await administration.list({})).map(({ id }) => id)).toEqual([
      'bailiwick-connect',
      'portal',
    ])
    expect([revoked, ended]).toEqual([[], []])
  })

  test('uses are noted, a minute at a time, and stale ones found', async () => {
    const { source, administration, flush, pass, now } = await opened(engine)
    await administration.register(PORTAL)
    pass(1_000)
    const start = now()
    for (let times = 0; times < 3; times++) source.used('portal')
    source.used('nobody')
    await flush()
    expect(await administration.find('portal')).toMatchObject({ used: start, expires: undefined })
    pass(59_999)
    source.used('portal')
    await flush()
    expect((await administration.find('portal'))?.used).toBe(start)
    pass(1)
    source.used('portal')
    await flush()
    expect((await administration.find('portal'))?.used).toBe(start + 60_000)
    const unused = async (since: number) =>
      (await administration.list({ unusedSince: since, trust: 'registered' })).map(({ id }) => id)
    expect(await unused(now())).toEqual(['bailiwick-connect'])
    expect(await unused(now() + 1)).toEqual(['bailiwick-connect', 'portal'])
    expect(await administration.find('nobody')).toBeUndefined()
  })

  test('lists go on page by page', async () => {
    const { administration } = await opened(engine)
    for (const id of ['a', 'c', 'd']) await administration.register({ ...PORTAL, id })
    const page = async (after?: string) =>
      (await administration.list({ limit: 2, ...(after === undefined ? {} : { after }) })).map(
        ({ id }) => id,
      )
    expect([await page(), await page('bailiwick-connect'), await page('d')]).toEqual([
      ['a', 'bailiwick-connect'],
      ['c', 'd'],
      [],
    ])
  })

  test('of documents: listed once used, forgotten when not, blocked when the operator says so', async () => {
    const id = 'https://client.example/client.json'
    const document = {
      client_id: id,
      client_name: 'Example',
      redirect_uris: ['http://127.0.0.1/cb'],
    }
    const all = await opened(engine, { fetchDocument: async () => served(document) })
    const { source, administration, flush, pass, sweep, now } = all
    const { documents } = source
    const allowed = async () => documents?.allowClient(id, document)
    expect(await allowed()).toBe(true)
    expect(await administration.find(id)).toBeUndefined()
    source.used(id)
    await flush()
    expect(await administration.find(id)).toMatchObject({
      name: 'Example',
      trust: 'metadata',
      redirects: ['http://127.0.0.1/cb'],
      used: now(),
      expires: now() + 90 * DAY,
    })
    expect(await source.find(id)).toBeUndefined()
    expect(await administration.disable(id)).toBe(true)
    expect(await allowed()).toBe(false)
    source.used(id)
    pass(400 * DAY)
    source.used(id)
    await flush()
    await sweep()
    expect(await allowed()).toBe(false)
    await administration.enable(id)
    expect(await allowed()).toBe(true)
    pass(30 * DAY)
    expect(await sweep()).toBe(1)
    expect(await administration.find(id)).toBeUndefined()
    // one that nobody used yet can be blocked, too
    expect(await administration.disable('https://evil.example/a')).toBe(true)
    expect(await documents?.allowClient('https://evil.example/a', {})).toBe(false)
    expect(await administration.disable('https://evil.example/')).toBe(false)
  })

  test('a database that is closed is said to be', async () => {
    const { source, administration, fresh } = await opened(engine)
    await fresh.store.close()
    const code = { code: 'store_unavailable' }
    await expect(source.find('portal')).rejects.toMatchObject(code)
    await expect(administration.list({})).rejects.toMatchObject(code)
    await expect(
      source.documents?.allowClient('https://client.example/a', {}),
    ).rejects.toMatchObject(code)
    source.used('portal')
  })
})
