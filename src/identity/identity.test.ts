import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Revocation } from '../kernel/authentication.ts'
import { noteChanges } from '../store/note-change.ts'
import { openStore } from '../store/store.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { ALIAS, agent, newKey, ORIGIN, openWorld, user, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const INVALID = { code: 'token_invalid', message: 'the token is not valid' }

test('a token of our own says who sends a request, and by what right', async () => {
  expect(await world.ask(await world.token())).toEqual({
    subject: { kind: 'user', id: 'ada', via: 'login', groups: ['staff'], actors: [] },
    authorization: {
      client: 'c1',
      clientTrust: 'metadata',
      grant: 'g1',
      scopes: ['read', 'write'],
      bound: false,
      issuer: ORIGIN,
      expires: world.now + 300_000,
      methods: ['pwd'],
    },
  })
  expect(world.seen).toEqual(['user:ada'])
})

test('the second time it is known at once, without a promise', async () => {
  const token = await world.token()
  const first = await world.ask(token)
  const again = world.identity.authenticator.authenticate({
    ...{ authorization: `bearer ${token}`, dpop: undefined, method: 'POST' },
    ...{ origin: ORIGIN, path: '/mcp' },
  })
  expect(again).toBe(first)
  expect(world.lookups).toEqual(['user:ada'])
})

test('a token is told of when it verifies anew, and none that does not', async () => {
  const token = await world.token()
  await Promise.all([world.ask(token), world.ask(token)])
  await world.ask(token)
  const told = [token, world.now + 300_000]
  expect(new Set(world.inbound.map(String))).toEqual(new Set([String(told)]))
  const before = world.inbound.length
  world.now += 61_000
  await world.ask(token)
  expect(world.inbound.length).toBe(before + 1)
  const other = await world.token({}, {}, await newKey())
  await expect(world.ask(other)).rejects.toMatchObject(INVALID)
  expect(world.inbound.length).toBe(before + 1)
})

test('a header that is malformed is none of a token that is known', async () => {
  const token = await world.token()
  await world.ask(token)
  for (const authorization of [`Bearer  ${token}`, `Bearer ${token} `, `Bearer ${token}, Bearer x`])
    await expect(world.ask(token, { authorization })).rejects.toMatchObject({
      code: 'authorization_malformed',
    })
  await expect(world.ask(token, { authorization: undefined })).rejects.toMatchObject({
    code: 'token_missing',
  })
})

test('requests with one token at the same time are one verification', async () => {
  const token = await world.token()
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask(token)))
  expect(new Set(answers.map(({ subject }) => subject.id))).toEqual(new Set(['ada']))
  expect(world.lookups).toEqual(['user:ada'])
})

test('an agent acts for a user: both are told, and all who act on the way', async () => {
  world.agents.set('helper', agent('helper'))
  const act = { sub: 'build', act: { sub: 'helper' } }
  const { subject } = await world.ask(await world.token({ act, via: 'token-exchange' }))
  expect(subject).toMatchObject({ id: 'ada', actors: ['build', 'helper'], via: 'token-exchange' })
})

test('a token opens the one resource that it names, under the one name', async () => {
  const files = await world.token({ aud: `${ALIAS}/mcp/files` })
  expect(await world.ask(files, { origin: ALIAS, path: '/mcp/files' })).toBeDefined()
  for (const place of [
    { origin: ORIGIN, path: '/mcp/files' },
    { origin: ALIAS, path: '/mcp' },
    { origin: ALIAS, path: '/mcp/mail' },
    { origin: ALIAS, path: '/mcp/files/' },
    { origin: ALIAS, path: '/MCP/files' },
  ])
    await expect(world.ask(files, place)).rejects.toMatchObject(INVALID)
})

test('what names a resource that is not ours opens nothing', async () => {
  for (const [origin, path] of [
    ['https://other.example', '/mcp'],
    [ORIGIN, '/elsewhere'],
  ] as const)
    await expect(
      world.ask(await world.token({ aud: origin + path }), { origin, path }),
    ).rejects.toMatchObject(INVALID)
})

