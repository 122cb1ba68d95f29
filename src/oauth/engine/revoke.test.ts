import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import type { Agent } from '../../kernel/accounts.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { noteChanges } from '../../store/note-change.ts'
import { settingsOf } from './options.ts'
import { sweep } from './sweep.ts'
import { fakePrincipals, person } from './testing/fakes.ts'
import { onEveryEngine, type World } from './testing/on-every-engine.ts'
import { authorize, post, redeem, refresh, type TestServer } from './testing/server.ts'

const SECRET = 's'.repeat(43)
const BASIC = `Basic ${Buffer.from(`rs-1:${SECRET}`).toString('base64')}`

const BOT: Agent = {
  id: 'bot' as SubjectId,
  name: 'Bot',
  owner: 'ann' as SubjectId,
  purpose: 'tests',
  status: 'active',
  groups: [],
  scopes: ['read'],
  mayActForUsers: true,
  keys: [],
  workloads: [],
  created: 0,
}

function addResourceServer({ clients }: TestServer): void {
  for (const client_id of ['rs-1', 'nosy'])
    clients.set(client_id, {
      client_id,
      grant_types: [],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: SECRET,
    })
}

async function tokens(server: TestServer) {
  const { body } = await redeem(server, await authorize(server))
  const access = String(body['access_token'])
  return { access, refreshToken: String(body['refresh_token']), claims: decodeJwt(access) }
}

const revoke = (server: TestServer, token: string, client = 'app') =>
  post(server, '/oauth/revoke', { token, client_id: client })
const introspect = (server: TestServer, token: string, authorization = BASIC) =>
  post(server, '/oauth/introspect', { token }, { authorization })

function changes({ store }: World, kind: string) {
  return store.db.selectFrom('change').select(['id', 'what']).where('kind', '=', kind).execute()
}

onEveryEngine('revocation by a client (RFC 7009)', (world) => {
  test('of an access token makes that token void, for all replicas, and no other', async () => {
    const { server } = world()
    addResourceServer(server)
    const { access, refreshToken, claims } = await tokens(server)
    const { status, headers } = await revoke(server, access)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    expect(server.revoked).toMatchObject([{ kind: 'token', id: claims.jti }])
    expect(await changes(world(), 'token')).toEqual([{ id: claims.jti, what: 'revoked' }])
    expect((await introspect(server, access)).body).toEqual({ active: false })
    const { body } = await refresh(server, refreshToken)
    expect((await introspect(server, String(body['access_token']))).body).toMatchObject({
      active: true,
    })
  })

  test('of a refresh token ends the grant', async () => {
    const { server } = world()
    addResourceServer(server)
    const { access, refreshToken, claims } = await tokens(server)
    expect((await revoke(server, refreshToken)).status).toBe(200)
    expect(await changes(world(), 'grant')).toEqual([{ id: claims['gid'], what: 'revoked' }])
    expect((await refresh(server, refreshToken)).status).toBe(400)
    expect((await introspect(server, access)).body).toEqual({ active: false })
    expect(await server.server.grants.find(String(claims['gid']))).toMatchObject({
      reason: 'client',
    })
  })

  test('has no effect on tokens of another client, and says so to nobody', async () => {
    const { server } = world()
    server.clients.set('other', { ...server.clients.get('app'), client_id: 'other' })
    const { access, refreshToken } = await tokens(server)
    for (const token of [access, refreshToken, 'unknown', 'a.b.c', `${access}x`])
      expect((await revoke(server, token, 'other')).status).toBe(200)
    expect(server.revoked).toEqual([])
    expect((await refresh(server, refreshToken)).status).toBe(200)
  })

  test('that cannot be witnessed does not happen', async () => {
    const { restart } = world()
    const server = await restart({
      witness: async ({ event }) => {
        if (event === 'grant.revoked') throw new GatewayError('audit_unavailable', 'no')
      },
    })
    const { access, refreshToken } = await tokens(server)
    expect((await revoke(server, access)).status).toBe(503)
    expect((await revoke(server, refreshToken)).status).toBe(503)
    expect(server.revoked).toEqual([])
  })
})

