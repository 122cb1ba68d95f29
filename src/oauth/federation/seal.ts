import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { isObject, type JsonObject } from '../../kernel/json.ts'

/** Encrypts and authenticates values together with what they are bound to. */
export interface Seal {
  close(value: JsonObject, bound: readonly string[]): string
  /** Undefined when it was changed, sealed with another key, or bound to anything else. */
  open(sealed: string, bound: readonly string[]): JsonObject | undefined
}

const [IV, TAG] = [12, 16]

/**
 * AES-256-GCM under a key of this purpose's own.
 *
 * @param key 32 bytes.
 */
export function openSeal(key: Uint8Array): Seal {
  const own = Buffer.from(hkdfSync('sha256', key, '', 'bailiwick federation', 32))
  const additional = (bound: readonly string[]) => Buffer.from(JSON.stringify(bound))
  return {
    close(value, bound) {
      const iv = randomBytes(IV)
      const cipher = createCipheriv('aes-256-gcm', own, iv).setAAD(additional(bound))
      const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
    },
    open(sealed, bound) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < IV + TAG) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', own, bytes.subarray(0, IV), {
          authTagLength: TAG,
        })
          .setAAD(additional(bound))
          .setAuthTag(bytes.subarray(IV, IV + TAG))
        const text = Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()])
        const value: unknown = JSON.parse(text.toString())
        return isObject(value) ? value : undefined
      } catch {
        return undefined
      }
    },
  }
}
