import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { GatewayError } from '../../kernel/errors.ts'
import type { KeyProvider } from '../../kernel/vault.ts'

/** A key provider with real cryptography (AES-256-GCM) whose keys live in this object alone. */
export function memoryKeys(): KeyProvider {
  const keys = new Map([['k1', randomBytes(32)]])
  let current = 'k1'
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id)
    if (key === undefined) throw unavailable('that key is gone')
    return key
  }
  return {
    kind: 'memory',
    currentKeyId: async () => current,
    async wrap(dataKey, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(current), nonce).setAAD(
        Buffer.from(context),
      )
      const body = [cipher.update(dataKey), cipher.final()]
      const wrapped = Buffer.concat([nonce, ...body, cipher.getAuthTag()]).toString('base64url')
      return { keyId: current, wrapped }
    },
    async unwrap({ keyId, wrapped }, context) {
      const bytes = Buffer.from(wrapped, 'base64url')
      const key = keyOf(keyId)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
      } catch (cause) {
        throw unavailable('that was changed', cause)
      }
    },
    async rotate() {
      current = `k${keys.size + 1}`
      keys.set(current, randomBytes(32))
      return current
    },
    forget: async (id) => void keys.delete(id),
    check: async () => undefined,
  }
}

function unavailable(message: string, cause?: unknown): GatewayError {
  return new GatewayError('credential_unavailable', message, { cause })
}