onEveryEngine('introspection (RFC 7662)', (world) => {
  test('tells resource servers about good tokens', async () => {
    const { server } = world()
    addResourceServer(server)
    const { access, claims } = await tokens(server)
    expect((await introspect(server, access)).body).toEqual({
      ...claims,
      active: true,
      token_type: 'Bearer',
    })
  })

  test('tells others nothing, and nobody anything of tokens that are not good', async () => {
    const { server } = world()
    addResourceServer(server)
    const { access, refreshToken } = await tokens(server)
    const nosy = `Basic ${Buffer.from(`nosy:${SECRET}`).toString('base64')}`
    for (const token of [access, refreshToken])
      expect((await introspect(server, token, nosy)).body).toEqual({ active: false })
    const changed = `${access.slice(0, -4)}AAAA`
    for (const token of [changed, 'unknown', 'e30.e30.'])
      expect((await introspect(server, token)).body).toEqual({ active: false })
    expect((await post(server, '/oauth/introspect', { token: access })).status).toBe(400)
    expect((await introspect(server, access, `${BASIC}x`)).status).not.toBe(200)
    server.clock.offset += 301_000
    expect((await introspect(server, access)).body).toEqual({ active: false })
  })

  test('knows of a user who was disabled since', async () => {
    const { server } = world()
    addResourceServer(server)
    const { access } = await tokens(server)
    const ann = server.users.get('ann')
    if (ann !== undefined) server.users.set('ann', { ...ann, status: 'disabled' })
    expect((await introspect(server, access)).body).toEqual({ active: false })
  })

  test('knows of a client that was disabled since', async () => {
    const { server, store } = world()
    addResourceServer(server)
    const { access } = await tokens(server)
    await noteChanges(store.db, [{ kind: 'client', id: 'app', what: 'revoked' }], Date.now())
    expect((await introspect(server, access)).body).toEqual({ active: false })
  })

  test('knows of whoever acts, and that they may not any more', async () => {
    const bot = { ...BOT }
    const principals = fakePrincipals(new Map([['ann', person('ann')]]))
    const server = await world().restart({
      principals: { ...principals, agent: async (id) => (id === bot.id ? bot : undefined) },
    })
    addResourceServer(server)
    const { token } = await server.server.issuer.issue({
      kind: 'user',
      subject: 'ann' as SubjectId,
      client: bot.id,
      resource: server.resource,
      scopes: ['read'],
      actors: [bot.id],
      via: 'token-exchange',
      methods: [],
    })
    const active = async () => (await introspect(server, token)).body['active']
    expect(await active()).toBe(true)
    Object.assign(bot, { expires: 1 })
    expect(await active()).toBe(false)
    Object.assign(bot, { expires: undefined, status: 'disabled' })
    expect(await active()).toBe(false)
    Object.assign(bot, { status: 'active' })
    expect(await active()).toBe(true)
    const revoked = { kind: 'agent', id: bot.id, what: 'revoked' } as const
    await noteChanges(world().store.db, [revoked], Date.now())
    expect(await active()).toBe(false)
  })
})

