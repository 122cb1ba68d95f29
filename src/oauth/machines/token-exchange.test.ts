import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Target, ToolEffect } from '../../kernel/access.ts'
import { allows, scopeOf } from '../../kernel/scope.ts'
import type { Resources } from '../parts.ts'
import { newKey, sign } from './testing/keys.ts'
import { ALIAS, client, DOCS, ISSUER, MCP, newAgent, newUser, newWorld } from './testing/world.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
const PLACES: Resources = {
  find: (url) => {
    const path = ['/mcp', '/mcp/docs', '/mcp/docs-2', '/mcp/mail', '/admin'].find(
      (one) => url === ISSUER + one || (one === '/mcp' && url === ALIAS),
    )
    return path === undefined ? undefined : { url: ISSUER + path, aliases: [], path, tools: [] }
  },
  fallback: MCP,
}
const usual = { subject_token_type: ACCESS, resource: DOCS, scope: 'read' }

test('an agent acts for a user, on the grant of the user', async () => {
  const world = newWorld()
  world.time = 1_000_000_500
  const { issued, scopes, tokenType } = await world.ask(GRANT, {
    ...usual,
    subject_token: await world.token({ exp: 1_000_060, iat: 999_990 }),
  })
  expect(tokenType).toBe(ACCESS)
  expect(scopes).toEqual(['read'])
  expect(issued.expires).toBe(1_000_060_000)
  expect(world.issued).toEqual([
    {
      kind: 'user',
      subject: 'alice',
      client: 'bot',
      resource: DOCS,
      scopes: ['read'],
      actors: ['bot'],
      via: 'token-exchange',
      methods: ['pwd'],
      thumbprint: undefined,
      lifetime: 59_500,
      grant: 'g1',
    },
  ])
})

test('the newest actor is outermost', async () => {
  const world = newWorld()
  for (const id of ['one', 'two']) world.agents.set(id, newAgent(id))
  await world.ask(GRANT, {
    ...usual,
    subject_token: await world.token({ act: { sub: 'one', act: { sub: 'two' } } }),
  })
  expect(world.issued[0]?.actors).toEqual(['bot', 'one', 'two'])
})

test('an agent that narrows its own token is not its own delegate', async () => {
  const world = newWorld()
  const own = { kind: 'agent', sub: 'bot', via: 'client-credentials', amr: [] }
  await world.ask(GRANT, { ...usual, subject_token: await world.token(own) })
  const held = { act: { sub: 'bot' } }
  await world.ask(GRANT, { ...usual, subject_token: await world.token(held) })
  expect(world.issued.map(({ actors }) => actors)).toEqual([[], ['bot']])
})

test('an agent may act for another agent without acting for users', async () => {
  const world = newWorld()
  world.agents.set('bot', newAgent('bot', { mayActForUsers: false }))
  world.agents.set('one', newAgent('one'))
  const token = await world.token({ kind: 'agent', sub: 'one', via: 'client-credentials' })
  await world.ask(GRANT, { ...usual, subject_token: token })
  expect(world.issued[0]).toMatchObject({ kind: 'agent', subject: 'one', actors: ['bot'] })
  const ofUser = { ...usual, subject_token: await world.token() }
  await expect(world.ask(GRANT, ofUser)).rejects.toMatchObject({ code: 'unauthorized_client' })
})

test('a token for an alias is as good as one for the canonical address', async () => {
  const world = newWorld()
  await world.ask(GRANT, {
    ...usual,
    resource: ALIAS,
    audience: MCP,
    requested_token_type: ACCESS,
    subject_token: await world.token({ aud: ALIAS }),
    actor_token_type: ACCESS,
    actor_token: await world.token({ kind: 'agent', sub: 'bot', via: 'client-credentials' }),
  })
  expect(world.issued[0]?.resource).toBe(ALIAS)
})

test.each([
  [DOCS, MCP],
  [DOCS, ALIAS],
  [DOCS, `${MCP}/mail`],
  [DOCS, `${MCP}/docs-2`],
  [MCP, `${ISSUER}/admin`],
  [`${ISSUER}/admin`, MCP],
])('a token for %s opens nothing at %s', async (aud, resource) => {
  const world = newWorld({ resources: PLACES })
  const subject_token = await world.token({ aud })
  const asked = world.ask(GRANT, { ...usual, resource, subject_token })
  await expect(asked).rejects.toMatchObject({ code: 'invalid_target' })
  expect(world.issued).toEqual([])
})

test.each([
  [DOCS, DOCS],
  [MCP, DOCS],
  [ALIAS, DOCS],
  [MCP, ALIAS],
])('a token for %s is as good at %s', async (aud, resource) => {
  const world = newWorld({ resources: PLACES })
  await world.ask(GRANT, { ...usual, resource, subject_token: await world.token({ aud }) })
  expect(world.issued).toMatchObject([{ resource }])
})

