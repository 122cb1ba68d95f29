import { hash, randomBytes } from 'node:crypto'

/** SHA-256 of a text, in base64url. */
export function sha256Base64url(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** 256 random bits in base64url: a `state` or a code verifier (RFC 7636 section 4.1). */
export function randomText(): string {
  return randomBytes(32).toString('base64url')
}
