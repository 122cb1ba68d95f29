import { bundleFromJSON } from '@sigstore/bundle'
import { type Signer, toSignedEntity, VerificationError, Verifier } from '@sigstore/verify'
import type { PackageProvenance, PackageRefusal, PackageWish } from '../../kernel/packages.ts'
import { purlOf } from '../purl.ts'
import { type BuildIdentity, buildIdentity } from './identity.ts'
import { type Build, readBuild } from './predicate.ts'
import { type Attestation, readAttestations } from './read-attestations.ts'
import { readStatement, type Statement } from './statement.ts'
import { type ProvenanceTrust, shippedTrust } from './trust.ts'
import { Unverified, type UnverifiedReason } from './unverified.ts'

/** An archive, and what the registry says of where it was built. */
export interface AttestedArchive {
  readonly name: string
  readonly version: string
  /** `sha512-…` of the archive as it was fetched. */
  readonly integrity: string
  /** What the registry answered at `attestationsAddress`; undefined when it has nothing (404). */
  readonly attestations: string | undefined
  /** The shipped one when absent. */
  readonly trust?: ProvenanceTrust
}

/** Where a registry of npm's kind tells of the attestations of one version. */
export function attestationsAddress(registry: string, name: string, version: string): string {
  const base = registry.endsWith('/') ? registry : `${registry}/`
  const package_ = name.split('/').map(encodeURIComponent).join('%2f')
  return `${base}-/npm/v1/attestations/${package_}@${encodeURIComponent(version)}`
}

/**
 * Verifies every attestation of an archive: certificate or key, certificate log, transparency log,
 * signature, that it is about this archive, and that the build which the certificate was given to is the
 * one that the predicate tells of. `verified` needs all of it; a single attestation that fails makes the
 * whole `unverified`, with an `UnverifiedReason`. Never throws, and fetches nothing.
 */
export function verifyProvenance(archive: AttestedArchive): PackageProvenance {
  if (archive.attestations === undefined) return { kind: 'absent' }
  try {
    const verifier = new Verifier(archive.trust ?? shippedTrust())
    const subject = subjectOf(archive)
    const builds = readAttestations(archive.attestations).flatMap((attestation) => {
      const { statement, signer } = verified(attestation, verifier)
      bindSubject(statement, subject)
      const build = readBuild(statement.predicateType, statement.predicate)
      return build === undefined ? [] : [bindBuild(build, buildIdentity(signer))]
    })
    return theOne(builds)
  } catch (error) {
    return { kind: 'unverified', reason: reasonOf(error) }
  }
}

/** What a provenance means for a wish. One that is there and does not verify is always refused. */
export function provenanceRefusal(
  provenance: PackageProvenance,
  wanted: PackageWish['provenance'],
): PackageRefusal | undefined {
  switch (provenance.kind) {
    case 'verified':
      return undefined
    case 'unverified':
      return 'provenance_invalid'
    case 'absent':
      return wanted === 'required' ? 'provenance_missing' : undefined
  }
}

type VerifiedBuild = Extract<PackageProvenance, { readonly kind: 'verified' }>

function subjectOf({ name, version, integrity }: AttestedArchive): Statement['subject'] {
  const [, base64] = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity) ?? []
  if (base64 === undefined) throw new Unverified('integrity_unusable')
  const sha512 = Buffer.from(base64, 'base64').toString('hex')
  return { name: purlOf('npm', name, version), sha512 }
}

function verified(
  { predicateType, bundle }: Attestation,
  verifier: Verifier,
): { readonly statement: Statement; readonly signer: Signer } {
  const read = bundleFromJSON(bundle)
  if (read.content.$case !== 'dsseEnvelope') throw new Unverified('attestations_malformed')
  const signer = verifier.verify(toSignedEntity(read))
  const statement = readStatement(read.content.dsseEnvelope.payload)
  if (statement.predicateType !== predicateType) throw new Unverified('predicate_mismatch')
  return { statement, signer }
}

function bindSubject({ subject }: Statement, wanted: Statement['subject']): void {
  if (subject.name !== wanted.name || subject.sha512 !== wanted.sha512)
    throw new Unverified('subject_mismatch')
}

/** The predicate is what the build says of itself; the certificate is what its platform says of it. */
function bindBuild(build: Build, identity: BuildIdentity): VerifiedBuild {
  const { repository, builder } = build
  const { platform, runner } = identity
  if (repository !== identity.repository) throw new Unverified('repository_mismatch')
  const commit = build.commit ?? identity.commit
  if (identity.commit !== undefined && commit !== identity.commit)
    throw new Unverified('commit_mismatch')
  if (!builder.startsWith(`${platform}/`)) throw new Unverified('builder_mismatch')
  const said = /\/(github-hosted|self-hosted)$/.exec(builder)?.[1]
  if (said !== undefined && runner !== undefined && said !== runner)
    throw new Unverified('builder_mismatch')
  return { kind: 'verified', repository, builder, ...(commit !== undefined && { commit }) }
}

function theOne(builds: readonly VerifiedBuild[]): PackageProvenance {
  const [first, ...others] = builds
  if (first === undefined) return { kind: 'absent' }
  const { repository, commit } = first
  if (others.some((other) => other.repository !== repository || other.commit !== commit))
    throw new Unverified('provenance_ambiguous')
  return first
}

function reasonOf(error: unknown): UnverifiedReason {
  if (error instanceof Unverified) return error.reason
  if (!(error instanceof VerificationError)) return 'attestations_malformed'
  switch (error.code) {
    case 'CERTIFICATE_ERROR':
      return 'certificate_untrusted'
    case 'PUBLIC_KEY_ERROR':
      return 'key_unknown'
    case 'SIGNATURE_ERROR':
      return 'signature_invalid'
    case 'TIMESTAMP_ERROR':
      return 'time_unproven'
    case 'NOT_IMPLEMENTED_ERROR':
      return 'attestations_malformed'
    default:
      return 'log_entry_invalid'
  }
}
