import { describe, expect, test } from 'vitest'
import { jsonOf, send } from './answers.ts'
import { ask, said, tokensOf } from './flow.ts'
import { bearer, call, served } from './mcp.ts'
import { type KnownClient, newBrowser, newPerson, type Scene, sceneOf, signedIn } from './scene.ts'

const IDENTITY = { clients: { dynamicRegistration: 'loopback' } }
const scene = sceneOf(IDENTITY)
const register = registrar(scene)
const LOOPBACK = 'http://127.0.0.1:7777/callback'

let senders = 0

/** Registers, each time from another address of this machine: bounds for one sender are for another test. */
function registrar(at: () => Scene) {
  return (
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    from = `127.0.1.${++senders}`,
  ): Promise<Response> =>
    send(`${at().issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      from,
    })
}

const clientsOf = async (at: () => Scene): Promise<number> =>
  (await at().operator.clients.list({})).length

describe('a program that registers itself', () => {
  test('on this machine becomes a public client without any secret', async () => {
    const response = await register({
      client_name: 'Editor',
      redirect_uris: [LOOPBACK],
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'execute',
      software_statement: 'eyJhbGciOiJub25lIn0.e30.',
      logo_uri: 'http://169.254.169.254/logo',
      jwks_uri: 'http://169.254.169.254/keys',
      client_id: 'bailiwick-connect',
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const client = (await response.json()) as Record<string, unknown>
    expect(client).toMatchObject({
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [LOOPBACK],
    })
    expect(Object.keys(client).join(' ')).not.toMatch(
      /secret|registration|scope|logo|jwks|statement/,
    )
    expect(client['client_id']).not.toBe('bailiwick-connect')
  })

  test('gets what a person allows, and no more', async () => {
    await newPerson(scene(), 'ann')
    const ann = await signedIn(scene(), 'ann')
    const made = await jsonOf(await register({ redirect_uris: [LOOPBACK] }))
    const client: KnownClient = { id: String(made['client_id']), redirect: LOOPBACK, headers: {} }
    const resource = `${scene().issuer}/mcp/target`
    const { access_token, scope } = await tokensOf(scene(), ann, client, {
      resource,
      scope: 'read',
    })
    expect(scope).toBe('read offline_access')
    expect(await served(await call(scene(), bearer(access_token)))).toBe(true)
  })

  const CASES: readonly (readonly [string, unknown])[] = [
    ['another host', 'https://evil.example/cb'],
    ['another host, over HTTP', 'http://evil.example/cb'],
    ['another host that begins like this machine', 'http://127.0.0.1.evil.example/cb'],
    ['another host after a user name', 'http://127.0.0.1@evil.example/cb'],
    ['a user name', 'http://user@127.0.0.1/cb'],
    ['a wildcard', 'http://127.0.0.1/*'],
    ['a wildcard host', 'https://*.example/cb'],
    ['a fragment', 'http://127.0.0.1/cb#'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['a file', 'file:///etc/passwd'],
    ['a scheme of its own that nobody allowed', 'com.example.app:/cb'],
    ['all addresses', 'http://0.0.0.0/cb'],
    ['a short form of this machine', 'http://127.1/cb'],
    ['a number of this machine', 'http://2130706433/cb'],
    ['this machine, mapped', 'http://[::ffff:127.0.0.1]/cb'],
    ['a backslash', 'http://127.0.0.1\\@evil.example/cb'],
    ['dot segments', 'http://127.0.0.1/a/../cb'],
    ['an escaped slash', 'http://127.0.0.1/a%2f..%2fcb'],
    ['a line break', 'http://127.0.0.1/cb\r\nlocation: https://evil.example'],
    ['a tab', 'http://127.0.0.1/\tcb'],
    ['letters that look alike', 'http://ⅼocalhost/cb'],
    ['no address', 'callback'],
    ['a relative address', '//127.0.0.1/cb'],
    ['what is no text', 7],
  ]

  test.each(CASES)('to %s is refused, and nothing of it is kept', async (_, redirect) => {
    const before = await clientsOf(scene)
    // A good one besides makes it no better.
    const redirects = [LOOPBACK, redirect]
    const response = await register({ client_name: 'Editor', redirect_uris: redirects })
    expect(await said(response)).toMatch(/^400 invalid_(?:redirect_uri|client_metadata)$/)
    expect(await clientsOf(scene)).toBe(before)
  })

  test.each([
    [{ redirect_uris: [] }],
    [{ redirect_uris: LOOPBACK }],
    [{}],
    [{ redirect_uris: [LOOPBACK], grant_types: ['implicit'] }],
    [{ redirect_uris: [LOOPBACK], grant_types: ['authorization_code', 'client_credentials'] }],
    [
      {
        redirect_uris: [LOOPBACK],
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      },
    ],
    [
      {
        redirect_uris: [LOOPBACK],
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      },
    ],
    [{ redirect_uris: [LOOPBACK], response_types: ['token'] }],
    [{ redirect_uris: [LOOPBACK], response_types: ['code', 'id_token'] }],
    [{ redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'private_key_jwt' }],
    [{ redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'tls_client_auth' }],
    [{ redirect_uris: [LOOPBACK], client_name: 'Claude\u202Eedualc' }],
    [{ redirect_uris: [LOOPBACK], client_name: 'Cla\u200Bude' }],
    [{ redirect_uris: [LOOPBACK], client_name: 'Claude\n\nOfficial' }],
    [{ redirect_uris: [LOOPBACK], client_name: 'x'.repeat(65) }],
    [{ redirect_uris: [LOOPBACK], client_name: { toString: 'x' } }],
  ])('as %j is refused, and nothing of it is kept', async (metadata) => {
    const before = await clientsOf(scene)
    expect(await said(await register(metadata))).toMatch(
      /^400 invalid_(?:redirect_uri|client_metadata)$/,
    )
    expect(await clientsOf(scene)).toBe(before)
  })

  test('is on record when it is refused', async () => {
    const before = (await scene().events('client.refused')).length
    await register({ redirect_uris: ['https://evil.example/cb'] })
    expect(await scene().events('client.refused', Math.min(before + 1, 100))).not.toHaveLength(0)
  })

  test.each<[string, unknown, Record<string, string>]>([
    ['no JSON', '{"redirect_uris": [', {}],
    ['a list', [], {}],
    ['null', null, {}],
    ['a form', 'redirect_uris=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a megabyte', { redirect_uris: [LOOPBACK], client_name: 'x'.repeat(1 << 20) }, {}],
    [
      'another kind of JSON',
      { redirect_uris: [LOOPBACK] },
      { 'content-type': 'application/scim+json' },
    ],
  ])('with %s for metadata is refused', async (_, body, headers) => {
    const status = await register(body, headers).then(
      (response) => response.status,
      () => 413,
    )
    expect([400, 413, 415]).toContain(status)
  })
})

describe('a program that registered itself', () => {
  const scene = sceneOf(IDENTITY)
  const register = registrar(scene)

  test('has no way to look at or change what it registered', async () => {
    const made = await jsonOf(await register({ redirect_uris: [LOOPBACK] }))
    for (const path of [`/oauth/register/${made['client_id']}`, '/oauth/register'])
      for (const method of ['GET', 'PUT', 'DELETE'])
        expect([404, 405]).toContain((await send(`${scene().issuer}${path}`, { method })).status)
  })

  test('from a page of another site is refused', async () => {
    const before = await clientsOf(scene)
    const headers = { origin: 'https://evil.example' }
    const response = await register({ redirect_uris: [LOOPBACK] }, headers)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.status).toBe(403)
    expect(await clientsOf(scene)).toBe(before)
  })

  test('under the name of a known one is shown as unverified', async () => {
    const metadata = { client_name: 'Claude', redirect_uris: [LOOPBACK] }
    const made = await jsonOf(await register(metadata))
    const client: KnownClient = { id: String(made['client_id']), redirect: LOOPBACK, headers: {} }
    await newPerson(scene(), 'eve')
    const eve = await signedIn(scene(), 'eve')
    const page = await eve.visit(ask(scene(), client).url)
    expect(page.text).toMatch(/A program that calls itself “.*Claude.*”/)
    expect(page.text).toContain('Unverified')
    expect(page.text).not.toMatch(/<strong>[^<]*Claude/)
  })

  test('and is never used is gone after its time', async () => {
    const made = await jsonOf(await register({ redirect_uris: [LOOPBACK] }))
    const client: KnownClient = { id: String(made['client_id']), redirect: LOOPBACK, headers: {} }
    const { db } = scene().store
    const row = db.selectFrom('oauth_client').selectAll().where('id', '=', client.id)
    const { expires, created } = await row.executeTakeFirstOrThrow()
    expect(Number(expires) - created).toBeLessThanOrEqual(24 * 3_600_000)
    await db
      .updateTable('oauth_client')
      .set({ expires: Date.now() - 1 })
      .where('id', '=', client.id)
      .execute()
    const page = await newBrowser(scene()).visit(ask(scene(), client).url)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.text).toContain('invalid_client')
  })

  test('again and again is asked to wait, others are not', async () => {
    const from = '127.0.2.1'
    const body = { redirect_uris: ['https://evil.example/cb'] }
    const answers: Response[] = []
    for (let count = 0; count < 15; count++) answers.push(await register(body, {}, from))
    const last = answers.at(-1)
    expect(last?.status).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(3)
  })
})
