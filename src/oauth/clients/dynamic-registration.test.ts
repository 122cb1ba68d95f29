import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import type { ClientRegistration } from '../engine/ports.ts'
import type { ClientsOptions } from './clients.ts'
import { opened, requestFrom } from './testing/opened.ts'

const REQUEST = requestFrom('192.0.2.7')
const LOOPBACK: JsonObject = { client_name: 'Editor', redirect_uris: ['http://127.0.0.1/callback'] }
const DAY = 24 * 60 * 60_000

async function withRegistration(
  engine: (typeof ENGINES)[number],
  policy: ClientsOptions['policy'] = {},
  more: Partial<ClientsOptions> = {},
) {
  const clients = await opened(engine, { policy: { registration: 'loopback', ...policy }, ...more })
  const { registration } = clients.source
  if (registration === undefined) throw new Error('registration is off')
  const register = (metadata: JsonObject, request = REQUEST) =>
    registration.register(request, metadata)
  const stored = async () =>
    (await clients.administration.list({ trust: 'dynamic' })).map(({ id }) => id)
  return { ...clients, registration, register, stored }
}

/** What RFC 7591 calls the error, and its words. */
const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'registered',
    ({ code, status, message }) => `${status} ${code}: ${message}`,
  )

describe('registration', () => {
  test('is off unless the operator wants it', async () => {
    expect((await opened('sqlite')).source.registration).toBeUndefined()
  })

  test('makes public native clients for codes, and nothing else', async () => {
    const { register, source, administration, events, now } = await withRegistration('sqlite')
    const sent: JsonObject = {
      ...LOOPBACK,
      client_id: 'bailiwick-connect',
      client_secret: 'mine',
      application_type: 'web',
      scope: 'read write execute admin',
      token_endpoint_auth_method: 'client_secret_post',
      logo_uri: 'https://169.254.169.254/',
      jwks_uri: 'https://internal.example/',
      sector_identifier_uri: 'https://internal.example/',
      request_uris: ['https://internal.example/'],
      software_statement: 'a.b.c',
      registration_access_token: 'a',
      trust: 'registered',
    }
    const client = await register(sent)
    const id = String(client['client_id'])
    expect(id).toMatch(/^dynamic:[\w-]{24}$/)
    expect(client).toEqual({
      client_id: id,
      client_id_issued_at: now() / 1_000,
      client_name: 'Editor',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: false,
    })
    expect(await source.find(id)).toEqual(client)
    expect(source.trust(id)).toBe('dynamic')
    expect([source.vetted(id, client), source.mayIntrospect(id, client)]).toEqual([false, false])
    expect(source.ceiling(id)).toEqual({ resources: undefined, scopes: undefined })
    expect(source.view(id, client)).toMatchObject({
      name: 'Editor',
      trust: 'dynamic',
      host: undefined,
    })
    expect(await administration.find(id)).toMatchObject({ used: undefined, expires: now() + DAY })
    expect(events).toEqual([
      {
        event: 'client.registered',
        outcome: 'done',
        client: id,
        detail: { trust: 'dynamic', name: 'Editor', redirects: ['http://127.0.0.1/callback'] },
      },
    ])
  })

  test.each<[JsonObject, JsonObject]>([
    [{ grant_types: ['authorization_code'] }, { grant_types: ['authorization_code'] }],
    [{ dpop_bound_access_tokens: true }, { dpop_bound_access_tokens: true }],
    [{ client_name: undefined }, {}],
    [{ redirect_uris: ['http://localhost:6274/oauth/callback'] }, { application_type: 'native' }],
    [{ token_endpoint_auth_method: 'client_secret_basic' }, { token_endpoint_auth_method: 'none' }],
    [{ unknown: [[[]]] }, {}],
  ])('takes %j', async (more, shown) => {
    const { register } = await withRegistration('sqlite')
    expect(await register({ ...LOOPBACK, ...more })).toMatchObject(shown)
  })

  const REDIRECT = '400 invalid_redirect_uri: '
  const METADATA = '400 invalid_client_metadata: '
  test.each<[JsonObject, string]>([
    [
      { redirect_uris: ['https://evil.example/cb'] },
      `${REDIRECT}a redirect address is on a host that is not allowed`,
    ],
    [
      { redirect_uris: ['http://127.0.0.1/cb', 'https://evil.example/cb'] },
      `${REDIRECT}a redirect address is on`,
    ],
    [
      { redirect_uris: ['http://evil.example/cb'] },
      `${REDIRECT}a redirect address is http to another machine`,
    ],
    [
      { redirect_uris: ['javascript:alert(1)'] },
      `${REDIRECT}a redirect address has a scheme that is not a program`,
    ],
    [
      { redirect_uris: ['data:text/html,a'] },
      `${REDIRECT}a redirect address has a scheme that is not a program`,
    ],
    [
      { redirect_uris: ['editor://cb'] },
      `${REDIRECT}a redirect address has a scheme that is not allowed`,
    ],
    [
      { redirect_uris: ['http://user@127.0.0.1/cb'] },
      `${REDIRECT}a redirect address has a user name`,
    ],
    [{ redirect_uris: ['http://127.0.0.1/*'] }, `${REDIRECT}a redirect address holds a character`],
    [{ redirect_uris: ['http://127.0.0.1/#a'] }, `${REDIRECT}a redirect address has a fragment`],
    [
      { redirect_uris: ['http://127.0.0.1.evil.example/'] },
      `${REDIRECT}a redirect address is http to another`,
    ],
    [{ redirect_uris: [] }, `${REDIRECT}redirect_uris must be a list of 1 to 20`],
    [{ redirect_uris: undefined }, `${REDIRECT}redirect_uris must be a list of 1 to 20`],
    [
      { redirect_uris: { 0: 'http://127.0.0.1/' } },
      `${REDIRECT}redirect_uris must be a list of 1 to 20`,
    ],
    [{ grant_types: ['authorization_code', 'implicit'] }, `${METADATA}grant_types must be`],
    [{ grant_types: ['client_credentials'] }, `${METADATA}grant_types must be`],
    [{ grant_types: ['authorization_code', 'password'] }, `${METADATA}grant_types must be`],
    [
      { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange'] },
      `${METADATA}grant_`,
    ],
    [
      { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] },
      `${METADATA}grant_`,
    ],
    [{ grant_types: ['refresh_token'] }, `${METADATA}grant_types must be`],
    [{ grant_types: 'authorization_code' }, `${METADATA}grant_types must be a list of strings`],
    [{ grant_types: [null] }, `${METADATA}grant_types must be a list of strings`],
    [{ response_types: ['token'] }, `${METADATA}response_types must be code`],
    [{ response_types: ['code', 'id_token'] }, `${METADATA}response_types must be code`],
    [{ response_types: [] }, `${METADATA}response_types must be code`],
    [
      { token_endpoint_auth_method: 'private_key_jwt' },
      `${METADATA}token_endpoint_auth_method must be none`,
    ],
    [{ token_endpoint_auth_method: null }, `${METADATA}token_endpoint_auth_method must be none`],
    [
      { dpop_bound_access_tokens: 'true' },
      `${METADATA}dpop_bound_access_tokens must be true or false`,
    ],
    [{ client_name: 'Cl\u202eaude' }, `${METADATA}client_name holds characters that are not shown`],
    [{ client_name: 'Cl\u200baude' }, `${METADATA}client_name holds characters that are not shown`],
    [{ client_name: 'Cl\u0000aude' }, `${METADATA}client_name holds characters that are not shown`],
    [{ client_name: 'a'.repeat(65) }, `${METADATA}client_name must have 64 characters at most`],
    [{ client_name: null }, `${METADATA}client_name must be a string`],
  ])('refuses %j, and stores nothing', async (more, why) => {
    const { register, stored, events } = await withRegistration('sqlite')
    expect(await refusal(register({ ...LOOPBACK, ...more }))).toContain(why)
    expect(await stored()).toEqual([])
    expect(events).toMatchObject([{ event: 'client.refused', outcome: 'refused' }])
  })

  test('takes hosts of the list when it is so', async () => {
    const { register, source } = await withRegistration('sqlite', {
      registration: 'listed',
      registrationHosts: ['allowed.example'],
      privateSchemes: ['editor'],
    })
    const at = (uri: string) => register({ ...LOOPBACK, redirect_uris: [uri] })
    const client = await at('https://allowed.example/cb')
    expect(client).toMatchObject({ application_type: 'web' })
    expect(source.view(String(client['client_id']), client).host).toBe('allowed.example')
    expect(await at('editor://plugin/cb')).toMatchObject({ application_type: 'native' })
    expect(await at('http://127.0.0.1/cb')).toMatchObject({ application_type: 'native' })
    expect(await refusal(at('https://evil-allowed.example/cb'))).toContain('invalid_redirect_uri')
    expect(await refusal(at('https://sub.allowed.example/cb'))).toContain('invalid_redirect_uri')
    expect(source.vetted(String(client['client_id']), client)).toBe(false)
  })

  test('the list of hosts counts in mode `listed` alone', async () => {
    const { register } = await withRegistration('sqlite', {
      registrationHosts: ['allowed.example'],
    })
    const redirect_uris = ['https://allowed.example/cb']
    expect(await refusal(register({ ...LOOPBACK, redirect_uris }))).toContain(
      'invalid_redirect_uri',
    )
  })

  test('in a burst is slowed down, by source and together', async () => {
    const { registration, pass } = await withRegistration('sqlite')
    const admitted = (source: string): unknown => {
      try {
        return registration.admit(requestFrom(source))
      } catch (error) {
        const { status, retryAfter } = error as { status: number; retryAfter: number }
        return `${status} after ${retryAfter}`
      }
    }
    const burst = (source: string) => Array.from({ length: 12 }, () => admitted(source)).slice(9)
    expect(burst('192.0.2.1')).toEqual([undefined, '429 after 6', '429 after 6'])
    expect(burst('192.0.2.2')).toEqual([undefined, '429 after 6', '429 after 6'])
    pass(5_999)
    expect(admitted('192.0.2.1')).toBe('429 after 1')
    pass(1)
    expect([admitted('192.0.2.1'), admitted('192.0.2.1')]).toEqual([undefined, '429 after 6'])
    for (let index = 10; index < 80; index++) admitted(`192.0.2.${index}`)
    expect(admitted('192.0.2.99')).toBe('429 after 1')
  })
})

