import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { UpstreamRefusal } from '../../kernel/credential.ts'
import type { ConfigText, SecretProvider } from '../../kernel/secret-reference.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { envSource } from '../sources/env.ts'
import { createResolver, type Resolver } from '../sources/resolver.ts'
import { OWNER, type SecretScene, secretScene } from '../testing/scene.ts'
import { environmentFor } from './environment.ts'
import { staticAuthorizer } from './static-authorizer.ts'

let scene: SecretScene
let resolver: Resolver
const env: Record<string, string> = {}
const REQUEST = { method: 'POST', url: 'https://github.example/mcp' } as const
const text = (provider: SecretProvider, name: string, prefix = ''): ConfigText => ({
  ...{ kind: 'secret', prefix, provider, name },
})
const LITERAL: ConfigText = { kind: 'literal', value: 'x' }
const KEY = { 'X-Api-Key': text('vault', 'key', 'Key '), 'X-Plain': LITERAL }

beforeAll(async () => {
  scene = await secretScene('sqlite')
})
afterAll(() => scene.remove())
beforeEach(async () => {
  await scene.store.db.deleteFrom('vault_secret').execute()
  await scene.secrets.set(
    { name: 'key', owner: 'shared', value: 'first', purpose: '', servers: ['github'] },
    OWNER,
  )
  resolver = createResolver({
    sources: { env: { source: envSource(env) } },
    secrets: scene.secrets,
    ...{ witness: scene.options.witness, clock: scene.clock, ttl: 300_000 },
  })
})

const injection = (id = 'ann') => ({
  ...{ server: 'github', subject: { kind: 'user', id: id as SubjectId } as const, resolver },
})
const refusal = (sent: readonly string[], attempts = 0): UpstreamRefusal => ({
  ...{ ...REQUEST, status: 401, challenges: [], sent, attempts },
})
const rotate = (value: string, overlap = 86_400_000) =>
  scene.secrets.rotate({ name: 'key', owner: 'shared' }, { value, overlap }, OWNER)

test('secret headers are given at once when they are at hand; the others are not its business', async () => {
  const authorizer = staticAuthorizer({ ...injection(), headers: KEY })
  const first = authorizer.headers(REQUEST)
  expect(first).toBeInstanceOf(Promise)
  expect(await first).toEqual(['x-api-key', 'Key first'])
  expect(authorizer.headers(REQUEST)).toEqual(['x-api-key', 'Key first'])
  expect(authorizer.names).toEqual(['x-api-key'])
})

test('a refused value is sent again only when there is another', async () => {
  const authorizer = staticAuthorizer({ ...injection(), headers: KEY })
  const sent = await authorizer.headers(REQUEST)
  expect(await authorizer.refused(refusal(sent))).toBe(false)
  scene.time.now += 10_000
  await rotate('second')
  expect(await authorizer.refused(refusal(sent))).toBe(true)
  expect(authorizer.headers(REQUEST)).toEqual(['x-api-key', 'Key second'])
  // An answer that comes late, to a request with the old value: the new one was not refused.
  expect(await authorizer.refused(refusal(sent))).toBe(true)
  expect(await authorizer.headers(REQUEST)).toEqual(['x-api-key', 'Key second'])
  expect(await authorizer.refused({ ...refusal(sent), status: 403 })).toBe(false)
})

test('where the new value is refused, the one before it is shown while both are good', async () => {
  await rotate('second', 60_000)
  const authorizer = staticAuthorizer({ ...injection(), headers: KEY })
  const sent = await authorizer.headers(REQUEST)
  expect(sent).toEqual(['x-api-key', 'Key second'])
  expect(await authorizer.refused(refusal(sent))).toBe(true)
  const before = authorizer.headers(REQUEST)
  expect(before).toEqual(['x-api-key', 'Key first'])
  // Both refused: it ends, with the current one.
  expect(await authorizer.refused(refusal(before as string[], 1))).toBe(true)
  expect(await authorizer.refused(refusal(await authorizer.headers(REQUEST), 2))).toBe(false)
  await authorizer.refused(refusal(sent))
  scene.time.now += 60_000
  expect(await authorizer.headers(REQUEST)).toEqual(['x-api-key', 'Key second'])
  expect(await authorizer.refused(refusal(sent))).toBe(false)
})

test('it also goes by the names alone of what was refused', async () => {
  const authorizer = staticAuthorizer({ ...injection(), headers: KEY })
  await authorizer.headers(REQUEST)
  scene.time.now += 10_000
  expect(await authorizer.refused(refusal(['x-api-key']))).toBe(false)
  await rotate('second')
  scene.time.now += 10_000
  expect(await authorizer.refused(refusal(['x-api-key']))).toBe(true)
  expect(await authorizer.headers(REQUEST)).toEqual(['x-api-key', 'Key second'])
})

test('tokens of the caller go beside it, and hear of what was refused', async () => {
  const heard: string[] = []
  const next = {
    names: ['x-other'],
    headers: () => ['Authorization', 'Bearer t'],
    refused: async () => heard.push('refused') > 0,
    heard: (nonce: string) => void heard.push(nonce),
  }
  const authorizer = staticAuthorizer({ ...injection(), headers: KEY, next })
  const sent = await authorizer.headers(REQUEST)
  expect(sent).toEqual(['x-api-key', 'Key first', 'Authorization', 'Bearer t'])
  expect(await authorizer.refused(refusal(sent))).toBe(true)
  authorizer.heard?.('n')
  expect([heard, authorizer.names]).toEqual([
    ['refused', 'n'],
    ['x-api-key', 'x-other'],
  ])
  const headers = { Authorization: text('vault', 'key', 'Bearer ') }
  const alone = staticAuthorizer({ ...injection(), headers, next })
  expect(await alone.headers(REQUEST)).toEqual(['authorization', 'Bearer first'])
})

test('a value of several lines never reaches a header or a variable', async () => {
  env['LINES'] = 'a\r\nx-evil: b'
  const lines = text('env', 'LINES')
  const closed = { code: 'credential_unavailable' }
  const authorizer = staticAuthorizer({ ...injection(), headers: { 'x-key': lines } })
  await expect(authorizer.headers(REQUEST)).rejects.toMatchObject(closed)
  expect(() => authorizer.headers(REQUEST)).toThrow('cannot be had')
  await expect(environmentFor({ ...injection(), env: { KEY: lines } })).rejects.toMatchObject(
    closed,
  )
})

test('variables of a local server are those of who calls; who has none is asked for it', async () => {
  const mine = { name: 'key', owner: 'user:ann', value: 'of-ann', purpose: '' } as const
  await scene.secrets.set({ ...mine, servers: ['github'] }, OWNER)
  const variables = { KEY: text('user', 'key'), SHARED: text('vault', 'key'), MODE: LITERAL }
  expect(await environmentFor({ ...injection(), env: variables })).toEqual({
    ...{ KEY: 'of-ann', SHARED: 'first', MODE: 'x' },
  })
  await expect(environmentFor({ ...injection('bob'), env: variables })).rejects.toMatchObject({
    code: 'connection_required',
    data: { server: 'github', secret: 'key' },
  })
  const bob = staticAuthorizer({ ...injection('bob'), headers: { key: text('user', 'key') } })
  await expect(bob.headers(REQUEST)).rejects.toMatchObject({ code: 'connection_required' })
})