const ATTACKS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'of another issuer': { iss: 'https://evil.example' },
  'of our issuer with a slash': { iss: `${ISSUER}/` },
  'for a foreign audience': { aud: 'https://evil.example/mcp' },
  'for the issuer itself': { aud: ISSUER },
  'for two audiences': { aud: [MCP, DOCS] },
  'without an audience': { aud: undefined },
  expired: { exp: 1 },
  'that is not valid yet': { nbf: 99_999_999_999 },
  'of the future': { iat: 99_999_999_998, exp: 99_999_999_999 },
  'without an end': { exp: undefined },
  'without a grant': { gid: undefined },
  'of a revoked grant': { gid: 'g2' },
  'of a kind that there is not': { kind: 'admin' },
  'without scopes': { scope: '' },
  'with an unreadable chain': { act: 'bot' },
  'with a chain that ends in nothing': { act: { sub: 'bot', act: {} } },
  'with an unreadable binding': { cnf: { x5t: 'x' } },
  'bound to two things': { cnf: { jkt: 'x', x5t: 'y' } },
  'bound to another key': { cnf: { jkt: 'x' } },
  'for another actor': { may_act: { sub: 'other' } },
  'for an actor of another issuer': { may_act: { sub: 'bot', iss: 'https://evil.example' } },
  'for an actor with more to it': { may_act: { sub: 'bot', client_id: 'x' } },
  'for an unreadable actor': { may_act: 'bot' },
  'of an unknown user': { sub: 'nobody' },
  'of a disabled user': { sub: 'mallory' },
  'with a disabled actor': { act: { sub: 'retired' } },
  'with an unknown actor': { act: { sub: 'nobody' } },
  'of a disabled agent': { kind: 'agent', sub: 'retired' },
  'with a full chain': {
    act: { sub: 'a', act: { sub: 'b', act: { sub: 'c', act: { sub: 'd' } } } },
  },
}

function crowd() {
  const world = newWorld()
  world.users.set('mallory', newUser('mallory', { status: 'disabled' }))
  world.agents.set('retired', newAgent('retired', { status: 'disabled' }))
  for (const id of ['a', 'b', 'c', 'd']) world.agents.set(id, newAgent(id))
  return world
}

test.each(Object.keys(ATTACKS))('refuses a token %s', async (name) => {
  const world = crowd()
  const subject_token = await world.token(ATTACKS[name] as never)
  await expect(world.ask(GRANT, { ...usual, subject_token })).rejects.toMatchObject({
    code: 'invalid_request',
    status: 400,
  })
  expect(world.issued).toEqual([])
  expect(world.events).toHaveLength(1)
})

test('refuses a token about which something was revoked, whoever it is of', async () => {
  const asked: unknown[] = []
  const world = newWorld({
    isVoid: (token) => {
      asked.push(token)
      return token.id === 'gone'
    },
  })
  const good = await world.token({ act: { sub: 'bot' } })
  await world.ask(GRANT, { ...usual, subject_token: good })
  expect(asked).toMatchObject([
    { kind: 'user', subject: 'alice', actors: ['bot'], grant: 'g1', client: expect.any(String) },
  ])
  const gone = await world.token({ jti: 'gone' })
  const own = await world.token({ jti: 'gone', kind: 'agent', sub: 'bot' })
  for (const tokens of [
    { subject_token: gone },
    { subject_token: good, actor_token: own, actor_token_type: ACCESS },
  ])
    await expect(world.ask(GRANT, { ...usual, ...tokens })).rejects.toMatchObject({
      code: 'invalid_request',
    })
})

test('the tokens that attacks are made of are good', async () => {
  const world = crowd()
  await world.ask(GRANT, { ...usual, subject_token: await world.token() })
  const bound = await world.token({ cnf: { jkt: 'x' }, may_act: { sub: 'bot', iss: ISSUER } })
  await world.ask(GRANT, { ...usual, subject_token: bound }, { thumbprint: 'x' })
  const three = await world.token({ act: { sub: 'a', act: { sub: 'b', act: { sub: 'c' } } } })
  await world.ask(GRANT, { ...usual, subject_token: three })
  expect(world.issued.map(({ thumbprint }) => thumbprint)).toEqual([undefined, 'x', undefined])
})

test.each([
  ['typ', { typ: 'JWT' }],
  ['typ of an identity assertion', { typ: 'oauth-id-jag+jwt' }],
  ['typ in capitals', { typ: 'AT+JWT' }],
  ['unknown kid', { kid: 'other' }],
  ['jwk', { jwk: newKey().jwk }],
  ['jku', { jku: 'https://evil.example/jwks' }],
])('refuses a token with a header of the attacker: %s', async (_, header) => {
  const world = newWorld()
  const subject_token = await world.token({}, header as never)
  await expect(world.ask(GRANT, { ...usual, subject_token })).rejects.toMatchObject({
    code: 'invalid_request',
  })
})

test('refuses tokens that another key signed, or none, or our public key as a secret', async () => {
  const world = newWorld()
  const good = await world.token()
  const [, body] = good.split('.')
  const { kid } = world.ownKey
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString(
    'base64url',
  )
  const claims = JSON.parse(Buffer.from(String(body), 'base64url').toString())
  const stranger = await sign(newKey('ES256', kid), claims, { typ: 'at+jwt' })
  const rsa = await sign(newKey('RS256', kid), claims, { typ: 'at+jwt' })
  const tokens = [
    `${none}.${body}.`,
    stranger,
    rsa,
    `${good.slice(0, -4)}AAAA`,
    'x',
    '',
    `${good}.`,
  ]
  for (const subject_token of tokens)
    await expect(world.ask(GRANT, { ...usual, subject_token })).rejects.toMatchObject({
      code: 'invalid_request',
    })
})

