import { crc32 } from 'node:zlib'
import type { Verdict } from './rule.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

/**
 * GitHub and npm: the last six characters are the CRC-32 of what stands between prefix and them, in base 62.
 * Tokens that are older, or of a server of one's own, need not have it: without it a token is still likely.
 */
export function crcBase62(token: string): Verdict {
  const body = token.slice(token.indexOf('_') + 1, -6)
  let sum = crc32(body) >>> 0
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = BASE62[sum % 62] + text
    sum = Math.floor(sum / 62)
  }
  return token.endsWith(text) ? 'proved' : 'likely'
}

/** Bech32 (BIP 173), as age keys have it: the checksum of the whole, in lower case, is 1. */
export function bech32(token: string): Verdict {
  const lower = token.toLowerCase()
  const at = lower.lastIndexOf('1')
  const human = lower.slice(0, at)
  const codes = [...human].map((char) => char.charCodeAt(0))
  const data = [...lower.slice(at + 1)].map((char) => BECH32.indexOf(char))
  if (data.includes(-1)) return undefined
  const values = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]
  return polymod(values) === 1 ? 'proved' : 'likely'
}

function polymod(values: readonly number[]): number {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator
    })
  }
  return sum
}

/** JSON Web Token (RFC 7519): the first part is a JSON object with `alg` or `enc`. */
export function jwt(token: string): Verdict {
  const header = decoded(token.split('.')[0] ?? '')
  if (header === undefined) return undefined
  return /^\{[\s\S]{0,4000}"(?:alg|enc)"\s{0,9}:/.test(header) ? 'proved' : undefined
}

/** Base64 (either alphabet) of printable text, or nothing. */
export function decoded(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]{4,8192}={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const plain = bytes.toString('latin1')
  return /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(plain) ? plain : undefined
}

/** Basic credentials (RFC 7617): Base64 of `user:password`. */
export function basic(text: string): Verdict {
  const plain = decoded(text)
  if (plain === undefined) return undefined
  return /^[^:\x80-\xff]{0,256}:[^\x80-\xff]{0,512}$/.test(plain) ? 'proved' : undefined
}