onEveryEngine('what operators do to grants', (world) => {
  const ids = async ({ server }: TestServer) => (await server.grants.list({})).map(({ id }) => id)

  test('ends those of a user, sessions too, and of nobody else', async () => {
    const { server } = world()
    const first = await tokens(server)
    await tokens(server)
    server.answers.user = 'bob'
    const others = await tokens(server)
    expect(await server.server.grants.revokeSubject('user', 'ann', 'administrator')).toBe(2)
    expect(await ids(server)).toEqual([others.claims['gid']])
    expect((await refresh(server, first.refreshToken)).status).toBe(400)
    expect((await refresh(server, others.refreshToken)).status).toBe(200)
    expect(await changes(world(), 'grant')).toHaveLength(2)
    const sessions = await world()
      .store.db.selectFrom('oauth_object')
      .select('subject')
      .where('model', '=', 'Session')
      .execute()
    expect(sessions).toEqual([{ subject: 'bob' }])
  })

  test('ends those of a client', async () => {
    const { server } = world()
    await tokens(server)
    expect(await server.server.grants.revokeClient('other', 'client-removed')).toBe(0)
    expect(await server.server.grants.revokeClient('app', 'client-removed')).toBe(1)
    expect(await ids(server)).toEqual([])
  })

  test('says who did it, when somebody is known to', async () => {
    const { server } = world()
    const by = { subject: 'user:olga', client: 'console', grant: 'g-9' }
    const { claims } = await tokens(server)
    await tokens(server)
    const { grants, keys } = server.server.administrationBy(by)
    server.events.length = 0
    expect(await grants.revoke(String(claims['gid']), 'administrator')).toBe(true)
    expect(await grants.revokeSubject('user', 'ann', 'administrator')).toBe(1)
    await keys.rotate()
    expect(server.events.map(({ event }) => event)).toEqual([
      'grant.revoked',
      'login.ended',
      'grant.revoked',
      'key.rotated',
    ])
    for (const event of server.events) expect(event.by).toEqual(by)
  })

  test('ends those in which an agent acts, by its whole name', async () => {
    const { server } = world()
    const issue = (actors: string[]) =>
      server.server.issuer.issue({
        kind: 'user',
        subject: 'ann' as never,
        client: 'robot',
        resource: server.resource,
        scopes: ['read'],
        actors: actors as never,
        via: 'token-exchange',
        methods: [],
      })
    const acted = await issue(['outer', 'robot'])
    const kept = await issue(['robot-2'])
    expect(decodeJwt(acted.token)['act']).toEqual({ sub: 'outer', act: { sub: 'robot' } })
    expect(await server.server.grants.revokeSubject('agent', 'robot', 'subject-disabled')).toBe(1)
    expect(await ids(server)).toEqual([kept.grant])
  })

  test('finds those that nobody has used for long', async () => {
    const { server } = world()
    const { claims } = await tokens(server)
    const now = () => Date.now() + server.clock.offset
    expect(await server.server.grants.list({ unusedSince: now() + 60_000 })).toHaveLength(1)
    server.clock.offset += 3_600_000
    expect(await server.server.grants.list({ unusedSince: now() - 60_000 })).toMatchObject([
      { id: claims['gid'] },
    ])
  })

  test('pages through many', async () => {
    const { server } = world()
    for (let turn = 0; turn < 3; turn += 1) await tokens(server)
    const first = await server.server.grants.list({ limit: 2 })
    const rest = await server.server.grants.list({ limit: 2, after: first.at(-1)?.id ?? '' })
    expect([...first, ...rest].map(({ id }) => id)).toEqual((await ids(server)).sort())
  })
})

onEveryEngine('the sweep', (world) => {
  test('removes what is over and nothing else', async () => {
    const { server, store } = world()
    const { refreshToken } = await tokens(server)
    const row = (index: number, expires: number) => ({
      model: 'Interaction',
      id: `i${index}`,
      payload: '',
      grant: null,
      uid: null,
      subject: null,
      generation: null,
      expires,
      consumed: null,
    })
    const now = Date.now()
    const over = Array.from({ length: 1_200 }, (_, index) => row(index, now - 1))
    for (let start = 0; start < over.length; start += 300)
      await store.db
        .insertInto('oauth_object')
        .values(over.slice(start, start + 300))
        .execute()
    await sweep(
      settingsOf({
        store,
        clock: () => now,
        publicOrigin: server.origin,
        sealKey: new Uint8Array(32),
      } as never),
    )
    const left = await store.db
      .selectFrom('oauth_object')
      .select('id')
      .where('expires', '<=', now)
      .execute()
    expect(left).toEqual([])
    expect((await refresh(server, refreshToken)).status).toBe(200)
  })
})
