import { createHmac } from 'node:crypto'
import type { ContentCategory } from '../../kernel/content.ts'

/** Seventy-two bits: no two values of one installation share them by chance. */
const LENGTH = 12

/** HMAC-SHA-256 (RFC 2104) of a value under a key of the installation, in base64url, 12 characters. */
export function markOf(key: Uint8Array, category: ContentCategory, value: string): string {
  const mac = createHmac('sha256', key).update(`${category}\0${value}`, 'utf8')
  return mac.digest('base64url').slice(0, LENGTH)
}
