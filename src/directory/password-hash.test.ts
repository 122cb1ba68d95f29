import { expect, test } from 'vitest'
import { dummyHash, HASH_COST, hashPassword, isOutdated, matchesHash } from './password-hash.ts'
import { CHEAP } from './testing/fresh-directory.ts'

test('new hashes cost what OWASP asks for, and are salted', async () => {
  const one = await hashPassword('kettle', HASH_COST)
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await hashPassword('kettle', HASH_COST)).not.toBe(one)
  expect(await matchesHash(one, 'kettle')).toBe(true)
  expect(await matchesHash(one, 'kettlE')).toBe(false)
})

test('a hash that another implementation made is read', async () => {
  // The reference implementation: argon2 somesalt -id -t 2 -k 65536 -p 1, of `password`.
  const known =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await matchesHash(known, 'password')).toBe(true)
  expect(await matchesHash(known, 'passwore')).toBe(false)
})

test('hashes that cost less than today are outdated', async () => {
  const cheap = await hashPassword('x', CHEAP)
  expect(isOutdated(cheap, CHEAP)).toBe(false)
  expect(isOutdated(cheap, { ...CHEAP, memory: 65 })).toBe(true)
  expect(isOutdated(cheap, { ...CHEAP, passes: 2 })).toBe(true)
  expect(isOutdated(dummyHash(HASH_COST), CHEAP)).toBe(false)
  expect(isOutdated('$2b$10$abc', CHEAP)).toBe(true)
})

test.each([
  '',
  'kettle',
  '$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  // More memory and passes than any machine should give.
  '$argon2id$v=19$m=9999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=64,t=999,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
])('what is no hash of ours matches nothing: %s', async (stored) => {
  expect(await matchesHash(stored, 'kettle')).toBe(false)
})
