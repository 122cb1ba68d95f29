import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../../../store/testing/fresh-store.ts'
import { type Issuer, startIssuer } from '../testing/issuer.ts'
import { ANN, at, type BrokerScene, brokerScene, refusal, request } from '../testing/scene.ts'

const HOUR = 3_600_000

describe.each(ENGINES)('on %s', (engine) => {
  let scene: BrokerScene
  let issuer: Issuer
  beforeAll(async () => {
    scene = await brokerScene(engine)
    issuer = await startIssuer()
    scene.add('notes', issuer.url)
  })
  afterAll(async () => {
    await scene.close()
    await issuer.close()
  })
  beforeEach(async () => {
    issuer.odd = {}
    await scene.connect('notes')
  })

  const show = async (broker = scene.broker) =>
    (await broker.authorizer('notes', ANN).headers(request(issuer.url)))[1]
  const refreshes = () =>
    issuer
      .at('/token')
      .map(({ body }) => new URLSearchParams(body))
      .filter((body) => body.get('grant_type') === 'refresh_token')
  const slowly = (status = 200, json?: object) => ({
    instead: {
      '/token': async () => {
        await new Promise((done) => setTimeout(done, 100))
        const fresh = { access_token: 'new', refresh_token: 'next', token_type: 'Bearer' }
        return { status, json: json ?? { ...fresh, expires_in: 3_600 } }
      },
    },
  })

  test('twenty callers in two processes make one refresh', async () => {
    const before = refreshes().length
    const { refresh } = issuer.given.at(-1) ?? {}
    const other = scene.open()
    issuer.odd = slowly()
    scene.time.now += HOUR - 20_000
    const shown = await Promise.all(
      Array.from({ length: 20 }, (_, index) => show(index % 2 === 0 ? scene.broker : other)),
    )
    expect(refreshes()).toHaveLength(before + 1)
    expect(refreshes().at(-1)?.get('refresh_token')).toBe(refresh)
    expect(refreshes().at(-1)?.get('resource')).toBe(issuer.url)
    // Who came late may have been shown the old one, which still is good.
    expect(new Set(shown).size).toBeLessThanOrEqual(2)
    expect(await show()).toBe('Bearer new')
    scene.broker.forget('notes user:ann')
    other.forget('notes user:ann')
    expect([await show(), await show(other)]).toEqual(['Bearer new', 'Bearer new'])
    expect(refreshes()).toHaveLength(before + 1)
    issuer.odd = {}
    scene.time.now += HOUR
    await show(other)
    expect(refreshes().at(-1)?.get('refresh_token')).toBe('next')
  })

  test('a grant that is over is lost, and its tokens are destroyed', async () => {
    issuer.odd = slowly(400, { error: 'invalid_grant' })
    scene.time.now += HOUR
    const required = {
      code: 'connection_required',
      data: {
        ...{ server: 'notes', reason: 'reauth_required' },
        url: 'https://gateway.example/console/connections?connect=notes',
      },
    }
    await expect(show()).rejects.toMatchObject(required)
    const asked = refreshes().length
    await expect(show()).rejects.toMatchObject(required)
    expect(refreshes()).toHaveLength(asked)
    const [view] = await scene.broker.connections.list()
    expect(view).toMatchObject({ status: 'reauth_required', reason: 'invalid_grant' })
    const row = await scene.store.db.selectFrom('vault_connection').selectAll().executeTakeFirst()
    expect(row).toMatchObject({ access: '', refresh: '', wrapped: '', key_id: '' })
    expect(scene.events.at(-1)).toMatchObject({ event: 'connection.lost', subject: 'user:ann' })
  })

  test.each([
    ['an error', { status: 503 }],
    ['what is not JSON', { text: '<html>' }],
    ['another refusal', { status: 400, json: { error: 'temporarily_unavailable' } }],
  ])('%s does not cost the grant, and is not asked for all the time', async (_, said) => {
    issuer.odd = { instead: { '/token': said } }
    scene.time.now += HOUR - 20_000
    const { access } = issuer.given.at(-1) ?? {}
    expect(await show()).toBe(`Bearer ${access}`)
    const asked = refreshes().length
    expect(await show()).toBe(`Bearer ${access}`)
    expect(refreshes()).toHaveLength(asked)
    scene.time.now += HOUR
    await expect(show()).rejects.toMatchObject({ code: 'authorization_server_refused' })
    issuer.odd = {}
    scene.time.now += 61_000
    expect(await show()).toBe(`Bearer ${issuer.given.at(-1)?.access}`)
  })

  test('a lease of a process that ended is over after a while', async () => {
    scene.time.now += HOUR
    const lease = scene.time.now + 30_000
    await scene.store.db.updateTable('vault_connection').set({ lease, holder: 'gone' }).execute()
    const before = refreshes().length
    const waiting = show()
    await new Promise((done) => setTimeout(done, 60))
    expect(refreshes()).toHaveLength(before)
    scene.time.now = lease + 1
    expect(await waiting).toBe(`Bearer ${issuer.given.at(-1)?.access}`)
  })

  test('a refused token is renewed once for all who were refused', async () => {
    const authorizer = scene.broker.authorizer('notes', ANN)
    const sent = await authorizer.headers(request(issuer.url))
    const before = refreshes().length
    const refused = () =>
      authorizer.refused(refusal(issuer.url, sent, 'Bearer error="invalid_token"'))
    expect(await Promise.all([refused(), refused(), refused()])).toEqual([true, true, true])
    expect(await refused()).toBe(true)
    expect(refreshes()).toHaveLength(before + 1)
    const next = await authorizer.headers(request(issuer.url))
    expect(next).not.toEqual(sent)
    const again = authorizer.refused(refusal(issuer.url, next, 'Bearer error="invalid_token"', 1))
    await expect(again).rejects.toMatchObject({
      code: 'connection_required',
      data: { reason: 'reauth_required' },
    })
  })

  test('who disconnected elsewhere is not shown for longer than a minute', async () => {
    const other = scene.open()
    expect(await show(other)).toBe(await show())
    await scene.broker.connections.disconnect({ server: 'notes', owner: 'user:ann' }, at().by)
    expect(await show()).toBeUndefined()
    expect(await show(other)).toBeDefined()
    scene.time.now += 60_000
    expect(await show(other)).toBeUndefined()
    const changes = await scene.store.db.selectFrom('change').selectAll().execute()
    expect(changes.at(-1)).toMatchObject({ kind: 'credential', id: 'notes user:ann' })
  })

  test('a token that was seen elsewhere is replaced and revoked', async () => {
    const { access } = issuer.given.at(-1) ?? {}
    await scene.broker.exposed({ server: 'notes', owner: 'user:ann' })
    expect(await show()).toBe(`Bearer ${issuer.given.at(-1)?.access}`)
    expect(await show()).not.toBe(`Bearer ${access}`)
    expect(new URLSearchParams(issuer.at('/revoke').at(-1)?.body).get('token')).toBe(access)
    issuer.odd = { tokens: { refresh_token: undefined } }
    await scene.connect('notes')
    await scene.broker.exposed({ server: 'notes', owner: 'user:ann' })
    await expect(show()).rejects.toMatchObject({ code: 'connection_required' })
  })

  test('rows that were swapped do not open', async () => {
    await scene.connect('notes', at('user:ben'))
    const { db } = scene.store
    const ben = db.selectFrom('vault_connection').where('owner', '=', 'user:ben')
    const { key_id, wrapped, access, version } = await ben.selectAll().executeTakeFirstOrThrow()
    await db
      .updateTable('vault_connection')
      .set({ key_id, wrapped, access, version })
      .where('owner', '=', 'user:ann')
      .execute()
    scene.broker.forget('notes user:ann')
    await expect(show()).rejects.toMatchObject({ code: 'credential_unavailable' })
  })
})
