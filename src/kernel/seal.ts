import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import type { Json } from './json.ts'

/** What a text belongs to: it opens in no other place. */
export type SealContext = readonly Json[]

/** Keeps texts so that only who has the key can read or change them (AES-256-GCM). */
export interface Seal {
  seal(text: string, context: SealContext): string
  /** @throws Error for what was sealed otherwise, elsewhere, or changed. */
  open(sealed: string, context: SealContext): string
  /** Like `open`, for what comes from outside: undefined instead of an error. */
  tryOpen(sealed: string, context: SealContext): string | undefined
  /** A key of 32 bytes for one other purpose. The same on all replicas. */
  derive(purpose: string): Buffer
}

/** Whose texts: what one of them seals, no other opens. */
type Owner =
  | 'engine'
  | 'clients'
  | 'federation'
  | 'pages'
  | 'approval'
  | 'webhooks'
  | 'screening'
  | 'canaries'
  | 'flow'

const SALT = 16
const TAG = 16
const ZERO = Buffer.alloc(12)

/**
 * The seal of one part of the product, under a key of its own (RFC 5869).
 *
 * @param key the 32 bytes of the installation.
 * @throws RangeError for a key of another size.
 */
export function createSeal(key: Uint8Array, owner: Owner): Seal {
  if (key.byteLength !== 32) throw new RangeError('the key has to be 32 bytes')
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', key, '', `bailiwick ${owner} ${purpose}`, 32))
  // Key objects: node takes four times as long with bytes.
  const master = createSecretKey(derive('seal'))
  // Each text has a key of its own, from 128 random bits: no number of texts wears the key out.
  const keyOf = (salt: Uint8Array) =>
    createSecretKey(createHmac('sha256', master).update(salt).digest())
  const additional = (context: SealContext) => Buffer.from(JSON.stringify(context))

  const open = (sealed: string, context: SealContext): string => {
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', keyOf(bytes.subarray(0, SALT)), ZERO, {
      authTagLength: TAG,
    })
    decipher.setAAD(additional(context))
    decipher.setAuthTag(bytes.subarray(SALT, SALT + TAG))
    return decipher.update(bytes.subarray(SALT + TAG), undefined, 'utf8') + decipher.final('utf8')
  }
  return {
    derive,
    seal: (text, context) => {
      const salt = randomBytes(SALT)
      const cipher = createCipheriv('aes-256-gcm', keyOf(salt), ZERO)
      cipher.setAAD(additional(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([salt, cipher.getAuthTag(), body]).toString('base64url')
    },
    open,
    tryOpen: (sealed, context) => {
      try {
        return open(sealed, context)
      } catch {
        return undefined
      }
    },
  }
}