describe.each(ENGINES)('registered clients on %s', (engine) => {
  const race = (
    registration: ClientRegistration,
    count: number,
    source: (index: number) => string,
  ) =>
    Array.from({ length: count }, (_, index) =>
      refusal(registration.register(requestFrom(source(index)), LOOPBACK)),
    )
  const FULL = '429 temporarily_unavailable: too many clients are registered'

  test('are as many as the quota says, whoever is first', async () => {
    const policy = { registration: 'loopback', maxDynamic: 7 } as const
    const { registration, stored, again, events } = await withRegistration(engine, policy)
    const other = (await again({ policy })).source.registration ?? registration
    const results = await Promise.all([
      ...race(registration, 10, (index) => `192.0.2.${index}`),
      ...race(other, 10, (index) => `192.0.3.${index}`),
    ])
    expect(results.filter((result) => result === 'registered')).toHaveLength(7)
    expect(results.filter((result) => result === FULL)).toHaveLength(13)
    expect(await stored()).toHaveLength(7)
    expect(events.filter(({ event }) => event === 'client.refused')).toHaveLength(13)
  })

  test('are as many of one address as the quota says', async () => {
    const { registration, stored, fresh } = await withRegistration(engine, {
      maxDynamicPerSource: 3,
    })
    const results = await Promise.all(race(registration, 8, () => '192.0.2.1'))
    expect(results.filter((result) => result === 'registered')).toHaveLength(3)
    expect(await Promise.all(race(registration, 1, () => '192.0.2.2'))).toEqual(['registered'])
    const network = await Promise.all(race(registration, 8, (index) => `2001:db8::${index}`))
    expect(network.filter((result) => result === 'registered')).toHaveLength(3)
    expect(await stored()).toHaveLength(7)
    const rows = await fresh.store.db.selectFrom('oauth_client').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/192\.0\.2|2001:db8/)
  })

  test('are gone a day after nobody used them, thirty days after somebody did', async () => {
    const all = await withRegistration(engine, { maxDynamic: 2 })
    const { register, source, administration, pass, flush, sweep, stored, ended, events, revoked } =
      all
    const [used, unused] = [await register(LOOPBACK), await register(LOOPBACK)].map(
      ({ client_id }) => String(client_id),
    )
    if (used === undefined || unused === undefined) throw new Error('not registered')
    source.used(used)
    await flush()
    pass(DAY - 1)
    expect(await source.find(unused)).toBeDefined()
    expect(await refusal(register(LOOPBACK))).toBe(FULL)
    expect(await sweep()).toBe(0)
    pass(1)
    expect(await source.find(unused)).toBeUndefined()
    // its place is free before it is swept
    await register(LOOPBACK)
    expect(await sweep()).toBe(1)
    expect([await sweep(), ended]).toEqual([0, [unused]])
    expect(events.at(-1)).toMatchObject({
      event: 'client.removed',
      client: unused,
      detail: { reason: 'unused' },
    })
    pass(29 * DAY - 1)
    expect(await source.find(used)).toBeDefined()
    source.used(used)
    await flush()
    pass(30 * DAY - 1)
    expect(await source.find(used)).toBeDefined()
    pass(1)
    expect(await source.find(used)).toBeUndefined()
    expect(await sweep()).toBe(2)
    expect(await stored()).toEqual([])
    expect(revoked).toEqual([])
    expect((await administration.list({})).map(({ id }) => id)).toEqual(['bailiwick-connect'])
  })

  test('are not used again once their time is over', async () => {
    const { register, source, pass, flush, sweep } = await withRegistration(engine)
    const id = String((await register(LOOPBACK))['client_id'])
    pass(DAY)
    source.used(id)
    await flush()
    expect(await source.find(id)).toBeUndefined()
    expect(await sweep()).toBe(1)
  })

  test('can be disabled, count still, and stay so', async () => {
    const all = await withRegistration(engine, { maxDynamic: 1 })
    const { register, administration, source, pass, sweep, flush } = all
    const id = String((await register(LOOPBACK))['client_id'])
    await administration.disable(id)
    expect(await refusal(register(LOOPBACK))).toBe(FULL)
    pass(400 * DAY)
    source.used(id)
    await flush()
    expect([await sweep(), await source.find(id)]).toEqual([0, undefined])
    await administration.enable(id)
    expect(await source.find(id)).toBeDefined()
    pass(30 * DAY)
    expect([await sweep(), await source.find(id)]).toEqual([1, undefined])
  })

  test('are not there unless witnessed', async () => {
    const { register, stored } = await withRegistration(
      engine,
      {},
      {
        witness: async () => {
          throw new GatewayError('audit_unavailable', 'no record')
        },
      },
    )
    await expect(register(LOOPBACK)).rejects.toThrow('no record')
    await expect(register({ ...LOOPBACK, redirect_uris: [] })).rejects.toThrow('no record')
    expect(await stored()).toEqual([])
  })
})
