import { expect, test } from 'vitest'
import { CREDENTIAL_KINDS } from '../../../kernel/credential.ts'
import { inVault, kindWords, sharingWords, wayOf } from './credential-words.ts'

test('every kind has words of its own', () => {
  const words = CREDENTIAL_KINDS.map((kind) => kindWords({ kind }))
  expect(new Set(words).size).toBe(CREDENTIAL_KINDS.length)
})

test.each([
  [[], { kind: 'none', shared: false }],
  [[{}], { kind: 'static', shared: true }],
  [[{ reference: 'Bearer secret://vault/wiki' }], { kind: 'static', shared: true }],
  [[{ reference: 'Bearer secret://user/wiki' }], { kind: 'static', shared: false }],
  [
    [{ reference: 'secret://env/A' }, { reference: 'secret://user/b' }],
    { kind: 'static', shared: false },
  ],
] as const)('what %j tells', (references, way) => {
  expect(wayOf(references)).toEqual(way)
})

test('nothing is said to be shared where nothing is shown', () => {
  expect(sharingWords({ kind: 'none', shared: true })).toBeUndefined()
  expect(sharingWords({ kind: 'static', shared: true })).not.toBe(
    sharingWords({ kind: 'static', shared: false }),
  )
})

test('references to the vault, and to others', () => {
  expect(inVault('Bearer secret://vault/wiki')).toBe(true)
  expect(inVault('secret://user/wiki')).toBe(true)
  expect(inVault('secret://env/WIKI')).toBe(false)
  expect(inVault(undefined)).toBe(false)
})
