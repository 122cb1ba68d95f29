import { Kysely } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import { type Engine, migrate } from './migrations.ts'
import { type PostgresOptions, postgresDialect } from './postgres-dialect.ts'
import type { Schema } from './schema.ts'
import { type SqliteOptions, sqliteDialect } from './sqlite-dialect.ts'

/** Where the state lives. */
export type StoreOptions =
  | ({ readonly kind: 'sqlite' } & SqliteOptions)
  | ({ readonly kind: 'postgres' } & PostgresOptions)

/** An open database, at the newest schema. Queries live in the module that asks them. */
export interface Store {
  readonly db: Kysely<Schema>
  readonly engine: Engine
  /** Closes every connection; afterwards each query rejects. */
  close(): Promise<void>
}

/**
 * Opens the database, making it when it is not there, and brings its schema up to date.
 *
 * @throws GatewayError `store_unavailable`: it cannot be reached or written, or a newer version
 *   made it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const dialect = options.kind === 'sqlite' ? sqliteDialect(options) : postgresDialect(options)
  let db: Kysely<Schema> | undefined
  try {
    db = new Kysely<Schema>({ dialect })
    await migrate(db, options.kind)
  } catch (error) {
    await db?.destroy().catch(() => {})
    throw unavailable(error)
  }
  const opened = db
  return { db: opened, engine: options.kind, close: () => opened.destroy() }
}

function unavailable(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('store_unavailable', 'the database cannot be opened', {
    cause: error,
    detail: error instanceof Error ? error.message : String(error),
  })
}
