import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Clock } from '../../kernel/ports.ts'
import type { KeyProvider, RetiredKey } from '../../kernel/vault.ts'
import { keyGone, refused } from '../logins/refused.ts'
import { type Entries, keychainEntries } from './keychain-entries.ts'
import { prove } from './prove.ts'

export interface KeychainSettings {
  readonly kind: 'keychain'
  /** What the entries are filed under. */
  readonly name: string
}

export interface KeychainParts {
  readonly clock: Clock
  readonly mayCreate: () => Promise<boolean>
}

/** Keys in their order, the current one first. Each key has an entry of its own beside it. */
interface Index {
  readonly keys: readonly { readonly id: string; readonly retired?: number }[]
}

const NONCE = 12
const TAG = 16

/**
 * Keys of 256 bits in the keychain of the account: Keychain on macOS, Credential Manager on Windows,
 * the Secret Service on Linux. A data key is wrapped with AES-256-GCM, bound to what it is for.
 *
 * @throws GatewayError `credential_unavailable` when there is no keychain, it is locked, or the keys are
 *   gone while credentials are sealed.
 */
export async function openKeychain(
  { name }: KeychainSettings,
  { clock, mayCreate }: KeychainParts,
): Promise<KeyProvider> {
  const entries = await keychainEntries(name)
  const index = async (): Promise<Index> => {
    const text = await entries.get('index')
    if (text === undefined) throw missing(name)
    return parseIndex(text, name)
  }
  const currentKeyId = async (): Promise<string> => (await index()).keys[0]?.id ?? ''
  if ((await entries.get('index')) === undefined) {
    if (!(await mayCreate())) throw missing(name)
    await put(entries, { keys: [{ id: await addKey(entries) }] })
  }
  const provider: KeyProvider = {
    kind: 'keychain',
    currentKeyId,
    async wrap(dataKey, context) {
      const keyId = await currentKeyId()
      const key = await keyNamed(entries, keyId)
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
      cipher.setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(dataKey), cipher.final()])
      key.fill(0)
      const wrapped = Buffer.concat([nonce, cipher.getAuthTag(), body])
      return { keyId, wrapped: wrapped.toString('base64url') }
    },
    async unwrap({ keyId, wrapped }, context) {
      const key = await keyNamed(entries, keyId)
      try {
        return opened(key, Buffer.from(wrapped, 'base64url'), context)
      } catch (cause) {
        throw refused('the data key does not open: it was changed, or belongs elsewhere', cause)
      } finally {
        key.fill(0)
      }
    },
    async rotate() {
      const { keys } = await index()
      const id = await addKey(entries)
      const old = keys.map((key) => ({ id: key.id, retired: key.retired ?? clock() }))
      await put(entries, { keys: [{ id }, ...old] })
      return id
    },
    async forget(keyId) {
      const { keys } = await index()
      if (keys[0]?.id === keyId) throw refused('the current key is not forgotten')
      await put(entries, { keys: keys.filter(({ id }) => id !== keyId) })
      await entries.remove(`key ${keyId}`)
    },
    async retired() {
      const { keys } = await index()
      return keys
        .slice(1)
        .map(({ id, retired }): RetiredKey => ({ keyId: id, since: retired ?? 0 }))
    },
    check: () => prove(provider),
  }
  return provider
}

function opened(key: Buffer, bytes: Buffer, context: string): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()])
}

/** The key is there, and was read back, before anything names it. */
async function addKey(entries: Entries): Promise<string> {
  const id = `keychain-${randomBytes(12).toString('hex')}`
  const text = randomBytes(32).toString('base64url')
  await entries.set(`key ${id}`, text)
  if ((await entries.get(`key ${id}`)) !== text)
    throw refused('the keychain does not give back what was put into it')
  return id
}

function put(entries: Entries, index: Index): Promise<void> {
  return entries.set('index', JSON.stringify(index))
}

async function keyNamed(entries: Entries, id: string): Promise<Buffer> {
  const text = KEY_ID.test(id) ? await entries.get(`key ${id}`) : undefined
  if (text === undefined) throw keyGone(id)
  const key = Buffer.from(text, 'base64url')
  if (key.byteLength !== 32) throw refused(`the key \`${id}\` in the keychain is damaged`)
  return key
}

const KEY_ID = /^keychain-[0-9a-f]{24}$/

function parseIndex(text: string, name: string): Index {
  const damaged = refused(`the entry \`index\` of \`${name}\` in the keychain is damaged`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const { keys } = Object(value) as { readonly keys?: unknown }
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isEntry)) throw damaged
  return { keys }
}

function isEntry(value: unknown): value is Index['keys'][number] {
  const { id, retired } = Object(value) as Record<string, unknown>
  if (typeof id !== 'string' || !KEY_ID.test(id)) return false
  return retired === undefined || typeof retired === 'number'
}

function missing(name: string): Error {
  return refused(
    `the keys of \`${name}\` are not in the keychain of this account, and there are credentials that only they open; run the gateway as the account that made them, or remove those credentials`,
  )
}
