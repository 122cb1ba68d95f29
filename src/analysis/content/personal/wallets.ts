import { createHash } from 'node:crypto'
import type { Certainty } from '../../../kernel/finding.ts'
import type { PersonalFound, PersonalType } from './kind.ts'
import type { Words } from './words.ts'

export const WALLET: PersonalType = {
  type: 'wallet',
  what: 'the address of a crypto wallet',
  severity: 'medium',
  proof: 'base58check or bech32 check, or forty hexadecimal digits and a word for it',
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE58_TOKEN = /(?<![A-Za-z0-9+/=_-])[13LMDT][1-9A-HJ-NP-Za-km-z]{25,33}(?![A-Za-z0-9+/=_])/g
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const BECH32_TOKEN = /(?<![A-Za-z0-9])(?:bc|tb|ltc|addr)1[02-9ac-hj-np-z]{11,100}(?![A-Za-z0-9])/g
const ETHEREUM = /(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])/g
const WORDS = /wallet|ethereum|\beth\b|\berc-?20\b|crypto|metamask|usdt|usdc/i

/** Addresses of wallets. */
export function findWallets(
  text: string,
  words: Words,
  take: (found: PersonalFound) => void,
): void {
  const search = (pattern: RegExp, certainty: Certainty, isOne: IsOne): void => {
    for (const { 0: value, index: start } of text.matchAll(pattern)) {
      const end = start + value.length
      if (isOne(value, start, end)) take({ type: WALLET.type, start, end, certainty, value })
    }
  }
  search(BASE58_TOKEN, 'proved', isBase58Check)
  if (/(?:bc|tb|ltc|addr)1/.test(text)) search(BECH32_TOKEN, 'proved', isBech32)
  const isEthereum: IsOne = (raw, start, end) =>
    !/^0x0+$/.test(raw) && words.isBeside(WORDS, start, end)
  if (text.includes('0x')) search(ETHEREUM, 'likely', isEthereum)
}

type IsOne = (raw: string, start: number, end: number) => boolean

/** A version, twenty bytes, and four bytes of their double SHA-256. */
function isBase58Check(text: string): boolean {
  let value = 0n
  for (const character of text) value = value * 58n + BigInt(BASE58.indexOf(character))
  const hex = value.toString(16).padStart(50, '0')
  if (hex.length !== 50) return false
  const bytes = Buffer.from(hex, 'hex')
  const once = createHash('sha256').update(bytes.subarray(0, 21)).digest()
  return createHash('sha256').update(once).digest().subarray(0, 4).equals(bytes.subarray(21))
}

const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const BECH32M = 0x2bc830a3

/** BIP 173 and BIP 350. */
function isBech32(text: string): boolean {
  const split = text.indexOf('1')
  const prefix = [...text.slice(0, split)].map((one) => one.charCodeAt(0))
  const data = [...text.slice(split + 1)].map((one) => BECH32.indexOf(one))
  let check = 1
  for (const value of [...prefix.map((c) => c >> 5), 0, ...prefix.map((c) => c & 31), ...data]) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (const [bit, generator] of GENERATORS.entries()) if ((top >> bit) & 1) check ^= generator
  }
  return check === 1 || check === BECH32M
}
