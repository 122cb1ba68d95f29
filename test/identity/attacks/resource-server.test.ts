import { decodeJwt, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { runNode } from '../../support/child.ts'
import { bailiwick } from '../../support/gateway.ts'
import { jsonOf, send } from './answers.ts'
import { tokensOf } from './flow.ts'
import { bearer, call, callIn, initialize, served } from './mcp.ts'
import { newProver } from './proof.ts'
import {
  type Browser,
  type KnownClient,
  newClient,
  newPerson,
  sceneOf,
  signedIn,
  signingKey,
} from './scene.ts'

const scene = sceneOf()
let ann: Browser
let bob: Browser
let app: KnownClient
let other: KnownClient
let key: JWK
let token: string

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  await newPerson(scene(), 'bob')
  ann = await signedIn(scene(), 'ann')
  bob = await signedIn(scene(), 'bob')
  app = await newClient(scene(), 'app')
  other = await newClient(scene(), 'other')
  key = await signingKey(scene())
  token = await tokenOf(ann, app)
})

async function tokenOf(
  browser: Browser,
  client: KnownClient,
  path = '/mcp/target',
  scope = 'read',
) {
  const resource = `${scene().issuer}${path}`
  return (await tokensOf(scene(), browser, client, { resource, scope })).access_token
}

/** The genuine token, said otherwise and signed again with the gateway's own key. */
async function forge(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  const kid = String(key.kid)
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header } as never)
    .sign(await importJWK(key, 'ES256'))
}

const now = (): number => Math.floor(Date.now() / 1_000)
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

async function expectRefused(one: string): Promise<void> {
  for (const response of [
    await call(scene(), bearer(one)),
    await initialize(scene(), bearer(one)),
  ]) {
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(response.headers.get('mcp-session-id')).toBeNull()
  }
}

