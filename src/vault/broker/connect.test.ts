import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Issuer, startIssuer } from './testing/issuer.ts'
import {
  ANN,
  answerTo,
  at,
  BEN,
  type BrokerScene,
  brokerScene,
  request,
  SELF,
} from './testing/scene.ts'

let scene: BrokerScene
let issuer: Issuer
beforeAll(async () => {
  scene = await brokerScene()
  issuer = await startIssuer()
  scene.add('notes', issuer.url)
})
afterAll(async () => {
  await scene.close()
  await issuer.close()
})
beforeEach(() => {
  issuer.odd = {}
})

const refusedServer = { code: 'authorization_server_refused' }
const unknown = { code: 'interaction_unknown' }
const begin = () => scene.broker.connections.begin({ server: 'notes', ...at() })

test('a person connects, and nobody else has it', async () => {
  const { broker } = scene
  expect(await broker.connections.offer({ server: 'notes', user: 'user:ann' })).toMatchObject({
    ...{ issuer: issuer.origin, scopes: ['read'], added: ['read'], client: 'dynamic' },
    ...{ shared: false, status: 'none', address: issuer.url, host: new URL(issuer.origin).host },
  })
  const { location } = await begin()
  const asked = new URL(location).searchParams
  expect(Object.fromEntries(asked)).toEqual({
    ...{ response_type: 'code', client_id: expect.any(String), scope: 'read' },
    redirect_uri: `${SELF}/connect/callback`,
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    ...{ code_challenge_method: 'S256', resource: issuer.url },
  })
  const view = await broker.connections.finish(answerTo(location), at())
  expect(view).toMatchObject({ server: 'notes', owner: 'user:ann', status: 'connected' })
  const body = new URLSearchParams(issuer.at('/token').at(-1)?.body)
  const verifier = body.get('code_verifier') ?? ''
  expect(hash('sha256', verifier, 'base64url')).toBe(asked.get('code_challenge'))
  expect(body.get('resource')).toBe(issuer.url)
  expect(body.get('redirect_uri')).toBe(`${SELF}/connect/callback`)
  const headers = await broker.authorizer('notes', ANN).headers(request(issuer.url))
  expect(headers).toEqual(['authorization', `Bearer ${issuer.given.at(-1)?.access}`])
  expect(broker.authorizer('notes', ANN).headers(request(issuer.url))).toEqual(headers)
  expect(await broker.authorizer('notes', BEN).headers(request(issuer.url))).toEqual([])
  expect(scene.events).toContainEqual(
    expect.objectContaining({ event: 'connection.opened', subject: 'user:ann', target: 'notes' }),
  )
})

test('nothing that is kept is readable', async () => {
  const { location } = await begin()
  await scene.connect('notes')
  const { db } = scene.store
  const rows = [
    await db.selectFrom('vault_connection').selectAll().execute(),
    await db.selectFrom('vault_client').selectAll().execute(),
    await db.selectFrom('vault_state').selectAll().execute(),
  ]
  const text = JSON.stringify(rows) + JSON.stringify(scene.events) + scene.logged.join('')
  const { access, refresh } = issuer.given.at(-1) ?? {}
  const state = new URL(location).searchParams.get('state') ?? ''
  for (const secret of [access, refresh, state, 'a b+c']) {
    expect(secret).toBeTruthy()
    expect(text).not.toContain(secret)
  }
})

test('a token goes to the server alone', async () => {
  await scene.connect('notes')
  const authorizer = scene.broker.authorizer('notes', ANN)
  await authorizer.headers(request(issuer.url))
  const elsewhere = [`${issuer.origin}.evil.example/mcp`, 'https://evil.example/mcp']
  for (const url of elsewhere)
    expect(() => authorizer.headers(request(url))).toThrow('sent nowhere else')
})

