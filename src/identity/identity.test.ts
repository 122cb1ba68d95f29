import { setTimeout as sleep } from 'node:timers/promises'
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

  test('that are withdrawn end at once what they signed', async () => {
    const token = await world.token()
    await world.ask(token)
    world.keys = []
    await world.note({ kind: 'key', id: world.key.thumbprint, what: 'revoked' })
    await expect(world.ask(token)).rejects.toMatchObject(INVALID)
  })
})

describe('when the database cannot be reached', () => {
  const losing = async (whenStoreIsLost: 'deny' | 'until-expiry') => {
    const other = await openWorld({ whenStoreIsLost })
    const [known, fresh] = [await other.token(), await other.token({ sub: 'bob' })]
    await other.ask(known)
    await other.fresh.store.close()
    other.up = false
    await other.identity.refresh()
    return { other, known, fresh, close: () => other.identity.close() }
  }

  test('nothing is taken after two seconds', async () => {
    const { other, known, close } = await losing('deny')
    other.now += 2_000
    await other.ask(known)
    other.now += 1
    await expect(other.ask(known)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'tokens cannot be checked at the moment',
    })
    await close()
  })

  test('or what is known is taken until it is over', async () => {
    const { other, known, fresh, close } = await losing('until-expiry')
    other.now += 200_000
    await other.ask(known)
    await expect(other.ask(fresh)).rejects.toMatchObject({ code: 'store_unavailable' })
    other.now += 101_000 + 10_000
    await expect(other.ask(known)).rejects.toMatchObject(INVALID)
    await close()
  })

  test('or what was revoked before stays so', async () => {
    const other = await openWorld({ whenStoreIsLost: 'until-expiry' })
    const token = await other.token()
    await other.ask(token)
    await other.note({ kind: 'user', id: 'ada', what: 'revoked' })
    await other.fresh.store.close()
    other.now += 10_000
    await expect(other.ask(token)).rejects.toMatchObject(INVALID)
    await other.identity.close()
  })

  test('a machine that slept hears first, and then takes what is good', async () => {
    const token = await world.token({ exp: Math.floor(world.now / 1_000) + 3_000 })
    await world.ask(token)
    world.now += 600_000
    await world.ask(token)
  })

  test('a database that hangs keeps nobody waiting for long', async () => {
    const other = await openWorld({
      feed: async () => ({
        aliveAt: () => 0,
        poke: () => sleep(600_000, undefined, { ref: false }),
        close: async () => {},
      }),
    })
    await expect(other.ask(await other.token())).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await other.close()
  })
})

describe('of a genuine token that is refused', () => {
  test('there is an event, once', async () => {
    const token = await world.token({ jti: 't1' })
    for (let count = 0; count < 3; count += 1)
      await expect(world.ask(token, { path: '/mcp/files' })).rejects.toMatchObject(INVALID)
    expect(world.events).toEqual([
      {
        event: 'token.refused',
        outcome: 'refused',
        subject: 'user:ada',
        client: 'c1',
        target: 'g1',
        detail: { why: 'another resource', path: '/mcp/files', issuer: ORIGIN },
      },
    ])
  })

  test('there is no more than that if nobody can witness it', async () => {
    const other = await openWorld({
      witness: async () => {
        throw new Error('no')
      },
    })
    await expect(other.ask(await other.token({ sub: 'bob' }))).rejects.toMatchObject(INVALID)
    await other.close()
  })

  test('there are not more events than the records bear', async () => {
    for (let count = 0; count < 250; count += 1)
      await world.ask(await world.token({ sub: 'bob' })).catch(() => {})
    expect(world.events).toHaveLength(200)
    world.now += 60_000
    await world.identity.refresh()
    await world.ask(await world.token({ sub: 'bob' })).catch(() => {})
    expect(world.events.at(-1)?.detail).toMatchObject({ unsaid: 50 })
  })

  test('and of one that is not genuine there is no event', async () => {
    await expect(world.ask(`${await world.token()}x`)).rejects.toMatchObject(INVALID)
    expect(world.events).toEqual([])
  })
})
