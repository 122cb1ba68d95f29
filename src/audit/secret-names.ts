import type { JsonObject } from '../kernel/json.ts'

/** Members whose name contains one of these keep their name and lose their value. */
const SECRET_WORDS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'api key',
  'access key',
  'private key',
  'credential',
  'cookie',
  'session id',
]

/** Names whose verdict is remembered. */
const MAX_KNOWN = 1_000

/** A token that opens this gateway, wherever a client may have put it. */
const OWN_TOKEN = /bwo_[A-Za-z0-9_-]{43}/g

/** Members that name what a sibling `value` is, as in a list of headers. */
const NAMING = ['name', 'key', 'header']

/** Makes the test of whether a member's name says that its value is a secret. */
export function secretNames(more: readonly string[]): (name: string) => boolean {
  const words = [...SECRET_WORDS, ...more].map(plain).filter((word) => word !== '')
  const known = new Map<string, boolean>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const plainName = plain(name)
    const found = words.some((word) => plainName.includes(word))
    // Members have few names, but whoever sends them chooses which.
    if (known.size >= MAX_KNOWN || name.length > 64) known.clear()
    else known.set(name, found)
    return found
  }
}

/** Whether a sibling says that the member `value` is a secret. */
export function namesSecret(object: JsonObject, secret: (name: string) => boolean): boolean {
  return NAMING.some((name) => {
    const value = object[name]
    return typeof value === 'string' && secret(value.slice(0, 256))
  })
}

/** A text without the tokens of this gateway. */
export function withoutOwnTokens(text: string): string {
  return text.includes('bwo_') ? text.replace(OWN_TOKEN, '[redacted]') : text
}

/** Takes secrets out of a text: whatever else it does, the same text comes back where there are none. */
export type CleanText = (text: string) => string

/** A text without the tokens of this gateway, and without what else is to be kept out of it. */
export function cleaner(redactText: CleanText | undefined): CleanText {
  return redactText === undefined ? withoutOwnTokens : (text) => redactText(withoutOwnTokens(text))
}

/** Case, spaces and punctuation do not hide a word: `X-Api_Key` contains `api key`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, '')
}
