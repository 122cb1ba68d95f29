import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { SealPlace } from '../../kernel/vault.ts'

/** The format of sealed fields; stands before them, and in what they are bound to. */
const FORMAT = 1
const NONCE = 12
const TAG = 16
const HEAD = 1 + NONCE + TAG

/** Seals a text with AES-256-GCM (NIST SP 800-38D): format, nonce, tag, ciphertext; base64url. */
export function sealField(key: KeyObject, place: SealPlace, field: string, text: string): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
  cipher.setAAD(boundTo(place, field))
  const body = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), ...body]).toString(
    'base64url',
  )
}

/** @throws Error for what was sealed otherwise, elsewhere, or was changed. */
export function openField(key: KeyObject, place: SealPlace, field: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.byteLength < HEAD || bytes[0] !== FORMAT)
    throw new RangeError('sealed in no known format')
  const nonce = bytes.subarray(1, 1 + NONCE)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
  decipher.setAAD(boundTo(place, field))
  decipher.setAuthTag(bytes.subarray(1 + NONCE, HEAD))
  return decipher.update(bytes.subarray(HEAD), undefined, 'utf8') + decipher.final('utf8')
}

/** What a data key is for: the place of its value. */
export function wrapContext({ tenant, owner, server, version }: SealPlace): string {
  return JSON.stringify(['bailiwick vault', FORMAT, tenant, owner, server, version])
}

function boundTo({ tenant, owner, server, version }: SealPlace, field: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, tenant, owner, server, field, version]))
}
