import type { Clock } from '../../kernel/ports.ts'
import type { KeyProvider, Sealer } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { replaceWrapped, rowsByKey, rowsOfOthers, type SealedRow } from './sealed-rows.ts'

export interface Rotation {
  readonly store: Store
  readonly sealer: Sealer
  readonly keys: KeyProvider
  readonly clock: Clock
  readonly tenant?: string
  /** Whether a new key is made first; without, rows only come under the current one. */
  readonly fresh: boolean
  /**
   * Milliseconds for which an old key is kept at least: for copies of the database, and for those who
   * sealed with it and have not stored it yet.
   */
  readonly keep: number
  /** Rows that are read at once. */
  readonly page?: number
  readonly progress?: (progress: Progress) => void
}

export interface Progress {
  readonly done: number
  readonly of: number
}

export interface Rotated {
  /** The key that seals now. */
  readonly keyId: string
  /** Whether it was made now. */
  readonly made: boolean
  /** Rows that came under it. */
  readonly rewrapped: number
  /** Rows that could not: they are as they were, and so is their key. */
  readonly failed: readonly Pick<SealedRow, 'table' | 'at'>[]
  /** Old keys that are gone for good. */
  readonly forgotten: readonly string[]
  /** Old keys that are kept, and how many rows need them. */
  readonly kept: readonly { readonly keyId: string; readonly rows: number }[]
}

const PAGE = 200
/** Rows that are on their way to the provider at once. */
const LANES = 8
/** Others may store rows under the old key while this goes on: they are looked for again. */
const PASSES = 5

/**
 * Brings all rows under the provider's current key. Values stay as they are: only their data keys are
 * wrapped anew. A row that somebody changes meanwhile is left to them; nothing is lost when this stops
 * in the middle, and it can be run again. Old keys go when no row needs them and they were kept for
 * long enough.
 *
 * @throws GatewayError `credential_unavailable` when the provider does not answer at all.
 */
export async function rotateKeys(rotation: Rotation): Promise<Rotated> {
  const { store, keys, fresh, progress } = rotation
  const made = fresh && keys.rotate !== undefined
  if (made) await keys.rotate?.()
  // Nothing is wrapped by a provider that is not whole.
  await keys.check()
  const keyId = await keys.currentKeyId()
  let rewrapped = 0
  let failed: readonly SealedRow[] = []
  for (let pass = 0; pass < PASSES; pass += 1) {
    const of = rewrapped + (await countOthers(store, keyId))
    const seen = await rewrapAll(rotation, keyId, (more) =>
      progress?.({ done: rewrapped + more, of: Math.max(of, rewrapped + more) }),
    )
    rewrapped += seen.rewrapped
    failed = seen.failed
    if (!seen.again) break
  }
  return {
    ...{ keyId, made, rewrapped },
    failed: failed.map(({ table, at }) => ({ table, at })),
    ...(await forgetOld(rotation)),
  }
}

async function countOthers(store: Store, keyId: string): Promise<number> {
  const rows = [...(await rowsByKey(store))].filter(([id]) => id !== keyId)
  return rows.reduce((sum, [, count]) => sum + count, 0)
}

interface Pass {
  readonly rewrapped: number
  readonly failed: readonly SealedRow[]
  /** Whether others wrote meanwhile. */
  readonly again: boolean
}

async function rewrapAll(
  { store, sealer, page = PAGE, tenant }: Rotation,
  keyId: string,
  tell: (rewrapped: number) => void,
): Promise<Pass> {
  const failed: SealedRow[] = []
  let rewrapped = 0
  let again = false
  const one = async (row: SealedRow): Promise<void> => {
    try {
      const { place, keyId: old, wrapped } = row
      const by = await sealer.rewrap(place, { keyId: old, wrapped, fields: {} })
      if (by === undefined) again = true
      else if (await replaceWrapped(store, row, by)) rewrapped += 1
      else again = true
    } catch {
      failed.push(row)
    }
  }
  for await (const rows of rowsOfOthers(store, keyId, page, tenant)) {
    for (let at = 0; at < rows.length; at += LANES)
      await Promise.all(rows.slice(at, at + LANES).map(one))
    tell(rewrapped)
  }
  return { rewrapped, failed, again: again || rewrapped > 0 }
}

async function forgetOld({ store, keys, clock, keep }: Rotation) {
  const current = await keys.currentKeyId()
  const needed = await rowsByKey(store)
  const forgotten: string[] = []
  for (const { keyId, since } of (await keys.retired?.()) ?? []) {
    if (keyId === current || needed.has(keyId) || since + keep > clock()) continue
    await keys.forget?.(keyId)
    forgotten.push(keyId)
  }
  const old = new Map([...needed].filter(([keyId]) => keyId !== current))
  for (const { keyId } of (await keys.retired?.()) ?? []) if (!old.has(keyId)) old.set(keyId, 0)
  return { forgotten, kept: [...old].map(([keyId, rows]) => ({ keyId, rows })) }
}
