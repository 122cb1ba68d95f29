import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CredentialAbout } from '../../kernel/credential.ts'
import type { SecretReference } from '../../kernel/secret-reference.ts'
import { OWNER, type SecretScene, secretScene } from '../testing/scene.ts'
import { createResolver, type ResolverOptions } from './resolver.ts'
import { unavailable } from './source.ts'

let scene: SecretScene
beforeAll(async () => {
  scene = await secretScene('sqlite')
  const secret = { purpose: '', servers: ['github'] }
  const store = (name: string, owner: 'shared' | 'user:ann', value: string) =>
    scene.secrets.set({ ...secret, name, owner, value }, OWNER)
  await store('pat', 'shared', 'the-shared-value')
  await store('pat', 'user:ann', 'the-value-of-ann')
})
afterAll(() => scene.remove())

/** A keeper of our own, which counts how often it is asked. */
const keeper = { reads: 0, value: 'one', wait: Promise.resolve() as Promise<unknown> }
const watched: string[] = []
const at = (provider: SecretReference['provider'], name: string): SecretReference => ({
  ...{ kind: 'secret', prefix: '', provider, name },
})
const AWS = at('aws', 'x')
const GITHUB = { server: 'github', owner: 'user:ann' } as const
const make = (options: Partial<ResolverOptions> = {}) =>
  createResolver({
    sources: {
      aws: {
        source: {
          read: async () => {
            keeper.reads += 1
            await keeper.wait
            if (keeper.value === '') throw unavailable('refers to nothing: it is gone')
            return keeper.value
          },
        },
        servers: ['github', 'gitlab'],
      },
    },
    secrets: scene.secrets,
    ...{ witness: scene.options.witness, clock: scene.clock, ttl: 300_000 },
    watch: {
      add: (value: string, { owner, server }: CredentialAbout) => {
        watched.push(`${server} ${owner} ${value.length}`)
        return () => undefined
      },
    },
    ...options,
  })
beforeEach(() => {
  Object.assign(keeper, { reads: 0, value: 'one', wait: Promise.resolve() })
  scene.events.length = 0
  watched.length = 0
})

test('many callers wait for one read; what was read is at hand for a while', async () => {
  const resolver = make()
  expect(resolver.peek(AWS, GITHUB)).toBeUndefined()
  const all = Array.from({ length: 50 }, () => resolver.resolve(AWS, GITHUB))
  expect(new Set(await Promise.all(all))).toEqual(new Set(['one']))
  expect(await resolver.resolve(AWS, { ...GITHUB, server: 'gitlab' })).toBe('one')
  expect([keeper.reads, resolver.peek(AWS, GITHUB)]).toEqual([1, 'one'])
  scene.time.now += 299_999
  expect(resolver.peek(AWS, GITHUB)).toBe('one')
  scene.time.now += 1
  expect(resolver.peek(AWS, GITHUB)).toBeUndefined()
  keeper.value = 'two'
  expect(await resolver.resolve(AWS, GITHUB)).toBe('two')
  expect(watched).toEqual(['secret://aws/x shared 3', 'secret://aws/x shared 3'])
})

test('a refused value is read anew, but not again and again', async () => {
  const resolver = make()
  await resolver.resolve(AWS, GITHUB)
  keeper.value = 'two'
  resolver.forget(AWS, GITHUB)
  expect(await resolver.resolve(AWS, GITHUB)).toBe('one')
  scene.time.now += 2_000
  resolver.forget(AWS, GITHUB)
  expect(await resolver.resolve(AWS, GITHUB)).toBe('two')
  for (let nr = 0; nr < 100; nr += 1) {
    resolver.forget(AWS, GITHUB)
    await resolver.resolve(AWS, GITHUB)
  }
  expect(keeper.reads).toBe(2)
})

test('a failure is kept for a moment only', async () => {
  const resolver = make()
  keeper.value = ''
  for (let nr = 0; nr < 5; nr += 1)
    await expect(resolver.resolve(AWS, GITHUB)).rejects.toMatchObject({
      code: 'credential_unavailable',
      message: 'a secret for `github` cannot be had',
      detail: 'the secret `secret://aws/x` refers to nothing: it is gone',
    })
  expect(keeper.reads).toBe(1)
  keeper.value = 'back'
  scene.time.now += 2_000
  expect(await resolver.resolve(AWS, GITHUB)).toBe('back')
})

