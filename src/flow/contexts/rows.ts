import type { Selectable } from 'kysely'
import type { FlowKey } from '../../kernel/flow.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { FlowContextTable } from '../../store/flow-schema.ts'
import type { Db } from './parts.ts'

export type ContextRow = Selectable<FlowContextTable>

/** A list has no more at once. */
const MOST = 500

/**
 * What a context is found by. No secret of the installation goes in: with another key the same context is
 * found, cannot be read, and so counts as untrusted instead of as new.
 */
export function hashOf({ principal, client, grant, handle = '' }: FlowKey): string {
  return sha256(JSON.stringify([principal, client, grant, handle]))
}

/** The open context of a key, lapsed or not. */
export async function openRow(db: Db, hash: string): Promise<ContextRow | undefined> {
  return await db
    .selectFrom('flow_context')
    .selectAll()
    .where('key', '=', hash)
    .where('ended', 'is', null)
    .executeTakeFirst()
}

export async function findRow(db: Db, id: string): Promise<ContextRow | undefined> {
  return await db
    .selectFrom('flow_context')
    .selectAll()
    .where('id', '=', id)
    .where('ended', 'is', null)
    .executeTakeFirst()
}

/** Opens a context, where nobody else has meanwhile. */
export async function insertRow(db: Db, id: string, key: FlowKey, now: number): Promise<void> {
  const { principal, client, grant, handle = '' } = key
  await db
    .insertInto('flow_context')
    .values({
      ...{ id, key: hashOf(key), principal, client, grant, handle },
      ...{ opened: now, used: now, untrusted: null, classes: '[]', answers: 0 },
      ...{ seq: 0, incomplete: 0, ended: null, by: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Notes that a context is used. A clock that went back takes nothing away. */
export async function touchRow(db: Db, id: string, now: number): Promise<void> {
  await db
    .updateTable('flow_context')
    .set({ used: now })
    .where('id', '=', id)
    .where('used', '<', now)
    .execute()
}

/** @returns whether it was open, and not used since `before` where that is said. */
export async function endRow(
  db: Db,
  id: string,
  by: string,
  now: number,
  before?: number,
): Promise<boolean> {
  let query = db
    .updateTable('flow_context')
    .set({ ended: now, by })
    .where('id', '=', id)
    .where('ended', 'is', null)
  if (before !== undefined) query = query.where('used', '<', before)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Not everything that was read is kept any more. @returns whether that is news. */
export async function markIncomplete(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('flow_context')
    .set({ incomplete: 1 })
    .where('id', '=', id)
    .where('incomplete', '=', 0)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Contexts that are open and used since a moment, the last used first, with the bytes of their entries. */
export async function listRows(db: Db, since: number, principal?: string) {
  let query = db
    .selectFrom('flow_context')
    .selectAll()
    .where('ended', 'is', null)
    .where('used', '>=', since)
    .orderBy('used', 'desc')
    .orderBy('id')
    .limit(MOST)
  if (principal !== undefined) query = query.where('principal', '=', principal)
  const rows = await query.execute()
  if (rows.length === 0) return []
  const sizes = await db
    .selectFrom('flow_entry')
    .select(({ fn }) => ['context', fn.sum<number | string>('size').as('size')])
    .where(
      'context',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('context')
    .execute()
  const sizeOf = new Map(sizes.map(({ context, size }) => [context, Number(size)]))
  return rows.map((row) => ({ ...row, size: sizeOf.get(row.id) ?? 0 }))
}
