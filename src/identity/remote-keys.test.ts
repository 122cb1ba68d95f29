import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { FetchedDocument } from '../kernel/fetch-document.ts'
import { remoteKeys } from './remote-keys.ts'
import { newKey, type TestKey } from './testing/world.ts'

const URL = 'https://issuer.example/keys'
const MINUTE = 60_000

let one: TestKey
let two: TestKey
let now: number
let fetches: string[]
let answer: () => Partial<FetchedDocument>
beforeAll(async () => {
  one = await newKey('RS256')
  two = await newKey('RS256')
})
beforeEach(() => {
  now = 1_790_000_000_000
  fetches = []
  answer = () => ({ text: JSON.stringify({ keys: [one.public] }) })
})

const open = () =>
  remoteKeys({
    url: URL,
    clock: () => now,
    fetch: async (url) => {
      fetches.push(url)
      return { status: 200, type: 'application/json', text: '', maxAge: undefined, ...answer() }
    },
  })
const down = () => {
  throw new Error('down')
}
const both = () => ({ text: JSON.stringify({ keys: [one.public, two.public] }) })

test('keys are fetched when the first is needed, once for all who need one', async () => {
  const keys = open()
  expect(fetches).toEqual([])
  const found = await Promise.all([1, 2, 3].map(() => keys.find('RS256', one.thumbprint)))
  expect(found.every((key) => key?.type === 'public')).toBe(true)
  expect(fetches).toEqual([URL])
})

test('a key that is missing is looked for at most once a minute', async () => {
  const keys = open()
  await keys.find('RS256', one.thumbprint)
  for (let count = 0; count < 20; count += 1) await keys.find('RS256', `made-up-${count}`)
  expect(fetches).toHaveLength(1)
  answer = both
  now += MINUTE
  const found = await Promise.all([1, 2, 3].map(() => keys.find('RS256', two.thumbprint)))
  expect(found.every((key) => key !== undefined)).toBe(true)
  expect(fetches).toHaveLength(2)
})

test('keys that are not fresh are fetched again, and nobody waits', async () => {
  answer = () => ({ text: JSON.stringify({ keys: [one.public] }), maxAge: 3_600 })
  const keys = open()
  await keys.find('RS256', one.thumbprint)
  now += 60 * MINUTE - 1
  await keys.find('RS256', one.thumbprint)
  expect(fetches).toHaveLength(1)
  now += 1
  answer = () => ({ text: JSON.stringify({ keys: [two.public] }) })
  expect(await keys.find('RS256', one.thumbprint)).toBeDefined()
  await expect.poll(() => fetches.length).toBe(2)
  expect(await keys.find('RS256', one.thumbprint)).toBeUndefined()
})

test.each([
  [0, 5],
  [undefined, 10],
  [10 * 24 * 3_600, 60],
])('keys that may be kept for %s seconds are fresh for %s minutes', async (maxAge, minutes) => {
  answer = () => ({ text: JSON.stringify({ keys: [one.public] }), maxAge })
  const keys = open()
  await keys.find('RS256', one.thumbprint)
  now += minutes * MINUTE - 1
  await keys.find('RS256', one.thumbprint)
  expect(fetches).toHaveLength(1)
  now += 1
  await keys.find('RS256', one.thumbprint)
  expect(fetches).toHaveLength(2)
})

test('keys outlive an outage of their issuer for four hours', async () => {
  const keys = open()
  await keys.find('RS256', one.thumbprint)
  answer = down
  now += 240 * MINUTE
  expect(await keys.find('RS256', one.thumbprint)).toBeDefined()
  now += MINUTE
  await expect(keys.find('RS256', one.thumbprint)).rejects.toMatchObject({
    code: 'store_unavailable',
  })
  answer = () => ({ text: JSON.stringify({ keys: [one.public] }) })
  now += 5_000
  expect(await keys.find('RS256', one.thumbprint)).toBeDefined()
})

test('an issuer that does not answer is not asked at each request', async () => {
  answer = down
  const keys = open()
  for (let count = 0; count < 5; count += 1)
    await expect(keys.find('RS256', 'any')).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(fetches).toHaveLength(1)
})

test.each<[string, Partial<FetchedDocument>]>([
  ['an error', { status: 500, text: '{"keys":[]}' }],
  ['a redirect', { status: 302, text: '{"keys":[]}' }],
  ['a page', { type: 'text/html', text: '{"keys":[]}' }],
  ['no JSON', { text: '{' }],
  ['a list', { text: '[]' }],
  ['keys that are no list', { text: '{"keys":{}}' }],
  ['keys that are no objects', { text: '{"keys":["a"]}' }],
])('%s is no set of keys', async (_, wrong) => {
  answer = () => wrong
  await expect(open().find('RS256', 'any')).rejects.toMatchObject({ code: 'store_unavailable' })
})

test('an answer that is wrong does not drive out keys that were right', async () => {
  const keys = open()
  await keys.find('RS256', one.thumbprint)
  answer = () => ({ text: 'oops' })
  now += 11 * MINUTE
  await keys.find('RS256', 'made-up')
  expect(await keys.find('RS256', one.thumbprint)).toBeDefined()
})

test('a set is as large as it may be, and no larger', async () => {
  const filling = Array.from({ length: 100 }, (_, index) => ({ kty: 'RSA', kid: `k${index}` }))
  answer = () => ({ text: JSON.stringify({ keys: [...filling, one.public] }) })
  expect(await open().find('RS256', one.thumbprint)).toBeUndefined()
})

test('keys that cannot verify are no keys', async () => {
  const { kid } = one.public
  for (const key of [
    { kty: 'oct', kid, k: 'c2VjcmV0' },
    { kty: 'RSA', kid },
    { kty: 'EC', kid, crv: 'P-256', x: 'AA', y: 'AA' },
    { ...one.public, use: 'enc' },
    { ...one.public, key_ops: 7 },
    { ...one.public, alg: 'RSA-OAEP' },
  ]) {
    answer = () => ({ text: JSON.stringify({ keys: [key] }) })
    expect(await open().find('RS256', one.thumbprint)).toBeUndefined()
  }
})
