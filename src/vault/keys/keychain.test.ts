import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openKeychain } from './keychain.ts'
import { keychainEntries } from './keychain-entries.ts'
import { keepsKeys } from './testing/provider.contract.ts'
import { type SecretService, startSecretService } from './testing/secret-service.ts'

const parts = (more: object = {}) => ({ clock: () => 7, mayCreate: async () => true, ...more })
const open = (name: string, more: object = {}) =>
  openKeychain({ kind: 'keychain', name }, parts(more))
const refusal = (message: RegExp) => ({
  code: 'credential_unavailable',
  message: expect.stringMatching(message),
})

const run = promisify(execFile)
const running: SecretService | undefined = await startSecretService()
// The module reads it when it first speaks.
if (running !== undefined) process.env['DBUS_SESSION_BUS_ADDRESS'] = running.address

describe.skipIf(process.platform !== 'linux')('the keychain of the account', () => {
  let name: string
  beforeAll(() => {
    name = `bailiwick-${randomUUID()}`
  })
  afterAll(() => running?.stop())

  test('keeps keys', async () => {
    await keepsKeys(await open(name), await open(`${name}-other`))
  })

  test('holds them for the next start, and is not asked for new ones', async () => {
    const keys = await open(name)
    const wrapped = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 5)), 'here')
    const later = await open(name, { mayCreate: () => Promise.reject(new Error('not asked')) })
    expect(Buffer.from(await later.unwrap(wrapped, 'here'))).toEqual(Buffer.alloc(32, 5))
  })

  test('without them, while credentials are sealed, makes none', async () => {
    const missing = open(`${name}-missing`, { mayCreate: async () => false })
    await expect(missing).rejects.toMatchObject(refusal(/are not in the keychain of this account/))
    const entries = await keychainEntries(`${name}-missing`)
    expect(await entries.get('index')).toBeUndefined()
  })

  test('forgets an old key, and not the current one', async () => {
    const keys = await open(name)
    const old = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 6)), 'here')
    const id = (await keys.rotate?.()) ?? ''
    expect(await keys.retired?.()).toContainEqual({ keyId: old.keyId, since: 7 })
    await expect(keys.forget?.(id)).rejects.toMatchObject(refusal(/current key/))
    await keys.forget?.(old.keyId)
    await expect(keys.unwrap(old, 'here')).rejects.toMatchObject(refusal(/is not there/))
    const entries = await keychainEntries(name)
    expect(await entries.get(`key ${old.keyId}`)).toBeUndefined()
  })

  test('with entries that are damaged is refused, and nothing is overwritten', async () => {
    const entries = await keychainEntries(`${name}-damaged`)
    for (const text of ['', '{', '{"keys":[]}', '{"keys":[{"id":"x"}]}', 'null']) {
      await entries.set('index', text)
      const opening = async () => (await open(`${name}-damaged`)).currentKeyId()
      await expect(opening()).rejects.toMatchObject(refusal(/is damaged/))
      expect(await entries.get('index')).toBe(text)
    }
  })
})

test('without a keychain that lasts it is refused: the keyring of the kernel does not count', async () => {
  const open = `import { openKeychain } from '${import.meta.dirname}/keychain.ts'
    const parts = { clock: Date.now, mayCreate: async () => true }
    await openKeychain({ kind: 'keychain', name: '${randomUUID()}' }, parts).then(
      () => console.log('open'),
      (error) => console.log(error.code, error.message),
    )`
  const { DBUS_SESSION_BUS_ADDRESS: _, ...rest } = process.env
  const env = { ...rest, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', open], { env })
  expect(stdout).toMatch(/^credential_unavailable the keychain of this account does not answer/)
})
