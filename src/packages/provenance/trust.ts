import { createPublicKey } from 'node:crypto'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' }
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify'
import { z } from 'zod'
import { GatewayError } from '../../kernel/errors.ts'
import { Unverified } from './unverified.ts'

/** Whose signatures count: Sigstore's authorities and logs, and the registry's own keys. */
export type ProvenanceTrust = TrustMaterial

const MIRROR = 'https://tuf-repo-cdn.sigstore.dev'
const KEYS = 'registry.npmjs.org%2Fkeys.json'

const KEY_FILE = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      keyUsage: z.string(),
      publicKey: z.object({
        rawBytes: z.base64(),
        validFor: z.object({ start: z.iso.datetime(), end: z.iso.datetime().optional() }),
      }),
    }),
  ),
})

let shipped: ProvenanceTrust | undefined

/**
 * The trust that came with this version of the product: Sigstore's public-good instance and the keys of
 * npm's registry, as the pinned `@sigstore/tuf` holds them. Nothing is fetched.
 */
export function shippedTrust(): ProvenanceTrust {
  shipped ??= toTrust(target('trusted_root.json'), target(KEYS))
  return shipped
}

/**
 * Reads a trust that is newer than the shipped one, or of a Sigstore instance of one's own.
 *
 * @param root - text of a `trusted_root.json` (protobuf-specs, `TrustedRoot`).
 * @param keys - text of the `registry.npmjs.org/keys.json` of Sigstore's TUF repository; shipped when absent.
 * @throws GatewayError `package_refused` when one cannot be read.
 */
export function readTrust(root: string, keys?: string): ProvenanceTrust {
  try {
    return toTrust(root, keys ?? target(KEYS))
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(cause: unknown): GatewayError {
  const fix =
    'give the `trusted_root.json` that `gh attestation trusted-root` or `cosign trusted-root` writes'
  const data = { reason: 'provenance_invalid', fix }
  return new GatewayError('package_refused', 'the trusted root cannot be read', { cause, data })
}

function toTrust(root: string, keys: string): ProvenanceTrust {
  const trusted = TrustedRoot.fromJSON(JSON.parse(root))
  const { certificateAuthorities, tlogs, ctlogs } = trusted
  if ([certificateAuthorities, tlogs, ctlogs].some(({ length }) => length === 0))
    throw new Error('a trusted root names authorities, logs and certificate logs')
  const known = KEY_FILE.parse(JSON.parse(keys)).keys.filter(
    ({ keyUsage }) => keyUsage === 'npm:attestations',
  )
  return toTrustMaterial(trusted, (hint) => {
    const key = known.find(({ keyId }) => keyId === hint)
    if (key === undefined) throw new Unverified('key_unknown')
    const { rawBytes, validFor } = key.publicKey
    const start = Date.parse(validFor.start)
    const end = validFor.end === undefined ? Number.POSITIVE_INFINITY : Date.parse(validFor.end)
    return {
      publicKey: createPublicKey({
        key: Buffer.from(rawBytes, 'base64'),
        format: 'der',
        type: 'spki',
      }),
      validFor: (date) => start <= date.getTime() && date.getTime() <= end,
    }
  })
}

function target(name: 'trusted_root.json' | typeof KEYS): string {
  return Buffer.from(seeds[MIRROR].targets[name], 'base64').toString()
}
