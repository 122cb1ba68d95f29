import { describe, expect, test } from 'vitest'
import { vaultKeys } from './vault-keys-schema.ts'

const SECRET = 'secret://env/S'
const GOOD = {
  age: {},
  keychain: {},
  transit: {
    address: 'https://vault.example:8200',
    key: 'k',
    login: { kind: 'token', token: SECRET },
  },
  'aws-kms': { region: 'eu-central-1', key: 'alias/bailiwick' },
  'gcp-kms': { key: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k' },
  'azure-key-vault': { vault: 'https://example.vault.azure.net', key: 'k' },
}
const read = (kind: string, more: object = {}) =>
  vaultKeys.safeParse({ kind, ...GOOD[kind as keyof typeof GOOD], ...more })

describe('vault.keys', () => {
  test('takes each kind, and an age file without being told', () => {
    expect(vaultKeys.parse(undefined)).toEqual({ kind: 'age' })
    for (const kind of Object.keys(GOOD)) expect(read(kind).success, kind).toBe(true)
    expect(read('gcp-kms').data).toMatchObject({ login: { kind: 'metadata' } })
    expect(read('azure-key-vault').data).toMatchObject({ login: { kind: 'managed-identity' } })
  })

  const wrong: readonly (readonly [string, object, string])[] = [
    ['age', { passphrase: 'hunter2hunter2' }, 'expected a reference'],
    ['age', { passphrase: 'secret://vault/NAME' }, 'expected a reference'],
    ['transit', { login: { kind: 'token', token: 'hvs.hunter2' } }, 'expected a reference'],
    ['transit', { address: 'http://vault.example' }, 'expected `https://`'],
    ['transit', { address: 'https://u:hunter2@vault.example' }, 'expected `https://`'],
    ['transit', { address: 'javascript:alert(1)' }, 'expected'],
    ['transit', { key: '../sys/seal' }, 'expected the name of a key'],
    ['transit', { mount: 'a/../b' }, 'expected a mount path'],
    ['aws-kms', { region: 'evil.example/' }, 'expected a region'],
    ['aws-kms', { endpoint: 'http://10.0.0.1' }, 'expected `https://`'],
    ['gcp-kms', { key: 'projects/p/../x' }, 'expected `projects/'],
    ['azure-key-vault', { key: 'a/b' }, 'expected the name of a key'],
  ]
  for (const [kind, more, message] of wrong)
    test(`refuses ${kind} with ${JSON.stringify(more)}, and quotes no secret`, () => {
      const { error } = read(kind, more)
      expect(error?.issues[0]?.message).toContain(message)
      expect(JSON.stringify(error?.issues)).not.toContain('hunter2')
    })
})