describe('a token', () => {
  test('opens what it is for, in both eras, also when it is signed again', async () => {
    for (const one of [token, await forge({})]) {
      expect(await served(await call(scene(), bearer(one)))).toBe(true)
      expect((await initialize(scene(), bearer(one))).status).toBe(200)
    }
  })

  test('opens no other resource, and none under another name', async () => {
    const all = await tokenOf(ann, app, '/mcp')
    const { issuer, gateway } = scene()
    const elsewhere: readonly (readonly [string, string, string])[] = [
      [token, issuer, '/mcp'],
      [token, issuer, '/mcp/other'],
      [all, issuer, '/mcp/target'],
      [token, gateway.origin, '/mcp/target'],
      [gateway.token('/mcp/target'), issuer, '/mcp/target'],
    ]
    for (const [one, origin, path] of elsewhere) {
      const response = await call({ issuer: origin }, bearer(one), 'list_notes', { path })
      expect([response.status, origin, path]).toEqual([401, origin, path])
      const begun = await initialize({ issuer: origin }, bearer(one), path)
      expect(begun.status).toBe(401)
    }
    expect(await served(await call(scene(), bearer(all), 'list_notes', { path: '/mcp' }))).toBe(
      true,
    )
  })

  test.each<[string, (issuer: string) => JWTPayload]>([
    ['for another server', () => ({ aud: 'https://evil.example/mcp' })],
    ['for a longer address', (issuer) => ({ aud: `${issuer}/mcp/target/more` })],
    ['for a shorter address', (issuer) => ({ aud: `${issuer}/mcp/targe` })],
    ['for the origin', (issuer) => ({ aud: issuer })],
    ['for the address with a slash', (issuer) => ({ aud: `${issuer}/mcp/target/` })],
    ['for the address in capitals', (issuer) => ({ aud: `${issuer}/MCP/target` })],
    ['for a list of one', (issuer) => ({ aud: [`${issuer}/mcp/target`] })],
    [
      'for this one and another',
      (issuer) => ({ aud: [`${issuer}/mcp/target`, 'https://evil.example'] }),
    ],
    ['for nobody', () => ({ aud: undefined as never })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['of this issuer, with a slash', (issuer) => ({ iss: `${issuer}/` })],
    ['of no issuer', () => ({ iss: undefined as never })],
    ['that is over', () => ({ exp: now() - 60 })],
    ['that is never over', () => ({ exp: undefined as never })],
    ['that was issued long ago', () => ({ iat: now() - 7_200 })],
    ['that begins later', () => ({ nbf: now() + 600 })],
    ['that was issued later', () => ({ iat: now() + 600, exp: now() + 900 })],
    ['for nobody in particular', () => ({ sub: undefined as never })],
    ['for somebody who is not there', () => ({ sub: 'nobody' })],
    ['of another kind of subject', () => ({ kind: 'admin' })],
    ['without a kind', () => ({ kind: undefined as never })],
    ['with a binding that nobody can check', () => ({ cnf: { 'x5t#S256': 'A'.repeat(43) } })],
    ['with actors that are none', () => ({ act: 'agent' })],
    ['with scopes that are no text', () => ({ scope: { read: true } })],
    ['without a grant', () => ({ gid: undefined as never })],
    ['without an id', () => ({ jti: undefined as never })],
  ])('%s opens nothing, though it is signed with our key', async (_, claims) => {
    await expectRefused(await forge(claims(scene().issuer)))
  })

  test.each<[string, Record<string, unknown>]>([
    ['an identity token', { typ: 'JWT' }],
    ['a logout token', { typ: 'logout+jwt' }],
    ['of no type', { typ: undefined }],
    ['with a critical extension', { crit: ['exp'] }],
    ['of another key', { kid: 'another' }],
  ])('that is %s opens nothing', async (_, header) => {
    const one = await forge({}, header).catch(() => undefined)
    const [head, body, signature] = (await forge({})).split('.')
    await expectRefused(one ?? `${part({ alg: 'ES256', ...header })}.${body}.${signature}`)
    expect(head).not.toBe('')
  })

  test('that is not signed by us opens nothing', async () => {
    const claims = decodeJwt(token)
    const thief = newProver()
    const own = await importJWK(thief.whole, 'ES256')
    const { kid } = key
    const typ = 'at+jwt'
    const publicText = JSON.stringify({ kty: key.kty, crv: key.crv, x: key.x, y: key.y })
    const [head = '', body = '', signature = ''] = token.split('.')
    const sign = (header: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ, ...header } as never).sign(own)
    const forged = [
      `${part({ alg: 'none', typ, kid })}.${body}.`,
      `${part({ alg: 'NONE', typ, kid })}.${body}.${signature}`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ, kid: String(kid) })
        .sign(Buffer.from(publicText)),
      await sign({ kid }),
      await sign({ jwk: thief.jwk }),
      await sign({ kid, jwk: thief.jwk }),
      await sign({ kid, jku: 'https://evil.example/keys' }),
      await sign({ x5u: 'https://evil.example/keys', x5c: ['AAAA'] }),
      await sign({ kid: '../../../dev/null' }),
      `${head}.${part({ ...claims, scope: 'execute' })}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.`,
      `${head}.${body}.`,
      'a'.repeat(5_000),
    ]
    for (const one of forged) expect((await call(scene(), bearer(one))).status).toBe(401)
  })

  test('in an address is refused, and so is one elsewhere than in its header', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', access_token: token })
    const type = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const at = `${scene().issuer}/mcp/target`
    const query = `access_token=${token}`
    const asked = [
      await send(`${at}?${query}`, { method: 'POST', headers: type, body }),
      await send(`${at}?${query}`, {
        method: 'POST',
        headers: { ...type, ...bearer(token) },
        body,
      }),
      await send(`${at}?${query}`),
    ]
    for (const { status } of asked) expect(status).toBe(400)
    expect((await send(at, { method: 'POST', headers: type, body })).status).toBe(401)
    const cookie = { ...type, cookie: `access_token=${token}` }
    expect((await send(at, { method: 'POST', headers: cookie, body })).status).toBe(401)
  })

  test.each([
    'Basic YW5uOnBhc3N3b3Jk',
    'Bearer',
    'Bearer  ',
    'bearer a b',
    'Bearer a,b',
    'Negotiate x',
  ])('is nothing that `%s` could be', async (authorization) => {
    expect([400, 401]).toContain((await call(scene(), { authorization })).status)
  })

  test('of a person who is gone opens nothing any more', async () => {
    await newPerson(scene(), 'joe')
    const one = await tokenOf(await signedIn(scene(), 'joe'), app)
    const session = (await initialize(scene(), bearer(one))).headers.get('mcp-session-id') ?? ''
    expect(await served(await callIn(scene(), bearer(one), session))).toBe(true)
    await scene().operator.administration.users.disable('joe')
    await expect
      .poll(async () => (await call(scene(), bearer(one))).status, { timeout: 2_000 })
      .toBe(401)
    expect((await callIn(scene(), bearer(one), session)).status).toBe(401)
  })
})

