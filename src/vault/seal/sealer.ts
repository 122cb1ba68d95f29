import { createSecretKey, randomBytes } from 'node:crypto'
import { GatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { KeyProvider, Sealed, Sealer, SealPlace } from '../../kernel/vault.ts'
import { type DataKeys, dataKeys } from './data-keys.ts'
import { openField, sealField, wrapContext } from './field.ts'

export interface SealerOptions {
  readonly keys: KeyProvider
  /** Seals and opens for this tenant alone; for any that the place names, without it. */
  readonly tenant?: string
  readonly clock: Clock
  /** Milliseconds that a data key stays in memory; 0 for none. */
  readonly cache: number
}

/** Data keys in memory. One with its name takes about 1 KiB. */
const MOST_KEYS = 4_096

/**
 * The cryptography of the sealed store: every `seal` draws a data key of 256 bits, which the provider
 * wraps for the place, and seals each field with AES-256-GCM under it, bound to place and field.
 */
export function createSealer({ keys, tenant, clock, cache }: SealerOptions): Sealer {
  const known = dataKeys(clock, cache, MOST_KEYS)
  const check = (place: SealPlace): void => {
    if (tenant !== undefined && place.tenant !== tenant)
      throw unavailable('a credential of another tenant is not opened')
  }
  return {
    async seal(place, fields) {
      check(place)
      const bytes = randomBytes(32)
      try {
        const context = wrapContext(place)
        const { keyId, wrapped } = await keys.wrap(bytes, context)
        const key = createSecretKey(bytes)
        known.put(nameOf(keyId, wrapped, context), key)
        const sealed = Object.entries(fields).map(([field, text]) => [
          field,
          sealField(key, place, field, text),
        ])
        return { keyId, wrapped, fields: Object.fromEntries(sealed) as Record<string, string> }
      } finally {
        bytes.fill(0)
      }
    },
    async open(place, sealed, field) {
      check(place)
      const text = Object.hasOwn(sealed.fields, field) ? sealed.fields[field] : undefined
      if (text === undefined) throw unavailable('the credential has no such part')
      const key = await dataKey(known, keys, place, sealed)
      try {
        return openField(key, place, field, text)
      } catch (cause) {
        throw unavailable('the credential was changed or moved, and is not opened', cause)
      }
    },
    async rewrap(place, { keyId, wrapped }) {
      check(place)
      if (keyId === (await keys.currentKeyId())) return undefined
      const context = wrapContext(place)
      const bytes = await keys.unwrap({ keyId, wrapped }, context)
      try {
        return await keys.wrap(bytes, context)
      } finally {
        bytes.fill(0)
      }
    },
    currentKeyId: () => keys.currentKeyId(),
    clear: () => known.clear(),
  }
}

function dataKey(known: DataKeys, keys: KeyProvider, place: SealPlace, sealed: Sealed) {
  const { keyId, wrapped } = sealed
  const context = wrapContext(place)
  return known.of(nameOf(keyId, wrapped, context), () => keys.unwrap({ keyId, wrapped }, context))
}

/** The place stands in it: a wrapped key that was moved is not found here, and then not unwrapped. */
function nameOf(keyId: string, wrapped: string, context: string): string {
  return `${keyId}\n${wrapped}\n${context}`
}

function unavailable(message: string, cause?: unknown): GatewayError {
  return new GatewayError('credential_unavailable', message, { cause })
}
