import { beforeEach, describe, expect, test } from 'vitest'
import { inConsole } from '../testing/in-console.ts'
import { witnessed } from '../testing/records.ts'
import { ask, behind, serveApi } from '../testing/served.ts'
import { atVault, HOST } from '../testing/vault.ts'

serveApi()
beforeEach(() => void witnessed.splice(0))

const BEGIN = '/me/connections/crm/begin'
const told = (name: string) => atVault.asked.filter(([what]) => what === name)
const pairs = (items: readonly { server: string; owner: string }[]) =>
  items.map(({ server, owner }) => `${server} ${owner}`)

describe('one’s own connections', () => {
  test('are shown, and nobody else’s', async () => {
    const { status, json } = await ask('GET', '/me/connections', { as: 'member' })
    expect([status, pairs(json.items)]).toEqual([200, ['crm user:ann']])
    expect(json.items[0]).toMatchObject({
      ...{ status: 'connected', bound: true, refreshable: true, scopes: ['read'] },
      expires: expect.stringMatching(/Z$/),
    })
    expect(json.items[0]).not.toHaveProperty('used')
    expect(json.servers).toContainEqual({
      ...{ server: 'db', kind: 'static', shared: true, connects: false },
    })
    const owners = await ask('GET', '/me/connections', { as: 'eve' })
    expect(pairs(owners.json.items)).toEqual(['crm user:eve', 'wiki user:eve'])
  })

  test('are ended by whose they are', async () => {
    const { status } = await ask('POST', '/me/connections/crm/disconnect', { as: 'member' })
    expect(status).toBe(200)
    expect(told('disconnect')).toMatchObject([
      ['disconnect', { server: 'crm', owner: 'user:ann' }, { subject: 'user:ann' }],
    ])
    expect(pairs(atVault.connections)).toContain('crm user:eve')
    expect(behind.settled).toBe(1)
  })

  test('nobody ends one of somebody else as their own', async () => {
    // Eve has one to this server, and all share one to that: Ann has neither.
    for (const server of ['wiki', 'mail', 'nobody']) {
      const { status, json } = await ask('POST', `/me/connections/${server}/disconnect`, {
        as: 'owner',
      })
      expect([status, json.code], server).toEqual([404, 'item_unknown'])
    }
    expect(told('disconnect')).toEqual([])
  })

  test('an agent has its own, and none of its people', async () => {
    const { json } = await ask('GET', '/me/connections', { as: 'robot' })
    expect(json.items).toEqual([])
    expect((await ask('GET', '/me/connections', { as: 'acted' })).status).toBe(403)
  })
})

describe('to connect', () => {
  test('a person is told where they would go, then sent there in their own session', async () => {
    const offer = await ask('GET', '/me/connections/crm/offer', inConsole('member'))
    expect(offer.json.offer).toMatchObject({ host: HOST, added: ['write'], shared: false })
    const { status, json } = await ask('POST', BEGIN, {
      ...inConsole('member'),
      body: { host: HOST },
    })
    expect([status, json]).toEqual([200, { location: `https://${HOST}/authorize?state=s-1` }])
    expect(told('begin')).toMatchObject([
      [
        'begin',
        {
          server: 'crm',
          user: 'user:ann',
          session: 'g-1',
          by: { subject: 'user:ann' },
          mayShare: false,
        },
      ],
    ])
  })

  test.each(['member', 'owner', 'operator', 'robot'])('a token is no person: %s', async (as) => {
    const { status, json } = await ask('POST', BEGIN, { as, body: { host: HOST } })
    expect([status, json.code]).toEqual([403, 'person_required'])
    expect(witnessed).toMatchObject([
      { event: 'connection.refused', outcome: 'refused', target: 'crm', by: expect.anything() },
    ])
    expect(atVault.asked).toEqual([])
  })

  test('no page of somebody else begins', async () => {
    const { headers } = inConsole('member')
    const foreign: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ]
    for (const more of foreign) {
      const asked = { as: undefined, headers: { ...headers, ...more }, body: { host: HOST } }
      expect((await ask('POST', BEGIN, asked)).json.code).toBe('origin_refused')
    }
    expect(atVault.asked).toEqual([])
  })

  test('names the host that was shown; another than that is none to go to', async () => {
    for (const [body, status] of [
      [{}, 400],
      [{ host: 'login.evil.example' }, 412],
    ] as const)
      expect((await ask('POST', BEGIN, { ...inConsole('member'), body })).status).toBe(status)
    expect(told('begin')).toEqual([])
  })

  test.each([
    'javascript:alert(1)//',
    'data:text/html,',
    'https://evil.example/authorize?state=',
    `https://${HOST}@evil.example/authorize?state=`,
    `//${HOST}/authorize?state=`,
    '',
  ])('a browser is never sent to %j', async (location) => {
    atVault.location = location
    const { status, json } = await ask('POST', BEGIN, {
      ...inConsole('member'),
      body: { host: HOST },
    })
    expect([status, json.code]).toEqual([502, 'authorization_server_refused'])
    expect(JSON.stringify(json)).not.toContain('evil')
  })

  test('for all takes an owner', async () => {
    atVault.offer = { shared: true }
    const by = (who: string) => ask('POST', BEGIN, { ...inConsole(who), body: { host: HOST } })
    for (const who of ['member', 'runner', 'approver', 'auditor'])
      expect((await by(who)).json.code, who).toBe('role_insufficient')
    expect(told('begin')).toEqual([])
    expect((await by('owner')).status).toBe(200)
    expect(told('begin')).toMatchObject([['begin', { mayShare: true }]])
  })
})

describe('connections of all', () => {
  test('are listed for who looks after people, in pages, by server, owner and status', async () => {
    for (const as of ['member', 'eve', 'approver'])
      expect((await ask('GET', '/connections', { as })).status, as).toBe(403)
    const first = await ask('GET', '/connections?limit=3', { as: 'runner' })
    expect(pairs(first.json.items)).toEqual(['crm user:ann', 'crm user:eve', 'mail shared'])
    const cursor = encodeURIComponent(first.json.next)
    const rest = await ask('GET', `/connections?cursor=${cursor}`, { as: 'auditor' })
    expect(pairs(rest.json.items)).toEqual(['wiki user:eve'])
    const eves = await ask('GET', '/connections?owner=user%3Aeve&server=crm')
    expect(pairs(eves.json.items)).toEqual(['crm user:eve'])
    expect((await ask('GET', '/connections?status=disconnected')).json.items).toEqual([])
    expect((await ask('GET', '/connections?owner=eve')).status).toBe(400)
  })

  test('one of a person is ended by an owner, one of all by who looks after servers', async () => {
    const end = (as: string, server: string, owner: string) =>
      ask('POST', `/connections/${server}/disconnect`, { as, body: { owner } })
    for (const as of ['member', 'auditor', 'approver'])
      expect((await end(as, 'mail', 'shared')).status, as).toBe(403)
    expect((await end('runner', 'crm', 'user:eve')).json.code).toBe('role_insufficient')
    expect(told('disconnect')).toEqual([])
    expect((await end('runner', 'mail', 'shared')).status).toBe(200)
    expect((await end('owner', 'crm', 'user:eve')).status).toBe(200)
    expect(told('disconnect').map(([, of]) => of)).toEqual([
      { server: 'mail', owner: 'shared' },
      { server: 'crm', owner: 'user:eve' },
    ])
    expect((await end('owner', 'crm', 'user:eve')).status).toBe(404)
  })
})
