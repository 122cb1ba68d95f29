import { afterEach, expect, test, vi } from 'vitest'
import type { ClientAuthentication } from './settings.ts'
import { ask } from './testing/ask.ts'

const ISSUER = 'https://login.acme.example'

afterEach(() => {
  vi.useRealTimers()
})

test('people are sent to the endpoint that the metadata names, with all that protects the way back', async () => {
  const { authorize } = await ask({
    scopes: ['openid', 'email'],
    prompt: 'login',
    require: { acr: ['a', 'b'] },
  })
  const answer = await authorize()
  const url = 'url' in answer ? answer.url : undefined
  expect(url?.origin).toBe(ISSUER)
  expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
    response_type: 'code',
    client_id: 'bailiwick',
    redirect_uri: 'https://gateway.example/oauth/federation/acme/callback',
    scope: 'openid email',
    state: 'S'.repeat(43),
    nonce: 'N'.repeat(43),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    prompt: 'login',
    acr_values: 'a b',
  })
})

test.each([
  ['another issuer', { issuer: 'https://login.other.example' }],
  ['the issuer with a slash', { issuer: `${ISSUER}/` }],
  ['the issuer in capitals', { issuer: 'https://LOGIN.acme.example' }],
  ['a token endpoint without TLS', { token_endpoint: 'http://login.acme.example/token' }],
  ['a token endpoint on this machine', { token_endpoint: 'http://127.0.0.1/token' }],
  ['keys without TLS', { jwks_uri: 'http://login.acme.example/keys' }],
  ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
  ['no keys', { jwks_uri: undefined }],
  ['an authorization endpoint that is a script', { authorization_endpoint: 'javascript:alert(1)' }],
  [
    'an authorization endpoint with a name in it',
    { authorization_endpoint: 'https://a@b.example' },
  ],
  ['no algorithm but shared secrets', { id_token_signing_alg_values_supported: ['HS256', 'none'] }],
])('metadata with %s is not used', async (_what, metadata) => {
  const { forged, authorize, redeem, provider } = await ask()
  forged.forge({ metadata })
  const problem = await authorize()
  expect('kind' in problem ? problem.kind : 'none').toMatch(/^(unusable|untrusted)$/)
  expect(await redeem()).toHaveProperty('kind')
  expect(await provider.problem()).toHaveProperty('kind')
  expect(forged.requests).toEqual(['openid-configuration'])
})

test('the exception for Entra issuers of all tenants is not made', async () => {
  const { forged, authorize } = await ask({
    issuer: 'https://login.microsoftonline.com/common/v2.0',
  })
  forged.forge({ metadata: { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' } })
  expect(await authorize()).toMatchObject({ kind: 'unusable' })
})

test.each([
  ['answers with an error', () => new Response('no', { status: 500 })],
  [
    'redirects',
    () => new Response(null, { status: 302, headers: { location: 'https://x.example' } }),
  ],
  [
    'answers with a page',
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
  ],
  ['says more than can be read', () => new Response(`{"a":"${'x'.repeat(300_000)}"}`)],
  ['never stops talking', () => new Response(endless())],
  ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
])('a provider that %s is out of reach', async (_what, respond) => {
  const { forged, authorize } = await ask()
  forged.forge({ respond })
  expect(await authorize()).toMatchObject({ kind: 'unreachable' })
})

test('a provider that falls silent in the middle is given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { forged, authorize } = await ask()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((after) => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), after)
    return stop.signal
  })
  forged.forge({ respond: () => new Response(new ReadableStream()) })
  const answer = authorize()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await answer).toMatchObject({ kind: 'unreachable' })
  timeout.mockRestore()
})

test('a provider that is down is asked once for all, and not again for a while', async () => {
  const asked = await ask()
  asked.forged.forge({ respond: () => Promise.reject(new TypeError('fetch failed')) })
  const all = await Promise.all(Array.from({ length: 20 }, () => asked.authorize()))
  expect(all.every((answer) => 'kind' in answer)).toBe(true)
  expect(asked.forged.requests).toHaveLength(1)
  asked.now += 4_999
  expect(await asked.authorize()).toMatchObject({ kind: 'unreachable' })
  expect(asked.forged.requests).toHaveLength(1)

  asked.forged.forge({})
  asked.now += 1
  expect(await asked.authorize()).toHaveProperty('url')
})

