import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Clock } from '../kernel/ports.ts'
import type { LimitCounterTable, Schema } from '../store/schema.ts'

type Db = Kysely<Schema> | Transaction<Schema>

/** The time, for use in a statement. */
type Time = () => RawBuilder<number>

/** A counter's row, and the time at which it was seen. */
export type SeenRow = LimitCounterTable & { readonly now: number }

/** Milliseconds that a row is kept which nobody has counted in yet. */
const UNUSED_KEPT = 60_000

/** Rows that one tidying removes at most. */
const TIDIED = 1_000

/** Attempts to lock rows that others keep removing. */
const ATTEMPTS = 5

/**
 * The time as SQL. The database's clock is the one that all replicas share; tests bring their own.
 */
export function timeOf(clock: Clock | undefined): Time {
  return () =>
    clock === undefined
      ? sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`
      : sql<number>`${Math.floor(clock())}::bigint`
}

/**
 * Locks the rows of some counters, making those that are missing. Everyone locks in the order of keys,
 * so nobody waits in a circle. A row's time is read after its lock was got: it never runs backwards
 * because somebody waited.
 *
 * @param keys sorted, without duplicates.
 */
export async function lockRows(
  trx: Transaction<Schema>,
  keys: readonly string[],
  now: Time,
): Promise<ReadonlyMap<string, SeenRow>> {
  if (keys.length === 0) return new Map()
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { rows } = await sql<SeenRow>`
      with locked as materialized (
        select * from limit_counter where key = any(${[...keys]}::text[]) order by key for update
      )
      select locked.*, ${now()} as now from locked`.execute(trx)
    if (rows.length === keys.length) return new Map(rows.map((row) => [row.key, row]))
    await sql`
      insert into limit_counter (key, rule, used, at, till)
      select key, '', '0', 0, ${now()} + ${UNUSED_KEPT}::bigint
      from unnest(${[...keys]}::text[]) as key order by key
      on conflict do nothing`.execute(trx)
  }
  throw new Error('the rows of the counters keep vanishing')
}

/** Reads the rows of some counters, without waiting for anybody. */
export async function readRows(
  db: Db,
  keys: readonly string[],
  now: Time,
): Promise<ReadonlyMap<string, SeenRow>> {
  const { rows } = await sql<SeenRow>`
    select *, ${now()} as now from limit_counter
    where key = any(${[...keys]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.key, row]))
}

/** How many calls the replicas whose lease holds run, but for one of them. */
export async function runningElsewhere(
  db: Db,
  keys: readonly string[],
  holder: string,
  now: Time,
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key: string; count: number }>`
    select key, sum(count)::bigint as count
    from limit_running join limit_holder on id = holder
    where key = any(${[...keys]}::text[]) and holder <> ${holder} and expires > ${now()}
    group by key`.execute(db)
  return new Map(rows.map(({ key, count }) => [key, count]))
}

/** Writes counters whose rows are locked. */
export async function writeRows(
  trx: Transaction<Schema>,
  rows: readonly LimitCounterTable[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update limit_counter as kept set rule = f.rule, used = f.used, at = f.at, till = f.till
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as f (key text, rule text, used text, at bigint, till bigint)
    where kept.key = f.key`.execute(trx)
}

/** Writes how many calls a replica runs. Counts are whole, never differences: writing twice is once. */
export async function writeRunning(
  trx: Transaction<Schema>,
  holder: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0) return
  const rows = JSON.stringify(Array.from(counts, ([key, count]) => ({ key, count })))
  await sql`
    insert into limit_running (key, holder, count)
    select key, ${holder}, count from json_to_recordset(${rows}::json) as f (key text, count int)
    on conflict (key, holder) do update set count = excluded.count`.execute(trx)
  await trx
    .deleteFrom('limit_running')
    .where('holder', '=', holder)
    .where('count', '=', 0)
    .execute()
}

/** Extends a replica's lease, and puts right what it runs. */
export async function renewLease(
  trx: Transaction<Schema>,
  holder: string,
  counts: ReadonlyMap<string, number>,
  expires: RawBuilder<number>,
): Promise<void> {
  await sql`
    insert into limit_holder (id, expires) values (${holder}, ${expires})
    on conflict (id) do update set expires = excluded.expires`.execute(trx)
  const keys = [...counts.keys()]
  await sql`
    delete from limit_running
    where holder = ${holder} and not key = any(${keys}::text[])`.execute(trx)
  await writeRunning(trx, holder, counts)
}

/** Ends a replica's lease: it runs nothing any more. */
export async function endLease(trx: Transaction<Schema>, holder: string): Promise<void> {
  await trx.deleteFrom('limit_running').where('holder', '=', holder).execute()
  await trx.deleteFrom('limit_holder').where('id', '=', holder).execute()
}

/** Removes rows that say nothing any more, and what replicas left that are gone. */
export async function tidy(db: Db, now: Time): Promise<void> {
  await sql`
    delete from limit_counter where key in (
      select key from limit_counter where till <= ${now()}
      order by key limit ${TIDIED} for update skip locked
    )`.execute(db)
  await sql`delete from limit_holder where expires <= ${now()}`.execute(db)
  await sql`
    delete from limit_running
    where not exists (select from limit_holder where id = holder)`.execute(db)
}

/**
 * Says whether a commit waits for the disk. Without, a crash of the database can lose what was counted
 * in the last fraction of a second, and the rows are locked for a fraction of the time.
 */
export async function waitForDisk(trx: Transaction<Schema>, wait: 'on' | 'off'): Promise<void> {
  await sql`select set_config('synchronous_commit', ${wait}, true)`.execute(trx)
}
