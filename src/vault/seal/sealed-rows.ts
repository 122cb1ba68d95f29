import { type RawBuilder, sql } from 'kysely'
import type { SealPlace, WrappedKey } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { clientPlace, connectionPlace, keyPlace, secretPlace, statePlace } from './places.ts'

export const SEALED_TABLES = [
  'vault_secret',
  'vault_connection',
  'vault_client',
  'vault_state',
  'vault_key',
] as const
export type SealedTable = (typeof SEALED_TABLES)[number]

/** A row with a data key of its own. */
export interface SealedRow extends WrappedKey {
  readonly table: SealedTable
  /** Values of its primary key. */
  readonly at: readonly (string | number)[]
  readonly place: SealPlace
}

type Value = string | number
type Row = Readonly<Record<string, Value>> & { readonly key_id: string; readonly wrapped: string }

interface TableWords {
  readonly key: readonly string[]
  readonly place: (row: never, tenant?: string) => SealPlace
}

const WORDS: Readonly<Record<SealedTable, TableWords>> = {
  vault_secret: { key: ['name', 'owner', 'version'], place: secretPlace },
  vault_connection: { key: ['server', 'owner'], place: connectionPlace },
  vault_client: { key: ['issuer', 'redirect'], place: clientPlace },
  vault_state: { key: ['digest'], place: statePlace },
  vault_key: { key: ['id'], place: keyPlace },
}

/** Whether anything is sealed: then a provider without keys has lost them. */
export async function holdsSealed({ db }: Store): Promise<boolean> {
  for (const table of SEALED_TABLES) {
    const query = sql`select 1 from ${sql.table(table)} where key_id <> '' limit 1`
    if ((await query.execute(db)).rows.length > 0) return true
  }
  return false
}

/** How many rows each key seals. */
export async function rowsByKey({ db }: Store): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const table of SEALED_TABLES) {
    const query = sql<{ key_id: string; rows: number | string }>`
      select key_id, count(*) as rows from ${sql.table(table)} where key_id <> '' group by key_id`
    for (const { key_id: id, rows } of (await query.execute(db)).rows)
      found.set(id, (found.get(id) ?? 0) + Number(rows))
  }
  return found
}

/** Pages of rows that another key than this one seals, in the order of the primary key. */
export async function* rowsOfOthers(
  store: Store,
  keyId: string,
  page: number,
  tenant?: string,
): AsyncGenerator<readonly SealedRow[]> {
  for (const table of SEALED_TABLES) {
    let after: readonly Value[] | undefined
    for (;;) {
      const beyond = after === undefined ? sql`` : sql`and ${keyTuple(table)} > ${values(after)}`
      const where = sql`key_id <> '' and key_id <> ${keyId} ${beyond}`
      const rows = await select(store, table, where, sql`order by ${columns(table)}`, page, tenant)
      if (rows.length > 0) yield rows
      if (rows.length < page) break
      after = rows.at(-1)?.at
    }
  }
}

/** Some rows of each table, by chance. */
export async function sampleRows(
  store: Store,
  perTable: number,
  tenant?: string,
): Promise<readonly SealedRow[]> {
  const all: SealedRow[] = []
  for (const table of SEALED_TABLES) {
    const [sealed, shuffled] = [sql`key_id <> ''`, sql`order by random()`]
    all.push(...(await select(store, table, sealed, shuffled, perTable, tenant)))
  }
  return all
}

/** Gives a row its data key under another key, unless somebody else changed it meanwhile. */
export async function replaceWrapped(
  { db }: Store,
  { table, at, keyId, wrapped }: SealedRow,
  by: WrappedKey,
): Promise<boolean> {
  const query = sql`
    update ${sql.table(table)} set key_id = ${by.keyId}, wrapped = ${by.wrapped}
    where ${keyTuple(table)} = ${values(at)} and key_id = ${keyId} and wrapped = ${wrapped}`
  return ((await query.execute(db)).numAffectedRows ?? 0n) > 0n
}

async function select(
  { db }: Store,
  table: SealedTable,
  where: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
  tenant: string | undefined,
): Promise<readonly SealedRow[]> {
  const query = sql<Row>`
    select * from ${sql.table(table)} where ${where} ${order} limit ${limit}`
  const { key, place } = WORDS[table]
  return (await query.execute(db)).rows.map((row) => ({
    ...{ table, keyId: row.key_id, wrapped: row.wrapped, place: place(row as never, tenant) },
    at: key.map((column) => row[column] ?? ''),
  }))
}

function columns(table: SealedTable): RawBuilder<unknown> {
  return sql.join(WORDS[table].key.map((column) => sql.ref(column)))
}

function keyTuple(table: SealedTable): RawBuilder<unknown> {
  return sql`(${columns(table)})`
}

function values(at: readonly Value[]): RawBuilder<unknown> {
  return sql`(${sql.join([...at])})`
}