test.each([
  ['no type', { subject_token_type: undefined }, 'invalid_request'],
  [
    'the type of an id token',
    { subject_token_type: ACCESS.replace('access', 'id') },
    'invalid_request',
  ],
  [
    'a refresh token',
    { requested_token_type: ACCESS.replace('access', 'refresh') },
    'invalid_request',
  ],
  ['an actor token without type', { actor_token: 'x' }, 'invalid_request'],
  ['an actor type without token', { actor_token_type: ACCESS }, 'invalid_request'],
  ['no resource', { resource: undefined }, 'invalid_target'],
  ['another audience', { audience: MCP }, 'invalid_target'],
  ['another audience among several', { audience: [DOCS, MCP] }, 'invalid_target'],
  ['a foreign audience', { audience: 'https://evil.example' }, 'invalid_target'],
  ['more than the subject has', { scope: 'write' }, 'invalid_scope'],
  ['what neither has', { scope: 'execute' }, 'invalid_scope'],
])('refuses a request with %s', async (_, more, code) => {
  const world = newWorld()
  const subject_token = await world.token({ scope: 'read' })
  const parameters = { ...usual, subject_token, ...more } as never
  await expect(world.ask(GRANT, parameters)).rejects.toMatchObject({ code })
})

test.each([
  ['of another agent', { kind: 'agent', sub: 'one' }],
  ['of a user', {}],
  ['by which the agent acts for another', { act: { sub: 'bot' } }],
  ['in which another acts for the agent', { kind: 'agent', sub: 'bot', act: { sub: 'one' } }],
  ['that is bound', { kind: 'agent', sub: 'bot', cnf: { jkt: 'x' } }],
])('refuses an actor token %s', async (_, claims) => {
  const world = newWorld()
  world.agents.set('one', newAgent('one'))
  const tokens = {
    subject_token: await world.token(),
    actor_token: await world.token(claims as never),
  }
  await expect(
    world.ask(GRANT, { ...usual, ...tokens, actor_token_type: ACCESS }),
  ).rejects.toMatchObject({ code: 'invalid_request' })
})

test.each([
  ['a public client', client('bot', 'none')],
  ['a client that is no agent', client('app', 'client_secret_basic')],
])('refuses %s', async (_, as) => {
  const world = newWorld()
  const subject_token = await world.token()
  await expect(world.ask(GRANT, { ...usual, subject_token }, { client: as })).rejects.toMatchObject(
    {
      code: 'unauthorized_client',
    },
  )
})

const EFFECTS: readonly ToolEffect[] = [
  'read',
  'write',
  'delete',
  'send',
  'pay',
  'execute',
  'admin',
]
const TOOLS = ['search', 'delete', 'run me', 'a:b', '%']
const scope = fc.constantFrom(
  'read',
  'write',
  'execute',
  'offline_access',
  'docs/prompts',
  ...TOOLS.map((name) => scopeOf({ kind: 'tool', server: 'docs', name })),
)
const few = fc.uniqueArray(scope, { minLength: 1, maxLength: 2 })
const many = fc.uniqueArray(scope, { minLength: 3, maxLength: 7 })
const targets = TOOLS.flatMap((name) =>
  EFFECTS.map(
    (effect) =>
      ({
        kind: 'tool',
        server: 'docs',
        name,
        classification: { effects: [effect] },
      }) as never as Target,
  ),
)

test('an exchanged token never allows what the subject token or the agent does not', async () => {
  const resource = {
    url: MCP,
    aliases: [],
    path: '/mcp',
    tools: TOOLS.map((name) => {
      const own = scopeOf({ kind: 'tool', server: 'docs', name })
      return { server: 'docs', name, scope: own, level: 'write' } as const
    }),
  }
  let [granted, beyond] = [0, 0]
  await fc.assert(
    fc.asyncProperty(few, many, many, async (asked, ofSubject, ofAgent) => {
      const world = newWorld({ resources: { find: () => resource, fallback: MCP } })
      world.agents.set('bot', newAgent('bot', { scopes: ofAgent }))
      const subject_token = await world.token({ scope: ofSubject.join(' ') })
      const parameters = { ...usual, subject_token, scope: asked.join(' ') }
      const answer = await world.ask(GRANT, parameters).catch(({ code }) => {
        expect(code).toBe('invalid_scope')
      })
      if (answer === undefined) {
        beyond += 1
        return
      }
      granted += 1
      expect(world.issued[0]?.scopes).toEqual(answer.scopes)
      for (const target of targets)
        if (allows(answer.scopes, target))
          expect([allows(ofSubject, target), allows(ofAgent, target)]).toEqual([true, true])
    }),
    { numRuns: 300 },
  )
  expect(Math.min(granted, beyond)).toBeGreaterThan(20)
})
