import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyProvider } from '../../../kernel/vault.ts'
import { refused } from '../../logins/refused.ts'
import { prove } from '../prove.ts'

/** Keys of a test, in memory: real cryptography, and no waiting. */
export interface MemoryKeys extends KeyProvider {
  readonly rotate: () => Promise<string>
  readonly ids: () => readonly string[]
  /** How often a data key was unwrapped. */
  readonly unwrapped: () => number
}

export function memoryKeys(clock: () => number = Date.now): MemoryKeys {
  const keys = [{ id: 'memory-1', key: randomBytes(32), retired: 0 }]
  let unwrapped = 0
  let made = 1
  const current = () => keys[0] ?? lost()
  const provider: MemoryKeys = {
    kind: 'memory',
    ids: () => keys.map(({ id }) => id),
    unwrapped: () => unwrapped,
    currentKeyId: async () => current().id,
    async wrap(dataKey, context) {
      const { id, key } = current()
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(dataKey), cipher.final()])
      const wrapped = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
      return { keyId: id, wrapped }
    },
    async unwrap({ keyId, wrapped }, context) {
      unwrapped += 1
      const found = keys.find(({ id }) => id === keyId) ?? lost()
      const bytes = Buffer.from(wrapped, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, 12), {
        authTagLength: 16,
      })
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
      } catch (cause) {
        throw refused('the data key does not open', cause)
      }
    },
    async rotate() {
      current().retired = clock()
      made += 1
      keys.unshift({ id: `memory-${made}`, key: randomBytes(32), retired: 0 })
      return `memory-${made}`
    },
    async forget(keyId) {
      keys.splice(0, keys.length, ...keys.filter(({ id }) => id !== keyId))
    },
    retired: async () => keys.slice(1).map(({ id, retired }) => ({ keyId: id, since: retired })),
    check: () => prove(provider),
  }
  return provider
}

function lost(): never {
  throw refused('the key is not there')
}
