import { createHash, hkdfSync } from 'node:crypto'
import type { RetiredKey } from '../../kernel/vault.ts'
import { refused } from '../logins/refused.ts'

/** An identity that seals, or once sealed. */
export interface AgeKey {
  readonly id: string
  readonly identity: string
  /** The public part. */
  readonly recipient: string
  /** Binds a data key to its place; nobody has it who has not got the identity. */
  readonly binding: Uint8Array
  /** When another one took its place, in milliseconds since the epoch; undefined for the first. */
  readonly retired: number | undefined
}

const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{1,4000}$/
const RETIRED = /^# retired: (\S{1,40})$/
const MOST_KEYS = 100

/**
 * Reads the identities of an age file as `age-keygen` writes it. The first is the current one; a
 * comment says since when each other is not.
 *
 * @throws GatewayError `credential_unavailable` for what is no such file. Nothing of it is quoted.
 */
export async function parseIdentities(text: string, path: string): Promise<readonly AgeKey[]> {
  const keys: AgeKey[] = []
  let since = 0
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    since = retiredAt(line) ?? since
    if (line === '' || line.startsWith('#')) continue
    if (!IDENTITY.test(line) || keys.length >= MOST_KEYS) throw damaged(path, index + 1)
    keys.push(await keyOf(line, keys.length === 0 ? undefined : since, path, index + 1))
    since = 0
  }
  const several = new Set(keys.map(({ id }) => id)).size
  if (several === 0 || several !== keys.length) throw damaged(path, 1)
  return keys
}

function retiredAt(line: string): number | undefined {
  const [, noted = ''] = RETIRED.exec(line) ?? []
  const at = Date.parse(noted)
  return Number.isNaN(at) ? undefined : at
}

async function keyOf(
  identity: string,
  retired: number | undefined,
  path: string,
  line: number,
): Promise<AgeKey> {
  const { identityToRecipient } = await import('age-encryption')
  // The cause could quote the identity.
  const recipient = await identityToRecipient(identity).catch(() =>
    Promise.reject(damaged(path, line)),
  )
  const id = `age-${createHash('sha256').update(recipient).digest('hex').slice(0, 24)}`
  const binding = hkdfSync('sha256', identity, '', 'bailiwick vault age binding', 32)
  return { id, identity, recipient, binding: Buffer.from(binding), retired }
}

/** A new identity. */
export async function newAgeKey(path: string): Promise<AgeKey> {
  const { generateX25519Identity } = await import('age-encryption')
  return keyOf(await generateX25519Identity(), undefined, path, 1)
}

/** The text of a file with these identities. */
export function identitiesText(keys: readonly AgeKey[]): string {
  const head =
    '# Opens the credentials of Bailiwick. Keep a copy elsewhere, apart from the database.\n'
  const parts = keys.map(({ identity, recipient, retired }) => {
    const since = retired === undefined ? '' : `# retired: ${new Date(retired).toISOString()}\n`
    return `${since}# public key: ${recipient}\n${identity}\n`
  })
  return head + parts.join('')
}

/** Keys that are not current any more. */
export function retiredOf(keys: readonly AgeKey[]): readonly RetiredKey[] {
  return keys.slice(1).map(({ id, retired }) => ({ keyId: id, since: retired ?? 0 }))
}

function damaged(path: string, line: number): Error {
  return refused(
    `the key file \`${path}\` is damaged at line ${line}: it holds age identities and comments alone; put it back from its copy`,
  )
}
