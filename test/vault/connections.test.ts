import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { vaultScene } from './scene.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const scene = vaultScene()
let store: Store
beforeAll(async () => {
  const path = join(scene().gateway.dataDir, 'bailiwick.db')
  store = await openStore({ kind: 'sqlite', path, durability: 'process' })
})
afterAll(() => store?.close())

const rows = () => store.db.selectFrom('vault_connection').selectAll().execute()

describe('before anybody connected', () => {
  test('a call ends with the way to connect, and the server sees no credential', async () => {
    const { ann, callerOf, server, gateway } = scene()
    const client = await callerOf(ann)
    const { isError, text } = await client.call('whoami')
    expect(isError).toBe(true)
    expect(text).toContain(gateway.issuer)
    expect(text).toMatch(/connect/)
    expect(server.heard.some(({ headers }) => 'authorization' in headers)).toBe(false)
    expect(await rows()).toEqual([])
  })

  test('a person in front of a client is led there, and the call goes on', async () => {
    const { ann, callerOf, gateway } = scene()
    const client = await callerOf(ann, 'target', {
      person: async () => ((await ann.connect('target')).status === 200 ? 'accept' : 'decline'),
    })
    const { isError, text } = await client.call('whoami')
    expect({ isError, text }).toMatchObject({ isError: false })
    expect(JSON.parse(text)).toMatchObject({ sub: 'ann', scopes: expect.arrayContaining(['read']) })
    expect(client.shown).toHaveLength(1)
    expect(new URL(client.shown[0]?.url ?? 'none:').origin).toBe(gateway.issuer)
  })
})

describe('two people', () => {
  test('nobody uses what another connected', async () => {
    const { ben, callerOf, server } = scene()
    const before = server.heard.length
    const client = await callerOf(ben)
    expect(await client.call('whoami')).toMatchObject({ isError: true })
    const shown = server.heard.slice(before).map(({ headers }) => headers['authorization'])
    expect(shown.filter((one) => one !== undefined)).toEqual([])
  })

  test('each call carries its own person’s token, and nothing else of them', async () => {
    const { ann, ben, callerOf, server, issuer } = scene()
    expect((await ben.connect('target')).status).toBe(200)
    const seen: Record<string, string> = {}
    for (const who of [ann, ben, ann, ben]) {
      const client = await callerOf(who)
      const { text } = await client.call('whoami')
      expect(JSON.parse(text)).toMatchObject({ sub: who.name })
      const [scheme, token = ''] = (server.shown('whoami').at(-1) ?? '').split(' ')
      expect(scheme).toBe('Bearer')
      expect(issuer.tokens().access).toContain(token)
      expect(seen[who.name] ?? token).toBe(token)
      seen[who.name] = token
    }
    expect(seen['ann']).not.toBe(seen['ben'])
    expect(await rows()).toHaveLength(2)
  })

  test('the lists of one say nothing of the other', async () => {
    const { ann, ben } = scene()
    for (const who of [ann, ben]) {
      const { body } = await who.api('GET', '/me/connections')
      expect(body.items.map(({ owner }: { owner: string }) => owner)).toEqual([`user:${who.name}`])
    }
    expect((await ben.api('GET', '/connections')).status).toBe(403)
  })
})