describe('an answer counts', () => {
  test('once', async () => {
    const { location } = await begin()
    const query = answerTo(location)
    const tries = await Promise.allSettled(
      [1, 2, 3, 4].map(() => scene.broker.connections.finish(query, at())),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(scene.broker.connections.finish(query, at())).rejects.toMatchObject(unknown)
  })

  test.each([
    ['of another person', at('user:ben')],
    ['in another login session', at('user:ann', 'session-2')],
  ])('not %s, and is not used up by that', async (_, who) => {
    const { location } = await begin()
    const before = issuer.at('/token').length
    await expect(scene.broker.connections.finish(answerTo(location), who)).rejects.toMatchObject(
      unknown,
    )
    expect(issuer.at('/token')).toHaveLength(before)
    await scene.broker.connections.finish(answerTo(location), at())
  })

  test('for ten minutes', async () => {
    const { location } = await begin()
    scene.time.now += 10 * 60_000 + 1
    await expect(scene.broker.connections.finish(answerTo(location), at())).rejects.toMatchObject(
      unknown,
    )
  })

  test.each(['', 'state=', 'code=a&state=abc', 'error=access_denied&state=abc'])(
    'only with a state of ours: %s',
    async (query) => {
      await expect(scene.broker.connections.finish(query, at())).rejects.toMatchObject(unknown)
    },
  )

  test.each<[string, (answer: URLSearchParams) => void, string]>([
    ['of another issuer', (to) => to.set('iss', 'https://evil.example'), 'another authorization'],
    [
      'of an issuer with a slash',
      (to) => to.set('iss', `${to.get('iss')}/`),
      'another authorization',
    ],
    ['of nobody', (to) => to.delete('iss'), 'does not say'],
    [
      'an error of another issuer',
      (to) => {
        to.delete('code')
        to.set('error', 'access_denied')
        to.set('iss', 'https://evil.example')
      },
      'another authorization',
    ],
    [
      'an error',
      (to) => {
        to.set('error', 'access_denied')
        to.set('error_description', '<b>call 555</b>')
      },
      'refused: access_denied',
    ],
    ['an error that is no code', (to) => to.set('error', '<b>'), 'refused: unknown_error'],
    ['without a code', (to) => to.delete('code'), 'as it should'],
  ])('not when it is %s', async (_, change, message) => {
    const before = issuer.at('/token').length
    const failure = scene.connect('notes', at(), change)
    await expect(failure).rejects.toMatchObject(refusedServer)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.not.toThrow('555')
    expect(issuer.at('/token')).toHaveLength(before)
    expect(scene.events.at(-1)).toMatchObject({ event: 'connection.refused', outcome: 'refused' })
  })

  test('not with two of what there is one of', async () => {
    const { location } = await begin()
    const twice = `${answerTo(location)}&iss=x`
    await expect(scene.broker.connections.finish(twice, at())).rejects.toMatchObject(unknown)
  })
})

test('an issuer that does not name itself need not, but must not name another', async () => {
  issuer.odd = { metadata: { authorization_response_iss_parameter_supported: undefined } }
  await scene.connect('notes', at(), (to) => to.delete('iss'))
  const wrong = scene.connect('notes', at(), (to) => to.set('iss', 'https://evil.example'))
  await expect(wrong).rejects.toMatchObject(refusedServer)
})

test.each<[string, object]>([
  ['of another type', { token_type: 'mac' }],
  ['bound to no key of ours', { token_type: 'DPoP' }],
  ['that is none', { access_token: undefined }],
  ['that is more than one line', { access_token: 'x\r\nx-admin: 1' }],
])('a token %s is refused', async (_, tokens) => {
  issuer.odd = { tokens: { ...tokens } }
  await expect(scene.connect('notes')).rejects.toMatchObject(refusedServer)
})

test('a registration that is not known any more is made anew for who connects again', async () => {
  issuer.odd = {
    instead: { '/token': { status: 401, json: { error: 'invalid_client' } } },
  }
  await expect(scene.connect('notes')).rejects.toThrow('refused: invalid_client')
  issuer.odd = {}
  const before = issuer.at('/register').length
  await scene.connect('notes')
  expect(issuer.at('/register')).toHaveLength(before + 1)
})

test('what all use is connected by who may, and is used by all', async () => {
  scene.add('shared', issuer.url, { holder: 'shared' })
  const { connections } = scene.broker
  await expect(connections.begin({ server: 'shared', ...at() })).rejects.toMatchObject({
    code: 'role_insufficient',
  })
  expect(() => scene.broker.authorizer('missing', ANN)).toThrow('no such server')
  const waiting = scene.broker.authorizer('shared', BEN).headers(request(issuer.url))
  await expect(waiting).rejects.toMatchObject({ code: 'connection_required' })
  const { location } = await connections.begin({ server: 'shared', ...at(), mayShare: true })
  expect(await connections.finish(answerTo(location), at())).toMatchObject({ owner: 'shared' })
  const headers = await scene.broker.authorizer('shared', BEN).headers(request(issuer.url))
  expect(headers[1]).toContain(issuer.given.at(-1)?.access)
  expect(scene.broker.fact('shared', BEN)).toEqual({ kind: 'authorization-code', shared: true })
})

test('who disconnects is revoked there and destroyed here', async () => {
  await scene.connect('notes')
  const { access, refresh } = issuer.given.at(-1) ?? {}
  await scene.broker.authorizer('notes', ANN).headers(request(issuer.url))
  const before = issuer.at('/revoke').length
  await scene.broker.connections.disconnect({ server: 'notes', owner: 'user:ann' }, at().by)
  const revoked = issuer
    .at('/revoke')
    .slice(before)
    .map(({ body }) => new URLSearchParams(body).get('token'))
  expect(revoked).toEqual([refresh, access])
  expect(await scene.broker.connections.list('user:ann')).toEqual([])
  expect(await scene.broker.authorizer('notes', ANN).headers(request(issuer.url))).toEqual([])
  expect(scene.events.at(-1)).toMatchObject({
    event: 'connection.closed',
    detail: { revocation: 'revoked' },
  })
  await scene.connect('notes')
  issuer.odd = { instead: { '/revoke': { status: 503 } } }
  await scene.broker.offboard('user:ann', at().by)
  expect(await scene.broker.connections.list('user:ann')).toEqual([])
  expect(scene.events.at(-1)).toMatchObject({ detail: { revocation: 'failed' } })
})