describe('scopes', () => {
  test('that are missing are named, all of them, and a higher one includes the lower', async () => {
    const response = await call(scene(), bearer(token), 'write_note')
    expect(response.status).toBe(403)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toContain('error="insufficient_scope"')
    expect(/scope="([^"]*)"/.exec(challenge)?.[1]?.split(' ').sort()).toEqual([
      'read',
      'target:write_note',
    ])
    expect(challenge).toContain('resource_metadata=')
    const higher = await tokenOf(ann, app, '/mcp/target', 'execute')
    for (const name of ['list_notes', 'write_note', 'run_code'])
      expect(await served(await call(scene(), bearer(higher), name))).toBe(true)
  })

  test('hold in sessions, too', async () => {
    scene().upstream.taken()
    const begun = await initialize(scene(), bearer(token))
    const session = begun.headers.get('mcp-session-id') ?? ''
    for (const name of ['write_note', 'run_code']) {
      const response = await callIn(scene(), bearer(token), session, { name })
      expect(await served(response)).toBe(false)
    }
    expect(scene().upstream.taken()).toEqual([])
  })

  test('of one tool open no other', async () => {
    const one = await tokenOf(ann, app, '/mcp/target', 'target:write_note')
    expect(await served(await call(scene(), bearer(one), 'write_note'))).toBe(true)
    expect((await call(scene(), bearer(one), 'run_code')).status).toBe(403)
    expect((await call(scene(), bearer(one), 'list_notes')).status).toBe(403)
  })
})

describe('a session', () => {
  const begin = async (one: string): Promise<string> => {
    const response = await initialize(scene(), bearer(one))
    return response.headers.get('mcp-session-id') ?? ''
  }

  test('is of no use to another person, another client, or elsewhere; and that is raised', async () => {
    const session = await begin(token)
    expect(await served(await callIn(scene(), bearer(token), session))).toBe(true)
    const before = (await scene().events('session.misused', 0)).length
    const all = await tokenOf(ann, app, '/mcp')
    const thieves: readonly (readonly [string, string])[] = [
      [await tokenOf(bob, app), '/mcp/target'],
      [await tokenOf(ann, other), '/mcp/target'],
      [all, '/mcp'],
    ]
    scene().upstream.taken()
    for (const [one, path] of thieves) {
      const answers = [
        await callIn(scene(), bearer(one), session, { path }),
        await send(`${scene().issuer}${path}`, {
          method: 'DELETE',
          headers: { ...bearer(one), 'mcp-session-id': session },
        }),
        await send(`${scene().issuer}${path}`, {
          headers: { ...bearer(one), 'mcp-session-id': session, accept: 'text/event-stream' },
        }),
      ]
      for (const response of answers) {
        expect(response.status).toBe(404)
        expect(await response.text()).not.toMatch(/\bann\b/)
      }
    }
    expect(scene().upstream.taken()).toEqual([])
    expect(await served(await callIn(scene(), bearer(token), session))).toBe(true)
    const events = await scene().events('session.misused', before + 9)
    expect(events.length).toBe(before + 9)
    expect(new Set(events.map(({ subject, client }) => `${subject} ${client}`))).toEqual(
      new Set(['user:bob app', 'user:ann other', 'user:ann app']),
    )
    const list = bailiwick('events', 'ls', '--event', 'session.misused', '--json')
    const shown = await runNode([...list, '--data-dir', scene().gateway.dataDir])
    expect(shown.stdout).toContain('session.misused')
    expect(shown.stdout).not.toContain(session)
  })

  test('looks the same to strangers as one that never was', async () => {
    const session = await begin(token)
    const stranger = bearer(await tokenOf(bob, app))
    const theirs = await callIn(scene(), stranger, session)
    const none = await callIn(scene(), stranger, 'no-such-session')
    const word = async (response: Response) => JSON.parse(await response.text()).error.message
    expect([theirs.status, await word(theirs)]).toEqual([none.status, await word(none)])
  })

  test('is no proof of anything: without a token it opens nothing', async () => {
    const session = await begin(token)
    expect((await callIn(scene(), {}, session)).status).toBe(401)
    expect((await callIn(scene(), bearer('x'), session)).status).toBe(401)
  })

  test('cannot be chosen by a client', async () => {
    const wanted = 'fixed-by-an-attacker'
    const response = await initialize(scene(), { ...bearer(token), 'mcp-session-id': wanted })
    expect(response.headers.get('mcp-session-id')).not.toBe(wanted)
    const ids = new Set([await begin(token), await begin(token), await begin(token)])
    expect(ids.size).toBe(3)
    for (const id of ids) expect(id.length).toBeGreaterThanOrEqual(22)
  })
})