describe('tokens', () => {
  test('are had anew once for twenty callers', async () => {
    const { ann, callerOf, issuer } = scene()
    const clients = await Promise.all(Array.from({ length: 4 }, () => callerOf(ann)))
    for (const client of clients) await client.call('whoami')
    const before = issuer.tokenRequests('refresh_token').length
    await issuer.expire()
    const calls = Array.from({ length: 20 }, (_, index) => clients[index % 4]?.call('whoami'))
    const outcomes = (await Promise.all(calls)).map((outcome) => outcome?.isError && outcome.text)
    expect(outcomes).toEqual(outcomes.map(() => false))
    expect(issuer.tokenRequests('refresh_token')).toHaveLength(before + 1)
    const { body } = await ann.api('GET', '/me/connections')
    expect(body.items[0]).toMatchObject({ status: 'connected', refreshed: expect.any(String) })
  })

  test('a tool that needs more leads to consent for just that', async () => {
    const { ann, callerOf, issuer } = scene()
    const before = issuer.heard.length
    const client = await callerOf(ann, 'target', {
      person: async () => ((await ann.connect('target')).status === 200 ? 'accept' : 'decline'),
    })
    expect(await client.call('write')).toEqual({ isError: false, text: '"written"' })
    const asked = issuer.heard.slice(before).find(({ path }) => path === '/auth')
    expect(asked?.query.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['read', 'write']))
    expect(asked?.query.get('code_challenge_method')).toBe('S256')
    expect(asked?.query.get('resource')).toBe(scene().server.url)
    const whoami = JSON.parse((await client.call('whoami')).text)
    expect(whoami.scopes).toEqual(expect.arrayContaining(['read', 'write']))
  })

  test('what was taken back there is over here, with a link', async () => {
    const { ann, callerOf, issuer, gateway } = scene()
    await issuer.revoke('ann')
    const client = await callerOf(ann)
    const { isError, text } = await client.call('whoami')
    expect(isError).toBe(true)
    expect(text).toContain(gateway.issuer)
    const { body } = await ann.api('GET', '/me/connections')
    expect(body.items[0]).toMatchObject({ status: 'reauth_required' })
    expect((await ann.connect('target')).status).toBe(200)
    expect((await client.call('whoami')).isError).toBe(false)
  })
})

test('who disconnects is forgotten here, and there', async () => {
  const { ann, ben, callerOf, issuer } = scene()
  const refresh = issuer.tokens().refresh.at(-1) ?? 'none'
  const { status } = await ann.api('POST', '/me/connections/target/disconnect', {})
  expect(status).toBe(200)
  expect((await rows()).map(({ owner }) => owner)).toEqual(['user:ben'])
  const revoked = issuer.heard.filter(({ path }) => path === '/token/revocation')
  const tokens = revoked.map(({ body }) => new URLSearchParams(body).get('token'))
  expect(tokens).toContain(refresh)
  const client = await callerOf(ann)
  expect(await client.call('whoami')).toMatchObject({
    isError: true,
    text: expect.stringContaining('connect'),
  })
  const other = await callerOf(ben)
  expect(JSON.parse((await other.call('whoami')).text)).toMatchObject({ sub: 'ben' })
})

test('what goes to a server are headers that we chose; a token that it tells is blotted out, and over', async () => {
  const { ben, callerOf, server, issuer } = scene()
  const client = await callerOf(ben)
  const { text } = await client.call('echo_headers')
  const { headers = {} } = server.heard.findLast(({ body }) => body.includes('echo_headers')) ?? {}
  const chosen =
    /^(?:authorization|host|connection|accept|content-(?:type|length)|mcp-(?:protocol-version|method|name)|user-agent)$/
  expect(Object.keys(headers).filter((name) => !chosen.test(name))).toEqual([])
  const [, token = 'none'] = headers['authorization']?.split(' ') ?? []
  expect(issuer.tokens().access).toContain(token)
  expect(text).toContain('authorization')
  expect(text).not.toContain(token)
  const isRevoked = () =>
    issuer.heard.some(({ path, body }) => path === '/token/revocation' && body.includes(token))
  await expect.poll(isRevoked, { timeout: 10_000 }).toBe(true)
})

test('who is disabled is disconnected, there and here, and leaves no secret', async () => {
  const { owner, ben, issuer } = scene()
  const kept = await ben.api('POST', '/me/secrets', {
    ...{ name: 'own-key', value: 'a-word-of-ben', servers: ['target'], purpose: 'a test' },
  })
  expect(kept.status, kept.text).toBe(201)
  const refresh = issuer.tokens().refresh.at(-1) ?? 'none'
  expect((await owner.api('POST', '/users/ben/disable', {})).status).toBe(200)
  const left = async () => [
    ...(await rows()).map((row) => row.owner),
    ...(await store.db.selectFrom('vault_secret').select('name').execute()),
  ]
  await expect.poll(left, { timeout: 10_000 }).toEqual([])
  const revoked = issuer.heard.filter(({ path }) => path === '/token/revocation')
  expect(revoked.some(({ body }) => body.includes(refresh))).toBe(true)
})