describe('a subject', () => {
  const gone: readonly (readonly [string, (world: World) => void])[] = [
    ['that is disabled', ({ users }) => users.set('ada', user('ada', { status: 'disabled' }))],
    ['that there is not', ({ users }) => users.delete('ada')],
  ]
  test.each(gone)('%s is refused', async (_, change) => {
    change(world)
    await expect(world.ask(await world.token())).rejects.toMatchObject(INVALID)
  })

  test.each(gone)('%s any more is refused as soon as that is heard of', async (_, change) => {
    const token = await world.token()
    await world.ask(token)
    change(world)
    await world.note({ kind: 'user', id: 'ada', what: 'changed' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })

  test('is in the groups that it is in now', async () => {
    const token = await world.token()
    await world.ask(token)
    world.users.set('ada', user('ada', { groups: ['board'] }))
    await world.note({ kind: 'user', id: 'ada', what: 'changed' })
    expect((await world.ask(token)).subject.groups).toEqual(['board'])
  })

  test('is looked up again now and then, even if nobody tells', async () => {
    const token = await world.token()
    await world.ask(token)
    world.users.set('ada', user('ada', { status: 'disabled' }))
    world.now += 31_000
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })

  test('that is an agent is refused from its last day on', async () => {
    world.agents.set('build', agent('build', { expires: world.now + 5_000 }))
    const token = await world.token({ kind: 'agent', sub: 'build', via: 'client-credentials' })
    expect((await world.ask(token)).subject).toMatchObject({ kind: 'agent', id: 'build' })
    world.now += 5_000
    await world.identity.refresh()
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })

  test('of one kind is not one of the other with the same id', async () => {
    const token = await world.token({ kind: 'agent' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })

  test('is refused when one who acts for it is', async () => {
    const token = await world.token({ act: { sub: 'build' } })
    await world.ask(token)
    world.agents.set('build', agent('build', { status: 'disabled' }))
    await world.note({ kind: 'agent', id: 'build', what: 'changed' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
    await expect(world.ask(await world.token({ act: { sub: 'nobody' } }))).rejects.toMatchObject(
      INVALID,
    )
  })

  test('that changes while it is looked up is looked up again', async () => {
    let looks = 0
    const slow = await openWorld({
      principals: {
        user: async (id) => {
          looks += 1
          if (looks > 1) return user(id, { status: 'disabled' })
          await slow.note({ kind: 'user', id, what: 'changed' })
          return user(id)
        },
        agent: async () => undefined,
        seen: () => {},
      },
    })
    await expect(slow.ask(await slow.token())).rejects.toMatchObject(INVALID)
    expect(looks).toBe(2)
    await slow.close()
  })

  test('that nobody can look up is not let in', async () => {
    world.up = false
    await expect(world.ask(await world.token())).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    world.up = true
    await world.ask(await world.token())
  })
})

describe('a revocation', () => {
  const ends: readonly Revocation[] = [
    { kind: 'grant', id: 'g1', at: 0 },
    { kind: 'client', id: 'c1', at: 0 },
    { kind: 'user', id: 'ada', at: 0 },
    { kind: 'agent', id: 'build', at: 0 },
    { kind: 'token', id: 't1', at: 0 },
  ]

  test.each(ends)('of a $kind ends its tokens, new and verified ones', async ({ kind, id }) => {
    const act = { sub: 'build' }
    const [known, fresh] = await Promise.all([
      world.token({ act, jti: 't1' }),
      world.token({ act, jti: 't1', scope: 'read' }),
    ])
    await world.ask(known)
    await world.note({ kind, id, what: 'revoked' })
    await expect(world.ask(known)).rejects.toMatchObject(INVALID)
    await expect(world.ask(fresh)).rejects.toMatchObject(INVALID)
  })

  test.each(ends)('of another $kind ends nothing', async ({ kind }) => {
    const token = await world.token({ act: { sub: 'build' } })
    await world.ask(token)
    await world.note({ kind, id: 'another', what: 'revoked' })
    await world.ask(token)
  })

  test.each(['user', 'agent', 'client'] as const)(
    'of a %s leaves alone what was issued later',
    async (kind) => {
      const id = { user: 'ada', agent: 'build', client: 'c1' }[kind]
      await world.note({ kind, id, what: 'revoked' })
      const act = { sub: 'build' }
      await expect(world.ask(await world.token({ act }))).rejects.toMatchObject(INVALID)
      world.now += 1_000
      await world.ask(await world.token({ act }))
    },
  )

  test('that was there before the start counts', async () => {
    const token = await world.token()
    const late = await openWorld({
      feed: async (onChange) => {
        onChange({ kind: 'grant', id: 'g1', what: 'revoked', at: world.now })
        return { aliveAt: () => world.now, poke: async () => {}, close: async () => {} }
      },
    })
    late.keys = [world.key.public]
    await expect(late.ask(token)).rejects.toMatchObject(INVALID)
    await late.close()
  })

  test('is told to who listens, once, after it took effect', async () => {
    const told: Revocation[] = []
    const stop = world.identity.onEnded((revocation) => void told.push(revocation))
    await world.note({ kind: 'grant', id: 'g1', what: 'revoked' })
    await world.note({ kind: 'grant', id: 'g1', what: 'revoked' })
    await world.note({ kind: 'user', id: 'ada', what: 'changed' })
    expect(told).toEqual([{ kind: 'grant', id: 'g1', at: world.now }])
    stop()
    await world.note({ kind: 'grant', id: 'g2', what: 'revoked' })
    expect(told).toHaveLength(1)
  })

  test('is remembered for longer than any token that was issued before it lives', async () => {
    await world.note({ kind: 'grant', id: 'g1', what: 'revoked' })
    world.now += 60 * 60_000
    // Another one, so that what is over is swept.
    await world.note({ kind: 'grant', id: 'g2', what: 'revoked' })
    await expect(world.ask(await world.token())).rejects.toMatchObject(INVALID)
  })
})

describe.each(ENGINES)('two processes on one %s', (engine) => {
  test('hear of what the other revokes, by themselves', async () => {
    const shared = await openWorld({}, { engine, every: 10 })
    const token = await shared.token()
    await shared.ask(token)
    const ended: Revocation[] = []
    shared.identity.onEnded((revocation) => void ended.push(revocation))
    const other = await openStore(shared.fresh.options)
    await noteChanges(other.db, [{ kind: 'grant', id: 'g1', what: 'revoked' }], shared.now)
    await expect
      .poll(() => shared.ask(token).catch((error: unknown) => error))
      .toMatchObject(INVALID)
    expect(ended).toEqual([{ kind: 'grant', id: 'g1', at: shared.now }])
    await other.close()
    await shared.close()
  })
})

describe('keys', () => {
  test('that are new are known as soon as a token needs them', async () => {
    await world.ask(await world.token())
    const next = await newKey()
    const token = await world.token({}, {}, next)
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
    world.keys = [next.public, world.key.public]
    world.now += 1_000
    await world.identity.refresh()
    await world.ask(token)
    await world.ask(await world.token())
  })

  test('that nobody has are asked for once a second at most', async () => {
    for (let count = 0; count < 20; count += 1)
      await expect(world.ask(await world.token({}, { kid: `made-up-${count}` }))).rejects.toThrow()
    expect(world.keyReads).toBe(1)
    world.now += 1_000
    await expect(world.ask(await world.token({}, { kid: 'made-up' }))).rejects.toThrow()
    expect(world.keyReads).toBe(2)
  })

  test('that are withdrawn while a token is checked end it, too', async () => {
    const other = await openWorld({
      principals: {
        user: async (id) => {
          other.keys = []
          await other.note({ kind: 'key', id: other.key.thumbprint, what: 'revoked' })
          return user(id)
        },
        agent: async () => undefined,
        seen: () => {},
      },
    })
    await expect(other.ask(await other.token())).rejects.toMatchObject(INVALID)
    await other.close()
  })

  test('that are withdrawn end at once what they signed', async () => {
    const token = await world.token()
    await world.ask(token)
    world.keys = []
    await world.note({ kind: 'key', id: world.key.thumbprint, what: 'revoked' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })
})
