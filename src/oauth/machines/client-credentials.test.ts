import { expect, test } from 'vitest'
import { ALIAS, client, DOCS, ISSUER, MCP, newAgent, newUser, newWorld } from './testing/world.ts'

const ask = { scope: 'read', resource: MCP }

test('an agent gets a token for itself, and no more than it asked for', async () => {
  const world = newWorld()
  const { issued, scopes } = await world.ask('client_credentials', ask, { thumbprint: 'jkt' })
  expect(scopes).toEqual(['read'])
  expect(issued.token).toBe('token 1')
  expect(world.issued).toEqual([
    {
      kind: 'agent',
      subject: 'bot',
      client: 'bot',
      resource: MCP,
      scopes: ['read'],
      actors: [],
      via: 'client-credentials',
      methods: [],
      thumbprint: 'jkt',
    },
  ])
})

test('who asks for nothing gets reading, and nothing is offline', async () => {
  const world = newWorld()
  expect((await world.ask('client_credentials', { resource: MCP })).scopes).toEqual(['read'])
  const offline = { resource: ALIAS, scope: 'offline_access' }
  expect((await world.ask('client_credentials', offline)).scopes).toEqual(['read'])
  expect(world.issued.map(({ resource }) => resource)).toEqual([MCP, ALIAS])
})

test.each([
  ['no resource', { scope: 'read' }, 'invalid_target'],
  ['an empty resource', { scope: 'read', resource: '' }, 'invalid_target'],
  ['two resources', { scope: 'read', resource: [MCP, DOCS] }, 'invalid_target'],
  ['a foreign resource', { scope: 'read', resource: 'https://evil.example/mcp' }, 'invalid_target'],
  ['the resource with a slash', { scope: 'read', resource: `${MCP}/` }, 'invalid_target'],
  ['the issuer as resource', { scope: 'read', resource: ISSUER }, 'invalid_target'],
  ['more than the agent has', { scope: 'execute', resource: MCP }, 'invalid_scope'],
  ['some more than the agent has', { scope: 'read execute', resource: MCP }, 'invalid_scope'],
  ['a tool of no server', { scope: 'docs:search', resource: MCP }, 'invalid_scope'],
  ['an unknown scope', { scope: 'admin', resource: MCP }, 'invalid_scope'],
  ['the scope in capitals', { scope: 'READ', resource: MCP }, 'invalid_scope'],
  ['two scopes', { scope: ['read', 'write'], resource: MCP }, 'invalid_request'],
])('refuses %s', async (_, parameters, code) => {
  const world = newWorld()
  await expect(world.ask('client_credentials', parameters)).rejects.toMatchObject({ code })
  expect(world.issued).toEqual([])
  expect(world.events).toMatchObject([
    { event: 'token.refused', outcome: 'refused', client: 'bot', detail: { error: code } },
  ])
})

test.each([
  ['a disabled agent', { status: 'disabled' }],
  ['an agent whose time is over', { expires: 1 }],
  ['an agent of a disabled owner', { owner: 'mallory' }],
  ['an agent of nobody', { owner: 'nobody' }],
] as const)('refuses %s', async (_, more) => {
  const world = newWorld()
  world.users.set('mallory', newUser('mallory', { status: 'disabled' }))
  world.agents.set('bot', newAgent('bot', more as never))
  await expect(world.ask('client_credentials', ask)).rejects.toMatchObject({
    code: 'invalid_client',
    status: 401,
  })
  expect(world.issued).toEqual([])
})

test.each([
  ['a public client', client('bot', 'none')],
  ['a client with a secret', client('bot', 'client_secret_basic')],
  ['a client that is no agent', client('app')],
])('refuses %s', async (_, as) => {
  const world = newWorld()
  await expect(world.ask('client_credentials', ask, { client: as })).rejects.toMatchObject({
    code: 'unauthorized_client',
  })
})

test('tokens of the same kind share a grant until it is over', async () => {
  const world = newWorld()
  const grants: string[] = []
  const get = async (scope: string, resource = MCP) => {
    const { issued } = await world.ask('client_credentials', { scope, resource })
    grants.push(issued.grant)
    return issued.grant
  }
  const first = await get('read')
  expect(await get('read')).toBe(first)
  expect(await get('write')).not.toBe(first)
  expect(await get('read', DOCS)).not.toBe(first)
  world.grants.delete(first)
  const second = await get('read')
  expect(second).not.toBe(first)
  expect(await get('read')).toBe(second)
})

test('a witness that fails leaves nothing issued, and a refusal a refusal', async () => {
  const world = newWorld({
    witness: async () => {
      throw new Error('the disk is full')
    },
  })
  await expect(world.ask('client_credentials', { scope: 'x' })).rejects.toMatchObject({
    code: 'server_error',
    status: 500,
    message: 'internal error',
  })
})

test('a client that proved itself is slowed down by what it is refused, wherever it is', async () => {
  const world = newWorld()
  const bad = { scope: 'execute', resource: MCP }
  for (let count = 0; count < 60; count += 1)
    await expect(
      world.ask('client_credentials', bad, { from: `192.0.2.${count}` }),
    ).rejects.toMatchObject({ code: 'invalid_scope' })
  await expect(world.ask('client_credentials', ask)).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    status: 429,
    retryAfter: 1,
  })
  expect(world.events).toHaveLength(60)
  world.time += 1_000
  await world.ask('client_credentials', ask)
})

test('a name is slowed down at its address alone', async () => {
  const world = newWorld()
  const open = { client: client('bot', 'none') }
  for (let count = 0; count < 10; count += 1)
    await expect(world.ask('client_credentials', ask, open)).rejects.toMatchObject({ status: 400 })
  await expect(world.ask('client_credentials', ask, open)).rejects.toMatchObject({
    status: 429,
    retryAfter: 6,
  })
  await world.ask('client_credentials', ask)
  const elsewhere = { ...open, from: '192.0.2.2' }
  await expect(world.ask('client_credentials', ask, elsewhere)).rejects.toMatchObject({
    status: 400,
  })
})

test('an address that tries many names is slowed down', async () => {
  const world = newWorld()
  const as = (name: number) => ({ client: client(`bot${name}`, 'none') })
  for (let name = 0; name < 100; name += 1)
    await expect(world.ask('client_credentials', ask, as(name))).rejects.toMatchObject({
      status: 400,
    })
  await expect(world.ask('client_credentials', ask, as(100))).rejects.toMatchObject({ status: 429 })
})

test('nobody gains by having a network of IPv6 addresses', async () => {
  const world = newWorld()
  const as = (at: string) => ({ client: client('bot', 'none'), from: `2001:db8:1:${at}` })
  for (let count = 0; count < 10; count += 1)
    await expect(world.ask('client_credentials', ask, as(`2::${count}`))).rejects.toMatchObject({
      status: 400,
    })
  await expect(world.ask('client_credentials', ask, as('2::ff'))).rejects.toMatchObject({
    status: 429,
  })
  await expect(world.ask('client_credentials', ask, as('3::1'))).rejects.toMatchObject({
    status: 400,
  })
})
