import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  atOnce,
  type Changes,
  codeOf,
  leaving,
  redeem,
  refresh,
  said,
  type Tokens,
  tokensOf,
} from './flow.ts'
import { bearer, call, callIn, expectDead, initialize, served } from './mcp.ts'
import { type Browser, type KnownClient, newClient, newPerson, sceneOf, signedIn } from './scene.ts'

const scene = sceneOf({ tokens: { refreshGrace: '0s' } })
let ann: Browser
let app: KnownClient
let other: KnownClient
let desk: KnownClient

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  other = await newClient(scene(), 'other')
  desk = await newClient(scene(), 'desk', { method: 'client_secret_basic' })
})

const newTokens = (client = app, changes: Changes = {}): Promise<Tokens> =>
  tokensOf(scene(), ann, client, { resource: `${scene().issuer}/mcp/target`, ...changes })

const works = async (token: string): Promise<boolean> =>
  served(await call(scene(), bearer(token), 'list_notes'))

describe('an access token', () => {
  test('lives for five minutes at most, for one resource, and names nobody', async () => {
    const granted = await codeOf(scene(), ann, app)
    const response = await redeem(scene(), app, granted)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const tokens = (await response.json()) as Tokens
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'read offline_access' })
    expect(tokens.expires_in).toBeLessThanOrEqual(300)
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({
      alg: 'ES256',
      typ: 'at+jwt',
    })
    const claims = decodeJwt(tokens.access_token)
    expect(Object.keys(claims).sort()).toEqual(
      [
        'amr',
        'aud',
        'client_id',
        'client_trust',
        'exp',
        'gid',
        'iat',
        'iss',
        'jti',
        'kind',
        'scope',
      ]
        .concat('sub', 'via')
        .sort(),
    )
    expect(claims).toMatchObject({ iss: scene().issuer, aud: `${scene().issuer}/mcp`, sub: 'ann' })
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(300)
  })

  test('is for what the code was for, whatever else the client asks for', async () => {
    const resource = `${scene().issuer}/mcp/target`
    const granted = await codeOf(scene(), ann, app, { resource, scope: 'read' })
    const wider = { resource: `${scene().issuer}/mcp`, scope: 'execute' }
    expect(await said(await redeem(scene(), app, granted, wider))).toBe('400 invalid_target')
    const again = await codeOf(scene(), ann, app, { resource, scope: 'read' })
    const more = await redeem(scene(), app, again, { scope: 'execute' })
    if (more.status === 200) {
      const { access_token } = (await more.json()) as Tokens
      expect(decodeJwt(access_token)).toMatchObject({ scope: 'read', aud: resource })
    } else expect(await said(more)).toMatch(/^400 invalid_/)
  })
})

describe('a code', () => {
  test('is good once: replayed, it also kills what it was exchanged for, at once', async () => {
    const granted = await codeOf(scene(), ann, app, { resource: `${scene().issuer}/mcp/target` })
    const first = (await (await redeem(scene(), app, granted)).json()) as Tokens
    expect(await works(first.access_token)).toBe(true)
    const session = await initialize(scene(), bearer(first.access_token))
    const id = session.headers.get('mcp-session-id') ?? ''
    expect(id).not.toBe('')
    expect(await said(await redeem(scene(), app, granted))).toBe('400 invalid_grant')
    await expectDead(scene(), first.access_token)
    expect((await callIn(scene(), bearer(first.access_token), id)).status).toBe(401)
    expect(await said(await refresh(scene(), app, first.refresh_token))).toBe('400 invalid_grant')
    expect(await scene().events('code.replayed')).toMatchObject([{ client: 'app' }])
  })

  test('of twenty exchanges at once, one succeeds at most', async () => {
    const granted = await codeOf(scene(), ann, app)
    const answers = await atOnce(scene(), async () => said(await redeem(scene(), app, granted)))
    expect(answers.filter((answer) => answer === '200').length).toBeLessThanOrEqual(1)
    const refused = answers.filter((answer) => answer !== '200')
    expect(new Set(refused)).toEqual(new Set(['400 invalid_grant']))
  })

  test.each<[string, Changes]>([
    ['without a verifier', { code_verifier: undefined }],
    ['with an empty verifier', { code_verifier: '' }],
    ['with another verifier', { code_verifier: 'v'.repeat(43) }],
    ['with its challenge as the verifier', { code_verifier: 'E'.repeat(43) }],
    ['to another redirect address', { redirect_uri: 'http://127.0.0.1:7777/other' }],
    ['that nobody issued', { code: 'c'.repeat(43) }],
  ])('%s opens nothing, nor does it afterwards', async (_, changes) => {
    for (const client of [app, desk]) {
      const granted = await codeOf(scene(), ann, client)
      const answer = await said(await redeem(scene(), client, granted, changes))
      expect(answer).toMatch(/^400 invalid_(?:grant|request)$/)
    }
  })

  test('of another client opens nothing', async () => {
    const granted = await codeOf(scene(), ann, app)
    expect(await said(await redeem(scene(), other, granted))).toBe('400 invalid_grant')
    const secret = await codeOf(scene(), ann, desk)
    expect(await said(await redeem(scene(), app, secret))).toBe('400 invalid_grant')
  })

  test('opens nothing after its time', async () => {
    const granted = await codeOf(scene(), ann, app)
    const codes = scene()
      .store.db.updateTable('oauth_object')
      .set({ expires: Date.now() - 1 })
    await codes.where('model', '=', 'AuthorizationCode').execute()
    expect(await said(await redeem(scene(), app, granted))).toBe('400 invalid_grant')
  })
})

