import { type CryptoKey, importJWK, type JSONWebKeySet, type JWK } from 'jose'
import type { Clock, RandomId } from '../../../kernel/ports.ts'
import type { Sealer } from '../../../kernel/vault.ts'
import type { Store } from '../../../store/store.ts'
import { keyPlace } from '../../seal/places.ts'
import { newKey, publicPart } from '../protocol/proof-key.ts'

/** Keys that this gateway signs with where the operator gave none. */
export interface OwnKeys {
  /** The active one; made when first needed. @throws GatewayError `credential_unavailable`. */
  signing(): Promise<{ readonly key: CryptoKey; readonly kid: string }>
  /** The public parts of all (RFC 7517). */
  published(): Promise<JSONWebKeySet>
}

interface OwnKeysOptions {
  readonly store: Store
  readonly sealer: Sealer
  readonly tenant: string
  readonly clock: Clock
  readonly randomId: RandomId
}

/** Opens them. */
export function openOwnKeys(options: OwnKeysOptions): OwnKeys {
  const { store, sealer, tenant } = options
  const active = async () =>
    store.db
      .selectFrom('vault_key')
      .selectAll()
      .where('state', '=', 'active')
      .orderBy('created')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
  return {
    async signing() {
      const found = await active()
      if (found === undefined) await make(options)
      // Two processes may have made one: both take the older.
      const row = found ?? (await active())
      if (row === undefined) throw new Error('the signing key is gone')
      const sealed = { keyId: row.key_id, wrapped: row.wrapped, fields: { key: row.sealed } }
      const text = await sealer.open(keyPlace(row, tenant), sealed, 'key')
      const key = (await importJWK(JSON.parse(text) as JWK, 'ES256')) as CryptoKey
      return { key, kid: row.id }
    },
    async published() {
      const rows = await store.db.selectFrom('vault_key').select('public').execute()
      return { keys: rows.map((row) => JSON.parse(row.public) as JWK) }
    },
  }
}

async function make({ store, sealer, tenant, clock, randomId }: OwnKeysOptions): Promise<void> {
  const text = await newKey()
  const id = randomId()
  const { keyId, wrapped, fields } = await sealer.seal(keyPlace({ id }, tenant), { key: text })
  const shown = { ...publicPart(JSON.parse(text) as JWK), kid: id, use: 'sig', alg: 'ES256' }
  await store.db
    .insertInto('vault_key')
    .values({
      id,
      algorithm: 'ES256',
      public: JSON.stringify(shown),
      key_id: keyId,
      wrapped,
      sealed: fields['key'] ?? '',
      state: 'active',
      created: clock(),
    })
    .execute()
}