test('what changes while it is read is not kept', async () => {
  const resolver = make()
  const pat = at('vault', 'pat')
  const { promise, resolve } = Promise.withResolvers<void>()
  const read = scene.secrets.read
  const slow = make({
    secrets: {
      ...scene.secrets,
      read: async (of, server) => {
        const found = await read(of, server)
        await promise
        return found
      },
    },
  })
  const first = slow.resolve(pat, GITHUB)
  slow.changed('secret:pat shared')
  resolve()
  expect(await first).toBe('the-shared-value')
  expect(slow.peek(pat, GITHUB)).toBeUndefined()
  await resolver.resolve(pat, GITHUB)
  resolver.changed('secret:pat user:ann')
  expect(resolver.peek(pat, GITHUB)).toBe('the-shared-value')
  resolver.changed('secret:pat shared')
  expect(resolver.peek(pat, GITHUB)).toBeUndefined()
})

test('each has their own; whoever has none is told which, and never gets another’s', async () => {
  const resolver = make()
  const pat = at('user', 'pat')
  expect(await resolver.resolve(pat, GITHUB)).toBe('the-value-of-ann')
  for (const owner of ['user:bob', 'agent:ann', 'shared'] as const) {
    const error = await resolver.resolve(pat, { server: 'github', owner }).catch((cause) => cause)
    expect(error).toMatchObject({
      code: 'connection_required',
      data: { server: 'github', secret: 'pat' },
    })
    expect(resolver.peek(pat, { server: 'github', owner })).toBeUndefined()
  }
  expect(await resolver.resolve(at('vault', 'pat'), GITHUB)).toBe('the-shared-value')
  expect(watched).toContain('secret:pat user:ann 16')
})

test('a server that a secret does not list gets none, warm or not, and that is told once', async () => {
  const resolver = make()
  const evil = { server: 'evil', owner: 'user:ann' } as const
  for (const reference of [at('vault', 'pat'), at('user', 'pat'), AWS]) {
    await resolver.resolve(reference, GITHUB)
    scene.events.length = 0
    for (let nr = 0; nr < 3; nr += 1) {
      expect(resolver.peek(reference, evil)).toBeUndefined()
      await expect(resolver.resolve(reference, evil)).rejects.toMatchObject({
        code: 'credential_unavailable',
      })
    }
    expect(scene.events.map(({ event, detail }) => [event, detail?.['server']])).toEqual([
      ['secret.refused', 'evil'],
    ])
  }
})

test('the version before is given while both are good, and only of our own', async () => {
  const resolver = make()
  const before = { ...GITHUB, previous: true }
  const pat = at('vault', 'pat')
  await scene.secrets.rotate(
    { name: 'pat', owner: 'shared' },
    { value: 'new', overlap: 30_000 },
    OWNER,
  )
  expect(await resolver.resolve(pat, GITHUB)).toBe('new')
  expect(await resolver.resolve(pat, before)).toBe('the-shared-value')
  scene.time.now += 30_000
  expect(resolver.peek(pat, before)).toBeUndefined()
  await expect(resolver.resolve(pat, before)).rejects.toMatchObject({
    code: 'credential_unavailable',
  })
  await expect(resolver.resolve(AWS, before)).rejects.toMatchObject({
    code: 'credential_unavailable',
  })
})

test('who does not answer is not waited for, and what is not set up says so', async () => {
  const resolver = make()
  await expect(resolver.resolve(at('gcp', 'p/x'), GITHUB)).rejects.toMatchObject({
    detail:
      'the secret `secret://gcp/p/x` has no keeper: set up `vault.sources.gcp` in the configuration',
  })
  keeper.wait = new Promise(() => undefined)
  for (let nr = 0; nr < 256; nr += 1)
    resolver.resolve(at('aws', `x${nr}`), GITHUB).catch(() => undefined)
  await expect(resolver.resolve(at('aws', 'more'), GITHUB)).rejects.toMatchObject({
    detail: expect.stringContaining('too many'),
  })
})
