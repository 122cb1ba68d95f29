import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

/** What a hash costs. */
export interface HashCost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane, at least. */
export const HASH_COST: HashCost = { memory: 19_456, passes: 2, parallelism: 1 }

const SALT_BYTES = 16
const TAG_BYTES = 32
/** No stored hash may cost more than this: a database that was tampered with must not stop the process. */
const MOST: HashCost = { memory: 262_144, passes: 16, parallelism: 4 }

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Hashes a password with argon2id (RFC 9106) into a PHC string. */
export async function hashPassword(password: string, cost: HashCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await tagOf(password, salt, cost, TAG_BYTES)
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Whether the hash is of the password. False for what is no hash of ours. */
export async function matchesHash(phc: string, password: string): Promise<boolean> {
  const parsed = parse(phc)
  if (parsed === undefined) return false
  const tag = await tagOf(password, parsed.salt, parsed.cost, parsed.tag.length)
  return timingSafeEqual(tag, parsed.tag)
}

/** Whether a hash is to be made anew: it costs less than it should, or is none of ours. */
export function isOutdated(phc: string, cost: HashCost): boolean {
  const parsed = parse(phc)
  return (
    parsed === undefined || parsed.cost.memory < cost.memory || parsed.cost.passes < cost.passes
  )
}

/** A hash that no password is known to match, so that unknown users cost as much as known ones. */
export function dummyHash({ memory, passes, parallelism }: HashCost): string {
  const part = (bytes: number) => base64(randomBytes(bytes))
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${part(SALT_BYTES)}$${part(TAG_BYTES)}`
}

function parse(phc: string) {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(phc) ?? []
  if (salt === undefined || tag === undefined) return undefined
  const cost = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  }
  const bounded =
    cost.memory >= 8 * cost.parallelism &&
    cost.memory <= MOST.memory &&
    cost.passes >= 1 &&
    cost.passes <= MOST.passes &&
    cost.parallelism >= 1 &&
    cost.parallelism <= MOST.parallelism
  if (!bounded) return undefined
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

function tagOf(password: string, salt: Uint8Array, cost: HashCost, tagLength: number) {
  return derive('argon2id', { message: password, nonce: salt, tagLength, ...cost })
}

/** Base64 without padding, as the PHC string format has it. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
