import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto'

/** Keeps texts so that only who has the key can read or change them (AES-256-GCM). */
export interface Seal {
  /** @param context what the text belongs to; it opens in no other place. */
  seal(text: string, context: string): string
  /** @throws Error for what was sealed otherwise, elsewhere, or changed. */
  open(sealed: string, context: string): string
  /** A key of 32 bytes for one other purpose (RFC 5869). The same on all replicas. */
  derive(purpose: string): Buffer
}

const SALT = 16
const TAG = 16
const ZERO = Buffer.alloc(12)

export function createSeal(key: Uint8Array): Seal {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, new Uint8Array(0), `bailiwick oauth ${purpose}`, 32))
  // Key objects: node takes four times as long with bytes.
  const master = createSecretKey(derive('seal'))
  // Each text has a key of its own, from 128 random bits: no number of texts wears the key out.
  const keyOf = (salt: Uint8Array) =>
    createSecretKey(createHmac('sha256', master).update(salt).digest())
  return {
    derive,
    seal: (text, context) => {
      const salt = randomBytes(SALT)
      const cipher = createCipheriv('aes-256-gcm', keyOf(salt), ZERO)
      cipher.setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([salt, cipher.getAuthTag(), body]).toString('base64url')
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', keyOf(bytes.subarray(0, SALT)), ZERO, {
        authTagLength: TAG,
      })
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(SALT, SALT + TAG))
      return decipher.update(bytes.subarray(SALT + TAG), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