describe('a state of a call of many rounds', () => {
  const answer = { q: { action: 'accept', content: {} } }
  const ask = async (one: string, more: Record<string, unknown> = {}) => {
    const response = await call(scene(), bearer(one), 'list_answers', more)
    return JSON.parse(await response.text()) as {
      readonly result?: { readonly requestState?: string }
      readonly error?: { readonly message: string }
    }
  }

  test('is of no use to another client, another person, or for another call', async () => {
    const { result } = await ask(token)
    const requestState = result?.requestState ?? ''
    expect(requestState).not.toBe('')
    expect(requestState).not.toContain('round')
    const again = { requestState, inputResponses: answer }
    scene().upstream.taken()
    for (const one of [await tokenOf(ann, other), await tokenOf(bob, app)]) {
      const { error } = await ask(one, again)
      expect(error?.message).toBe('requestState is not valid for this request')
    }
    const { error } = await ask(token, { ...again, arguments: { other: true } })
    expect(error).toBeDefined()
    expect(scene().upstream.taken()).toEqual([])
    expect((await ask(token, again)).error).toBeUndefined()
  })

  test('is ours alone', async () => {
    for (const requestState of ['round 1', '', 'A'.repeat(200)]) {
      const { error } = await ask(token, { requestState, inputResponses: answer })
      expect(error).toBeDefined()
    }
  })
})

describe('servers', () => {
  test('never see anything of what clients show', async () => {
    const granted = await tokensOf(scene(), ann, app, { resource: `${scene().issuer}/mcp/target` })
    const proof = bearer(granted.access_token)
    const extra = { ...proof, cookie: 'session=of-a-browser', 'x-api-key': 'key-of-a-client' }
    await call(scene(), extra)
    const begun = await initialize(scene(), extra)
    await callIn(scene(), extra, begun.headers.get('mcp-session-id') ?? '')
    const heard = scene().upstream.heard.join('\n\n')
    expect(heard).toContain('list_notes')
    const claims = decodeJwt(granted.access_token)
    const own = [
      ...granted.access_token.split('.'),
      granted.refresh_token,
      ...[claims.jti, claims['gid']].map(String),
      'of-a-browser',
      'key-of-a-client',
    ]
    for (const text of own) expect(heard.includes(text), 'a secret went on').toBe(false)
    expect(heard).not.toMatch(/^(?:authorization|dpop|cookie|forwarded|x-forwarded-\S*)$/im)
    expect(await jsonOf(await call(scene(), proof))).toHaveProperty('result')
  })
})
