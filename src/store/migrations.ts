import { type Kysely, sql, type Transaction } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import { controlTables } from './control-tables.ts'
import { flowTables } from './flow-tables.ts'
import { identityTables } from './identity-tables.ts'
import { integrityTables } from './integrity-tables.ts'
import { packageTables } from './package-tables.ts'
import { recordMarks } from './record-marks.ts'
import type { Schema } from './schema.ts'
import { vaultTables } from './vault-tables.ts'

export type Engine = 'sqlite' | 'postgres'

export interface Migration {
  readonly name: string
  readonly up: (db: Transaction<Schema>, engine: Engine) => Promise<void>
}

/** Every migration, oldest first. Append only: a released migration never changes and never moves. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'records-settings-eras', up: recordsSettingsEras },
  { name: 'limit-counters', up: limitCounters },
  { name: 'identity', up: identityTables },
  { name: 'record-subjects', up: recordSubjects },
  { name: 'control', up: controlTables },
  { name: 'record-marks', up: recordMarks },
  { name: 'integrity', up: integrityTables },
  { name: 'flow', up: flowTables },
  { name: 'packages', up: packageTables },
  { name: 'vault', up: vaultTables },
]

/** Any number will do, as long as every replica uses the same. */
const LOCK = 7_202_611

/**
 * Brings the database up to the last migration, in one transaction: all of it or nothing.
 * Replicas that start together wait for each other.
 *
 * @throws GatewayError `store_unavailable` for a database that a newer or a different version made.
 */
export async function migrate(
  db: Kysely<Schema>,
  engine: Engine,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
    await trx.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute()
    const applied = await trx.selectFrom('migration').selectAll().orderBy('version').execute()
    requireKnown(applied, migrations)
    for (const [index, { name, up }] of migrations.entries()) {
      if (index < applied.length) continue
      await up(trx, engine)
      await trx
        .insertInto('migration')
        .values({ version: index + 1, name })
        .execute()
    }
  })
}

function requireKnown(
  applied: readonly { readonly version: number; readonly name: string }[],
  migrations: readonly Migration[],
): void {
  if (applied.length > migrations.length)
    throw new GatewayError('store_unavailable', 'the database was made by a newer version')
  const foreign = applied.find(
    ({ version, name }, index) => version !== index + 1 || name !== migrations[index]?.name,
  )
  if (foreign !== undefined)
    throw new GatewayError('store_unavailable', 'the database was made by a different version')
}

async function recordsSettingsEras(db: Transaction<Schema>, engine: Engine): Promise<void> {
  // In SQLite only `integer primary key` is the row's own key; `strict` refuses other types.
  const long = engine === 'sqlite' ? 'integer' : 'bigint'
  const ending = engine === 'sqlite' ? sql`strict` : sql``
  await db.schema
    .createTable('record')
    .addColumn('seq', long, (column) => column.primaryKey())
    .addColumn('at', long, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('call', 'text', (column) => column.notNull())
    .addColumn('server', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .modifyEnd(ending)
    .execute()
  // Lists go newest first, so each filter's index ends in the order of the list.
  const index = (name: string) => db.schema.createIndex(name).on('record')
  await index('record_call').column('call').execute()
  await index('record_at').columns(['at', 'seq']).execute()
  await index('record_server').columns(['server', 'at', 'seq']).execute()
  await index('record_target').columns(['target', 'at', 'seq']).execute()
  await index('record_outcome')
    .columns(['outcome', 'at', 'seq'])
    .where(sql.ref('outcome'), 'is not', null)
    .execute()
  await db.schema
    .createTable('record_head')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('seq', long, (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .modifyEnd(ending)
    .execute()
  await db
    .insertInto('record_head')
    .values({ id: 1, seq: 0, hash: '0'.repeat(64) })
    .execute()
  await db.schema
    .createTable('setting')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .modifyEnd(ending)
    .execute()
  await db.schema
    .createTable('server_era')
    .addColumn('server', 'text', (column) => column.primaryKey())
    .addColumn('era', 'text', (column) => column.notNull())
    .addColumn('revision', 'text', (column) => column.notNull())
    .addColumn('seen', long, (column) => column.notNull())
    .modifyEnd(ending)
    .execute()
}

async function limitCounters(db: Transaction<Schema>, engine: Engine): Promise<void> {
  const long = engine === 'sqlite' ? 'integer' : 'bigint'
  const ending = engine === 'sqlite' ? sql`strict` : sql``
  await db.schema
    .createTable('limit_counter')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('used', 'text', (column) => column.notNull())
    .addColumn('at', long, (column) => column.notNull())
    .addColumn('till', long, (column) => column.notNull())
    .modifyEnd(ending)
    .execute()
  await db.schema.createIndex('limit_counter_till').on('limit_counter').column('till').execute()
  if (engine === 'sqlite') return
  await db.schema
    .createTable('limit_running')
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('limit_running_key', ['key', 'holder'])
    .execute()
  await db.schema
    .createTable('limit_holder')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('expires', long, (column) => column.notNull())
    .execute()
}

/** Whom records are about. Calls and events are listed apart, so each has indexes of its own. */
async function recordSubjects(db: Transaction<Schema>): Promise<void> {
  for (const column of ['subject', 'client', 'grant'])
    await db.schema.alterTable('record').addColumn(column, 'text').execute()
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on('record')
      .columns([...columns, 'at', 'seq'] as never[])
  for (const column of ['subject', 'client', 'grant'])
    await index(`record_${column}`, [column])
      .where(sql.ref('kind'), '<>', sql.lit('event'))
      .execute()
  for (const columns of [[], ['subject'], ['client']])
    await index(['record_event', ...columns].join('_'), columns)
      .where(sql.ref('kind'), '=', sql.lit('event'))
      .execute()
}
