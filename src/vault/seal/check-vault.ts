import type { KeyProvider } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { wrapContext } from './field.ts'
import { rowsByKey, type SealedRow, sampleRows } from './sealed-rows.ts'

/** What was found in the vault. */
export interface Checked {
  readonly keyId: string
  /** Rows by the key that seals them. */
  readonly rows: readonly { readonly keyId: string; readonly rows: number }[]
  /** How many rows were tried. */
  readonly sampled: number
  /** Those whose data keys do not open. */
  readonly failed: readonly Pick<SealedRow, 'table' | 'at'>[]
}

/**
 * Proves the provider, and tries data keys of some rows of each table.
 *
 * @throws GatewayError `credential_unavailable` when the provider is not whole.
 */
export async function checkVault(
  {
    store,
    keys,
    tenant,
  }: { readonly store: Store; readonly keys: KeyProvider; readonly tenant?: string },
  perTable: number,
): Promise<Checked> {
  await keys.check()
  const sample = await sampleRows(store, perTable, tenant)
  const failed: SealedRow[] = []
  for (const row of sample) {
    const { keyId, wrapped, place } = row
    try {
      ;(await keys.unwrap({ keyId, wrapped }, wrapContext(place))).fill(0)
    } catch {
      failed.push(row)
    }
  }
  return {
    keyId: await keys.currentKeyId(),
    rows: [...(await rowsByKey(store))].map(([keyId, rows]) => ({ keyId, rows })),
    sampled: sample.length,
    failed: failed.map(({ table, at }) => ({ table, at })),
  }
}
