import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { addKeys, checkPublicKey, MAX_KEYS, thumbprint } from './agent-keys.ts'

type Made = { readonly publicKey: { export(options: { format: 'jwk' }): unknown } }
const jwk = ({ publicKey }: Made) => publicKey.export({ format: 'jwk' }) as JsonObject
const ec = (namedCurve = 'P-256') => jwk(generateKeyPairSync('ec', { namedCurve }))
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  jwk(generateKeyPairSync('rsa', { modulusLength, publicExponent }))

test('good keys keep their public part, and get a name', async () => {
  const good = [ec(), jwk(generateKeyPairSync('ed25519')), rsa(2_048)]
  for (const key of good) {
    const kid = await calculateJwkThumbprint(key as never)
    expect(checkPublicKey({ ...key, x5u: 'https://evil.example', ext: true })).toEqual({
      ...key,
      kid,
    })
    expect(thumbprint({ ...key, kid: 'x' })).toBe(kid)
  }
  const key = ec()
  const named = { ...key, kid: 'key-1', alg: 'ES256' }
  expect(checkPublicKey({ ...named, use: 'sig', key_ops: ['verify'] })).toEqual(named)
})

const P256 = ec()
const PRIVATE = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'jwk',
})
test.each([
  ['private', PRIVATE as JsonObject, 'private member `d`'],
  ['an empty private member', { ...P256, d: '' }, 'private member `d`'],
  ['symmetric', { kty: 'oct', k: 'AAAA' }, 'private member `k`'],
  ['symmetric without its key', { kty: 'oct' }, '`kty` of a key'],
  ['of no type', { ...P256, kty: 'constructor' }, '`kty` of a key'],
  ['no curve', { ...P256, crv: 'P-1' }, 'not a valid public key'],
  ['a curve that assertions are not verified by', ec('P-384'), 'the curve of a key'],
  ['a larger one', ec('P-521'), 'the curve of a key'],
  ['a curve for payments', ec('secp256k1'), 'the curve of a key'],
  ['a key for agreement', jwk(generateKeyPairSync('x25519')), 'the curve of a key'],
  ['an edwards curve that few verify', jwk(generateKeyPairSync('ed448')), 'the curve of a key'],
  ['a short RSA key', rsa(1_024), '2048 to 8192 bits'],
  ['a small exponent', rsa(2_048, 3), 'exponent of an RSA key'],
  ['a point off its curve', { ...P256, y: P256['x'] }, 'not a valid public key'],
  ['half a point', { kty: 'EC', crv: 'P-256', x: P256['x'] }, 'lacks a member'],
  ['numbers', { ...P256, x: 7 }, 'lacks a member'],
  ['a key for encryption', { ...P256, use: 'enc' }, 'not for signatures'],
  ['a key that signs', { ...P256, key_ops: ['sign', 'verify'] }, 'not for signatures'],
  ['another algorithm', { ...P256, alg: 'HS256' }, '`alg` of a key'],
  ['a longer digest', { ...rsa(2_048), alg: 'PS384' }, '`alg` of a key'],
  ['no algorithm', { ...P256, alg: 'none' }, '`alg` of a key'],
  ['a kid that is none', { ...P256, kid: 'a b' }, '`kid` of a key'],
])('%s is refused', (_, key, message) => {
  expect(() => checkPublicKey(key)).toThrow(message)
})

test('another form of one key is refused', () => {
  const key = rsa(2_048)
  expect(() => checkPublicKey({ ...key, e: 'AAEAAQ' })).toThrow('canonical form')
  expect(() => checkPublicKey({ ...P256, x: `${P256['x']}=` })).toThrow('canonical form')
})

test('an agent has no key and no kid twice, and a bounded number', () => {
  const [one, two] = [ec(), ec()]
  const known = addKeys([], [one], 1)
  expect(addKeys(known, [two], 2).map(({ added }) => added)).toEqual([1, 2])
  expect(() => addKeys(known, [{ ...one, kid: 'other' }], 2)).toThrow('already')
  expect(() => addKeys(addKeys([], [{ ...one, kid: 'a' }], 1), [{ ...two, kid: 'a' }], 2)).toThrow(
    'already',
  )
  const many = Array.from({ length: MAX_KEYS + 1 }, () => ec())
  expect(() => addKeys([], many, 1)).toThrow('at most 10 keys')
})
