import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { pageKeys } from './keys.ts'

const key = randomBytes(32)
let now = 1_000_000
const keys = pageKeys(key, () => now)
const HOUR = 60 * 60_000

test('a token is good for its binding, for an hour, and for the installation', () => {
  const token = keys.token(['browser', 'consent', 'uid', ['read']])
  expect(keys.isToken(token, ['browser', 'consent', 'uid', ['read']])).toBe(true)
  expect(keys.isToken(token, ['browser', 'consent', 'uid', ['write']])).toBe(false)
  expect(keys.isToken(token, ['other', 'consent', 'uid', ['read']])).toBe(false)
  expect(keys.isToken(token, ['browser', 'consent', 'uid'])).toBe(false)
  expect(keys.isToken(undefined, ['browser', 'consent', 'uid', ['read']])).toBe(false)
  const other = pageKeys(randomBytes(32), () => now)
  expect(other.isToken(token, ['browser', 'consent', 'uid', ['read']])).toBe(false)
  now += HOUR
  expect(keys.isToken(token, ['browser', 'consent', 'uid', ['read']])).toBe(false)
})

test('the time of a token cannot be changed', () => {
  const [expires, proof] = keys.token(['b']).split('.')
  const later = (Number.parseInt(String(expires), 36) + HOUR).toString(36)
  expect(keys.isToken(`${expires}.${proof}`, ['b'])).toBe(true)
  expect(keys.isToken(`${later}.${proof}`, ['b'])).toBe(false)
})

test('what is sealed opens for its binding and in its time alone, and shows nothing', () => {
  const sealed = keys.seal('secret', ['passkey', 'b'], 1_000)
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('secret')
  expect(keys.open(sealed, ['passkey', 'b'])).toBe('secret')
  expect(keys.open(sealed, ['passkey', 'c'])).toBeUndefined()
  for (const wrong of [undefined, '', 'x', `A${sealed.slice(1)}`, sealed.slice(0, -2)])
    expect(keys.open(wrong, ['passkey', 'b'])).toBeUndefined()
  now += 1_000
  expect(keys.open(sealed, ['passkey', 'b'])).toBeUndefined()
})
