import type { Kysely } from 'kysely'
import type { DefinitionPinTable } from '../../store/integrity-schema.ts'
import type { Schema } from '../../store/schema.ts'
import type { PinList, PinMirror } from './pin-mirror.ts'
import { KNOWN_COLUMNS, type KnownRow, knownOf } from './pin-rows.ts'

type Db = Kysely<Schema>
type ListKey = Pick<PinList, 'server' | 'kind'>

/** Databases bound the parameters of a statement: rows of one insert, ids of one update. */
const ROWS = 500
const IDS = 5_000

/** The versions of all stored lists. */
export function heads(db: Db) {
  return db.selectFrom('definition_list').select(['server', 'kind', 'version']).execute()
}

/**
 * Brings a list up to date. In its turn to write, so that nothing moves meanwhile but in other processes.
 *
 * @returns whether other things count than before
 */
export async function pull(db: Db, mirror: PinMirror, list: PinList): Promise<boolean> {
  const head = await headOf(db, list)
  // Another database may answer now, one that was restored.
  const restored = head < list.head
  const before = restored ? approvedOf(list) : ''
  const rows = await since(db, list, restored ? -1 : list.head)
  if (restored) mirror.clear(list)
  // As read before the rows: one that is newer is read again, and one of which they know nothing yet is not
  // taken for known.
  list.head = head
  const changed = putAll(mirror, list, rows)
  return restored ? before !== approvedOf(list) : changed
}

/** Takes in stored rows. True when other things count than before. */
export function putAll(mirror: PinMirror, list: PinList, rows: readonly KnownRow[]): boolean {
  return rows.filter((row) => mirror.put(list, knownOf(row))).length > 0
}

function approvedOf(list: PinList): string {
  return [...list.items.entries()].map(([name, { approved }]) => `${name} ${approved}`).join('\n')
}

async function headOf(db: Db, { server, kind }: ListKey): Promise<number> {
  const row = await db
    .selectFrom('definition_list')
    .select('version')
    .where('server', '=', server)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row?.version ?? 0
}

function since(db: Db, { server, kind }: ListKey, revision: number): Promise<KnownRow[]> {
  return db
    .selectFrom('definition_pin')
    .select(KNOWN_COLUMNS)
    .where('server', '=', server)
    .where('kind', '=', kind)
    .where('revision', '>', revision)
    .execute()
}

/**
 * Counts a list one version up, and holds it until the transaction ends: whoever changes a definition does
 * this first.
 *
 * @param from the version that it must have; 0 when it must not be there; undefined: any
 * @returns the new version; undefined when the list has another version
 */
export async function advance(
  trx: Db,
  { server, kind }: ListKey,
  from: number | undefined,
  now: number,
): Promise<number | undefined> {
  if (from === 0) {
    const made = await trx
      .insertInto('definition_list')
      .values({ server, kind, seen: now, version: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .returning('version')
      .executeTakeFirst()
    return made?.version
  }
  const row = await trx
    .updateTable('definition_list')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('server', '=', server)
    .where('kind', '=', kind)
    .$if(from !== undefined, (query) => query.where('version', '=', from ?? 0))
    .returning('version')
    .executeTakeFirst()
  return row?.version
}

export async function insertPins(trx: Db, rows: readonly DefinitionPinTable[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS)
    await trx
      .insertInto('definition_pin')
      .values(rows.slice(start, start + ROWS))
      .execute()
}

/** Changes the same columns of many rows. */
export async function updatePins(
  trx: Db,
  ids: readonly string[],
  set: Partial<Omit<DefinitionPinTable, 'id' | 'version'>> & { readonly revision: number },
  decides: 'decides' | 'keeps',
): Promise<void> {
  for (let start = 0; start < ids.length; start += IDS)
    await trx
      .updateTable('definition_pin')
      .set(set)
      .$if(decides === 'decides', (query) =>
        query.set(({ eb }) => ({ version: eb('version', '+', 1) })),
      )
      .where('id', 'in', ids.slice(start, start + IDS))
      .execute()
}
