import { createHmac } from 'node:crypto'
import type { ConfiguredServer, PlainCredential, ReadConfig } from '../../../kernel/inventory.ts'
import type { FindSecrets } from '../find-secrets.ts'
import { type LocatedCredential, locateCredentials } from './locate.ts'

export interface CredentialOptions {
  readonly findSecrets: FindSecrets
  /** Keys the fingerprints, 16 bytes at least: of this machine, and secret. */
  readonly key: Uint8Array
  /** Where a part of an entry stands in its file; absent: under the entry, by the name it has here. */
  readonly placeOf?: (
    server: ConfiguredServer,
    part: readonly (string | number)[],
  ) => readonly (string | number)[]
}

const LEAST_KEY = 16

/**
 * Credentials that stand in plain text in a file of a host, or in one server's entry. Holds no value: some first
 * characters of what a machine drew, none of what a person thought of.
 *
 * @throws RangeError for a key under 16 bytes.
 */
export function credentialsIn(
  source: ReadConfig | ConfiguredServer,
  options: CredentialOptions,
): readonly PlainCredential[] {
  const servers = 'servers' in source ? source.servers : [source]
  return servers.flatMap((server) =>
    locateCredentials(server, options.findSecrets).map((located) =>
      described(server, located, options),
    ),
  )
}

function described(
  server: ConfiguredServer,
  located: LocatedCredential,
  { key, placeOf = under }: CredentialOptions,
): PlainCredential {
  return {
    server: server.name,
    file: server.file,
    at: placeOf(server, located.part),
    kind: located.kind,
    masked: mask(located),
    fingerprint: fingerprintOf(located.value, key),
  }
}

function under(
  { at }: ConfiguredServer,
  part: readonly (string | number)[],
): readonly (string | number)[] {
  return [...at, ...part]
}

/** The same for the same value under the same key (HMAC-SHA-256, RFC 2104; 128 bits of it). */
function fingerprintOf(value: string, key: Uint8Array): string {
  if (key.length < LEAST_KEY) throw new RangeError('the key of fingerprints is too short')
  return createHmac('sha256', key)
    .update(`bailiwick credential 1\n${value}`)
    .digest('hex')
    .slice(0, 32)
}

/** An eighth of it at most, and four characters. */
function mask({ value, guessable }: LocatedCredential): string {
  if (guessable) return '… (length not shown)'
  const start = value.slice(0, Math.min(4, Math.floor(value.length / 8)))
  return `${start.replace(/[^\x21-\x7e]/g, '?')}… (${value.length} characters)`
}

/** One value in several places. */
export interface ReusedCredential {
  readonly fingerprint: string
  readonly masked: string
  readonly places: readonly Pick<PlainCredential, 'server' | 'file' | 'at'>[]
}

/** Values that more than one entry holds, by fingerprint: whoever takes one has all. */
export function reusedCredentials(
  credentials: readonly PlainCredential[],
): readonly ReusedCredential[] {
  const groups = Map.groupBy(credentials, ({ fingerprint }) => fingerprint)
  return [...groups]
    .filter(([, all]) => new Set(all.map(({ file, server }) => `${file}\n${server}`)).size > 1)
    .map(([fingerprint, all]) => ({
      fingerprint,
      masked: all[0]?.masked ?? '',
      places: all.map(({ server, file, at }) => ({ server, file, at })),
    }))
}