describe('a refresh token', () => {
  test('is replaced by each use; used again, everything of its login is over at once', async () => {
    const first = await newTokens()
    const second = (await (await refresh(scene(), app, first.refresh_token)).json()) as Tokens
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await works(second.access_token)).toBe(true)
    expect(await said(await refresh(scene(), app, first.refresh_token))).toBe('400 invalid_grant')
    await expectDead(scene(), first.access_token)
    await expectDead(scene(), second.access_token)
    expect(await said(await refresh(scene(), app, second.refresh_token))).toBe('400 invalid_grant')
    expect((await scene().events('refresh.reused'))[0]).toMatchObject({ client: 'app' })
  })

  test('of twenty uses at once, one succeeds at most', async () => {
    const { refresh_token } = await newTokens()
    const answers = await atOnce(scene(), async () =>
      said(await refresh(scene(), app, refresh_token)),
    )
    expect(answers.filter((answer) => answer === '200').length).toBeLessThanOrEqual(1)
    expect(answers).toContain('400 invalid_grant')
  })

  test('of another client opens nothing', async () => {
    const tokens = await newTokens()
    expect(await said(await refresh(scene(), other, tokens.refresh_token))).toBe(
      '400 invalid_grant',
    )
    const secret = await newTokens(desk)
    expect(await said(await refresh(scene(), app, secret.refresh_token))).toBe('400 invalid_grant')
  })

  test('gives no more than the person allowed, and nothing elsewhere', async () => {
    const { refresh_token } = await newTokens(app, { scope: 'read offline_access' })
    const wider = await refresh(scene(), app, refresh_token, { scope: 'execute' })
    expect(await said(wider)).toBe('400 invalid_scope')
    const again = await newTokens()
    const resource = `${scene().issuer}/mcp/other`
    const elsewhere = await refresh(scene(), app, again.refresh_token, { resource })
    expect(await said(elsewhere)).toBe('400 invalid_target')
  })

  test('is given only where the person lets the program stay connected', async () => {
    const asked = ask(scene(), app)
    const page = await ann.visit(asked.url)
    const choice = { answer: 'allow', offline: 'off' }
    const to = leaving(await ann.submit(page, '/consent', choice))
    const code = to?.searchParams.get('code') ?? ''
    const response = await redeem(scene(), app, { code, verifier: asked.verifier })
    const tokens = await response.json()
    expect(tokens).toMatchObject({ scope: 'read' })
    expect(tokens).not.toHaveProperty('refresh_token')
  })

  test('of one program is no other installation’s: each login stands for itself', async () => {
    const laptop = await newTokens()
    const desktop = await newTokens()
    await refresh(scene(), app, laptop.refresh_token)
    expect(await said(await refresh(scene(), app, laptop.refresh_token))).toBe('400 invalid_grant')
    expect(await works(desktop.access_token)).toBe(true)
    expect((await refresh(scene(), app, desktop.refresh_token)).status).toBe(200)
  })
})
