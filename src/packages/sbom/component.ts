import type { JsonObject } from '../../kernel/json.ts'
import type { PackageEcosystem } from '../../kernel/packages.ts'
import type { LockedPackage } from '../lock/lock.ts'
import { purlOf } from '../purl.ts'

/** Names of digests in an integrity, with the names that CycloneDX gives them, and their hex digits. */
const ALGORITHMS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['sha1', ['SHA-1', 40]],
  ['sha256', ['SHA-256', 64]],
  ['sha384', ['SHA-384', 96]],
  ['sha512', ['SHA-512', 128]],
])

/** A package as a component of a bill of materials (CycloneDX 1.6, `component`). */
export function componentOf(
  ecosystem: PackageEcosystem,
  locked: LockedPackage,
  ref: string,
): JsonObject {
  const { name, version, license, resolved } = locked
  const [group, bare] = grouped(name)
  const hashes = locked.integrity.flatMap(hashOf)
  // Hashes of one component are of the same bytes; several archives of which one was taken are not.
  const one = ecosystem === 'npm' || hashes.length === 1
  const told = toldOf(locked, one ? [] : hashes)
  return {
    type: 'library',
    'bom-ref': ref,
    ...(group !== undefined && { group }),
    name: bare,
    version,
    scope: scopeOf(locked),
    ...(one && hashes.length > 0 && { hashes }),
    ...(license !== undefined && { licenses: [licenseOf(license)] }),
    purl: purlOf(ecosystem, name, version),
    ...(isWebAddress(resolved) && {
      externalReferences: [{ type: 'distribution', url: resolved }],
    }),
    ...(told.length > 0 && { properties: properties(told) }),
  }
}

interface Hash {
  readonly alg: string
  readonly content: string
}

function scopeOf({ dev, optional }: LockedPackage): string {
  if (dev) return 'excluded'
  return optional ? 'optional' : 'required'
}

function toldOf(
  { scripted }: LockedPackage,
  accepted: readonly Hash[],
): readonly (readonly [string, string])[] {
  return [
    ...(scripted ? [['bailiwick:install-script', 'true'] as const] : []),
    ...accepted.map(
      ({ alg, content }) => ['bailiwick:accepted-hash', `${alg} ${content}`] as const,
    ),
  ]
}

/** Names and values as a bill of materials holds them. */
export function properties(
  pairs: readonly (readonly [string, string])[],
): readonly { readonly name: string; readonly value: string }[] {
  return pairs.map(([name, value]) => ({ name, value }))
}

function grouped(name: string): readonly [string | undefined, string] {
  const slash = name.indexOf('/')
  return slash === -1 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)]
}

function hashOf(integrity: string): readonly (Hash & JsonObject)[] {
  const dash = integrity.indexOf('-')
  const [alg, digits] = ALGORITHMS.get(integrity.slice(0, dash)) ?? []
  const content = Buffer.from(integrity.slice(dash + 1), 'base64').toString('hex')
  return alg === undefined || content.length !== digits ? [] : [{ alg, content }]
}

const SPDX_WORD = /^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/
const NOT_SPDX: ReadonlySet<string> = new Set(['UNLICENSED', 'UNKNOWN', 'AND', 'OR', 'WITH'])

/** An expression where the text reads as one (SPDX, annex D), otherwise a mere name. */
function licenseOf(text: string): JsonObject {
  const words = text
    .replace(/[()]/g, ' ')
    .split(' ')
    .filter((word) => word !== '')
  const read = words.every((word, at) =>
    at % 2 === 0
      ? SPDX_WORD.test(word) && !NOT_SPDX.has(word)
      : ['AND', 'OR', 'WITH'].includes(word),
  )
  const opened = text.split('(').length === text.split(')').length
  return read && opened && words.length % 2 === 1
    ? { expression: text }
    : { license: { name: text.slice(0, 256) } }
}

function isWebAddress(resolved: string | undefined): boolean {
  return resolved !== undefined && /^https?:/.test(resolved) && URL.canParse(resolved)
}
