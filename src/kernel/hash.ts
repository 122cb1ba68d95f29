import { hash } from 'node:crypto'
import type { Brand } from './brand.ts'

/** A SHA-256 digest in lower-case hexadecimal, 64 characters. */
export type Digest = Brand<string, 'Digest'>

/** SHA-256 (FIPS 180-4) of bytes, or of a string's UTF-8 form. */
export function sha256(data: string | Uint8Array): Digest {
  return hash('sha256', data, 'hex') as Digest
}
