import { GatewayError } from '../../kernel/errors.ts'
import type { Sealer, SecretName } from '../../kernel/vault.ts'
import { secretPlace } from '../seal/places.ts'
import type { SecretRow } from './rows.ts'

/** What is sealed: the value together with who may get it, so that nobody widens that in the database. */
export interface Payload {
  readonly value: string
  readonly servers: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expires: number | null
}

const FIELD = 'value'

/** Seals it as one version. @throws GatewayError `credential_unavailable`. */
export async function sealPayload(
  sealer: Sealer,
  of: SecretName & { readonly version: number },
  payload: Payload,
): Promise<Pick<SecretRow, 'key_id' | 'wrapped' | 'sealed'>> {
  const { keyId, wrapped, fields } = await sealer.seal(secretPlace(of), {
    [FIELD]: JSON.stringify(payload),
  })
  return { key_id: keyId, wrapped, sealed: fields[FIELD] ?? '' }
}

/** @throws GatewayError `credential_unavailable` for a row that was changed, or moved. */
export async function openPayload(sealer: Sealer, row: SecretRow): Promise<Payload> {
  const sealed = { keyId: row.key_id, wrapped: row.wrapped, fields: { [FIELD]: row.sealed } }
  const text = await sealer.open(secretPlace(row), sealed, FIELD)
  const payload = parsed(text)
  if (payload === undefined)
    throw new GatewayError('credential_unavailable', 'the secret is not understood')
  return payload
}

function parsed(text: string): Payload | undefined {
  try {
    return JSON.parse(text) as Payload
  } catch {
    // Its message would quote the value.
    return undefined
  }
}
