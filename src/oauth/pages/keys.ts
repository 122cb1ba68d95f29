import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { isObject, type Json } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'

/** What a token or a sealed value belongs to: it is good for nothing else. */
export type Binding = readonly Json[]

/** Proofs and sealed values that our pages give to browsers. */
export interface PageKeys {
  /** A token that shows that a form is of a page that we made for this binding. */
  token(binding: Binding): string
  /** Whether a token was made for this binding, less than an hour ago. */
  isToken(token: string | undefined, binding: Binding): boolean
  /** @param lifetime milliseconds. */
  seal(text: string, binding: Binding, lifetime: number): string
  /** Undefined for what we did not seal for this binding, and for what is over. */
  open(sealed: string | undefined, binding: Binding): string | undefined
}

const TOKEN_LIFETIME = 60 * 60_000
const NONCE = 12
const TAG = 16
/** Longer than anything that we seal. */
const MAX_SEALED = 4_096

/** Derives the keys of our pages (RFC 5869) from the 32 bytes of the installation. */
export function pageKeys(sealKey: Uint8Array, now: Clock): PageKeys {
  if (sealKey.byteLength !== 32) throw new Error('the key has to be 32 bytes')
  const tokenKey = derive(sealKey, 'bailiwick pages token')
  const boxKey = derive(sealKey, 'bailiwick pages box')

  const mac = (expires: string, binding: Binding): Buffer =>
    createHmac('sha256', tokenKey)
      .update(JSON.stringify([expires, binding]))
      .digest()

  return {
    token(binding) {
      const expires = (now() + TOKEN_LIFETIME).toString(36)
      return `${expires}.${mac(expires, binding).toString('base64url')}`
    },
    isToken(token, binding) {
      const [, expires, proof] = /^([0-9a-z]{1,11})\.([A-Za-z0-9_-]{43})$/.exec(token ?? '') ?? []
      if (expires === undefined || proof === undefined) return false
      if (!timingSafeEqual(Buffer.from(proof, 'base64url'), mac(expires, binding))) return false
      return Number.parseInt(expires, 36) > now()
    },
    seal(text, binding, lifetime) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', boxKey, nonce).setAAD(aad(binding))
      const content = JSON.stringify({ text, expires: now() + lifetime })
      const parts = [nonce, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(parts).toString('base64url')
    },
    open(sealed, binding) {
      const content = unbox(boxKey, sealed, binding)
      if (!isObject(content)) return undefined
      const { text, expires } = content
      if (typeof text !== 'string' || typeof expires !== 'number') return undefined
      return expires > now() ? text : undefined
    },
  }
}

function unbox(key: Buffer, sealed: string | undefined, binding: Binding): unknown {
  if (sealed === undefined || sealed.length > MAX_SEALED) return undefined
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= NONCE + TAG) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  })
  decipher.setAAD(aad(binding)).setAuthTag(bytes.subarray(-TAG))
  try {
    const text = decipher.update(bytes.subarray(NONCE, -TAG), undefined, 'utf8')
    return JSON.parse(text + decipher.final('utf8'))
  } catch {
    return undefined
  }
}

function derive(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
}

function aad(binding: Binding): Buffer {
  return Buffer.from(JSON.stringify(binding))
}
