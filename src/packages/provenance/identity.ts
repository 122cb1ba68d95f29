import type { Signer } from '@sigstore/verify'
import { Unverified } from './unverified.ts'

/** The build that a certificate was given to, in the words of the authority that gave it. */
export interface BuildIdentity {
  /** Origin of the platform: `https://github.com`. */
  readonly platform: string
  readonly repository: string
  readonly commit: string | undefined
  /** `github-hosted`, `self-hosted`, `gitlab-hosted`. */
  readonly runner: string | undefined
}

/** Platforms whose word on where a build ran is taken, by the issuer of their identity tokens. */
const PLATFORMS: ReadonlyMap<string, string> = new Map([
  ['https://token.actions.githubusercontent.com', 'https://github.com'],
  ['https://gitlab.com', 'https://gitlab.com'],
])

// Fulcio's extensions (sigstore/fulcio, docs/oid-info.md). Those before 1.8 hold bare text, of GitHub alone.
const FULCIO = '1.3.6.1.4.1.57264.1.'
const OLD_COMMIT = `${FULCIO}3`
const OLD_REPOSITORY = `${FULCIO}5`
const RUNNER = `${FULCIO}11`
const REPOSITORY = `${FULCIO}12`
const COMMIT = `${FULCIO}13`

/** Reads who signed, from a signer whose certificate and signature were verified. */
export function buildIdentity({ identity }: Signer): BuildIdentity {
  if (identity === undefined) throw new Unverified('identity_missing')
  const { extensions, oids = [], subjectAlternativeName } = identity
  const platform = PLATFORMS.get(extensions?.issuer ?? '')
  if (platform === undefined) throw new Unverified('issuer_unknown')
  // The workflow that was run. It may be one of another repository, which this one reuses.
  if (subjectAlternativeName?.startsWith(`${platform}/`) !== true)
    throw new Unverified('identity_missing')
  const held = new Map(oids.map(({ oid, value }) => [oid?.id.join('.'), value]))
  const old = (oid: string): string | undefined => held.get(oid)?.toString('utf8')
  const stated = (oid: string): string | undefined => utf8String(held.get(oid))

  const before = platform === 'https://github.com' ? old(OLD_REPOSITORY) : undefined
  const repository = held.has(REPOSITORY) ? stated(REPOSITORY) : before && `${platform}/${before}`
  if (repository?.startsWith(`${platform}/`) !== true) throw new Unverified('identity_missing')
  const commit = held.has(COMMIT) ? stated(COMMIT) : old(OLD_COMMIT)
  return { platform, repository, commit, runner: stated(RUNNER) }
}

const UTF8_STRING = 0x0c

/** The text of a DER UTF8String (X.690, 8.23); undefined when it is none, or has bytes beyond its end. */
function utf8String(der: Buffer | undefined): string | undefined {
  const [tag, length] = der ?? []
  if (der === undefined || tag !== UTF8_STRING || length === undefined) return undefined
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f)
  const size = length < 0x80 ? length : start <= 4 ? der.readUIntBE(2, start - 2) : Number.NaN
  return der.length === start + size ? der.toString('utf8', start) : undefined
}
