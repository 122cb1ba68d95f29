import { z } from 'zod'
import { Unverified } from './unverified.ts'

/** Bytes of a registry's answer about one version; npm's have a tenth of it. */
export const MAX_ATTESTATIONS = 512 * 1024

/** One attestation as the registry gives it; its bundle is not yet read. */
export interface Attestation {
  /** What the registry says that it is: not signed. */
  readonly predicateType: string
  readonly bundle: unknown
}

// The verifier compares every entry with every other.
const FEW = 8
const few = z.array(z.unknown()).max(FEW)

const ANSWER = z.object({
  attestations: z
    .array(
      z.object({
        predicateType: z.string(),
        bundle: z.looseObject({
          verificationMaterial: z.looseObject({
            tlogEntries: few.optional(),
            x509CertificateChain: z.looseObject({ certificates: few }).nullish(),
            timestampVerificationData: z
              .looseObject({ rfc3161Timestamps: few.nullish() })
              .nullish(),
          }),
          dsseEnvelope: z.looseObject({
            payloadType: z.literal('application/vnd.in-toto+json'),
          }),
        }),
      }),
    )
    .max(FEW),
})

/** Reads what the registry answers at `-/npm/v1/attestations/NAME@VERSION`. */
export function readAttestations(text: string): readonly Attestation[] {
  if (text.length > MAX_ATTESTATIONS) throw new Unverified('attestations_too_large')
  try {
    return ANSWER.parse(JSON.parse(text)).attestations
  } catch (cause) {
    throw new Unverified('attestations_malformed', { cause })
  }
}