test('metadata is used for an hour, for a day when the provider is silent, and never once it is wrong', async () => {
  const asked = await ask()
  const { forged } = asked
  await asked.authorize()
  asked.now += 59 * 60_000
  expect(await asked.authorize()).toHaveProperty('url')
  expect(forged.requests).toHaveLength(1)

  forged.forge({ respond: () => Promise.reject(new TypeError('fetch failed')) })
  asked.now += 60_000
  expect(await asked.authorize()).toHaveProperty('url')
  expect(await asked.provider.problem()).toMatchObject({ kind: 'unreachable' })
  expect(forged.requests).toHaveLength(2)
  asked.now += 24 * 60 * 60_000
  expect(await asked.authorize()).toMatchObject({ kind: 'unreachable' })

  forged.forge({})
  asked.now += 5_000
  expect(await asked.authorize()).toHaveProperty('url')
  forged.forge({ metadata: { issuer: 'https://login.other.example' } })
  asked.now += 60 * 60_000
  expect(await asked.authorize()).toHaveProperty('kind')
})

test('a new key is looked for, at most once a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const asked = await ask()
  const { forged } = asked
  const keySets = () => forged.requests.filter((step) => step === 'keys').length
  const later = (seconds: number) => {
    vi.setSystemTime(Date.now() + seconds * 1_000)
    asked.now += seconds * 1_000
  }
  expect(await asked.redeem()).toHaveProperty('claims')
  await forged.rotate()
  for (let i = 0; i < 5; i += 1) expect(await asked.redeem()).toMatchObject({ kind: 'untrusted' })
  expect(forged.requests.filter((step) => step === 'openid-configuration')).toHaveLength(1)
  expect(keySets()).toBe(1)
  later(61)
  expect(await asked.redeem()).toHaveProperty('claims')
  expect(keySets()).toBe(2)
})

test('keys that have moved elsewhere are found at the next login', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const asked = await ask()
  const { forged } = asked
  expect(await asked.redeem()).toHaveProperty('claims')
  await forged.rotate()
  vi.setSystemTime(Date.now() + 61_000)
  asked.now += 61_000
  const old = new Response(JSON.stringify({ keys: [] }))
  forged.forge({
    metadata: { jwks_uri: `${ISSUER}/moved/keys` },
    respond: (_step, url) => (url === `${ISSUER}/keys` ? old : undefined),
  })
  expect(await asked.redeem()).toMatchObject({ kind: 'untrusted' })
  expect(await asked.redeem()).toHaveProperty('claims')
})

test('a code is exchanged only where the metadata says', async () => {
  const { forged, redeem } = await ask()
  const seen: string[] = []
  forged.forge({
    metadata: { token_endpoint: 'https://tokens.acme.example/v2/token' },
    respond: (_step, url) => void seen.push(url),
  })
  await redeem()
  expect(seen).toEqual([
    `${ISSUER}/.well-known/openid-configuration`,
    'https://tokens.acme.example/v2/token',
    `${ISSUER}/keys`,
  ])
})

test.each([
  ['an error', Response.json({ error: 'invalid_client' }, { status: 401 })],
  [
    'a challenge',
    Response.json({}, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }),
  ],
])('a token endpoint that answers with %s does not know us', async (_what, answer) => {
  const { forged, redeem } = await ask()
  forged.forge({ respond: (step) => (step === 'token' ? answer : undefined) })
  expect(await redeem()).toMatchObject({ kind: 'unusable' })
})

const UNREADABLE: readonly (readonly [what: string, ClientAuthentication])[] = [
  ['a key that is none', { kind: 'private_key_jwt', key: async () => 'TOPSECRET' }],
  [
    'a public key',
    { kind: 'private_key_jwt', key: () => '{"kty":"EC","crv":"P-256","TOPSECRET":1}' },
  ],
  [
    'a secret that cannot be read',
    { kind: 'client_secret', secret: () => Promise.reject(new Error('TOPSECRET')) },
  ],
]

test.each(UNREADABLE)(
  '%s sends nothing, and shows nothing of itself',
  async (_what, authentication) => {
    const { forged, redeem } = await ask({ authentication })
    const problem = await redeem()
    expect(problem).toMatchObject({ kind: 'unusable' })
    expect(JSON.stringify(problem)).not.toContain('TOPSECRET')
    expect(forged.exchanges).toEqual([])
  },
)

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(32)),
  })
}
