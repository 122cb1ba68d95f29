import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../kernel/ports.ts'
import { createSeal, type SealContext } from '../../kernel/seal.ts'

/** What a token or a sealed value belongs to: it is good for nothing else. */
export type Binding = SealContext

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
/** Longer than anything that we seal. */
const MAX_SEALED = 4_096

/** The keys of our pages, from the 32 bytes of the installation. */
export function pageKeys(sealKey: Uint8Array, now: Clock): PageKeys {
  const box = createSeal(sealKey, 'pages')
  const tokenKey = box.derive('tokens')

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
    seal: (text, binding, lifetime) => box.seal(JSON.stringify([now() + lifetime, text]), binding),
    open(sealed, binding) {
      if (sealed === undefined || sealed.length > MAX_SEALED) return undefined
      const content = box.tryOpen(sealed, binding)
      if (content === undefined) return undefined
      const [expires, text]: [number, string] = JSON.parse(content)
      return expires > now() ? text : undefined
    },
  }
}
