/** Why an attestation proves nothing: one stable word each. */
export const UNVERIFIED_REASONS = [
  'attestations_too_large',
  'attestations_malformed',
  'integrity_unusable',
  'signature_invalid',
  'certificate_untrusted',
  'key_unknown',
  'log_entry_invalid',
  'time_unproven',
  'statement_malformed',
  'subject_mismatch',
  'predicate_mismatch',
  'predicate_malformed',
  'identity_missing',
  'issuer_unknown',
  'repository_mismatch',
  'commit_mismatch',
  'builder_mismatch',
  'provenance_ambiguous',
] as const
export type UnverifiedReason = (typeof UNVERIFIED_REASONS)[number]

/** Ends a verification. Stays inside this folder: callers get a value. */
export class Unverified extends Error {
  readonly reason: UnverifiedReason

  constructor(reason: UnverifiedReason, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}
