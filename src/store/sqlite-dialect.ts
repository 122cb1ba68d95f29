import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { syncHere, walSync } from './wal-sync.ts'

/** Milliseconds that a writer waits for the write lock of another process, and between two tries. */
const PATIENCE = 5_000
const PAUSE = 5

/** SQLite's result code for a lock that somebody else holds. */
const SQLITE_BUSY = 5

/** Prepared statements kept. Preparing costs more than running on the hot path. */
const MAX_STATEMENTS = 128

/** Pages of write-ahead log after which it is carried over: pages written often are carried once. */
const CHECKPOINT = 4_000

/** Bytes of write-ahead log kept on disk after a checkpoint. */
const MAX_JOURNAL = 64 * 1024 * 1024

export interface SqliteOptions {
  readonly path: string
  /** `full`: a commit survives power loss. `process`: it survives only the end of the process. */
  readonly durability: 'full' | 'process'
  /** `pool` (the default) keeps the event loop free while the disk syncs; `here` blocks it. */
  readonly sync?: 'pool' | 'here'
}

/**
 * Kysely on `node:sqlite`: one connection, which Kysely's own mutex hands out, so transactions
 * never interleave. The file is made with mode 0600, missing directories with 0700.
 */
export function sqliteDialect(
  options: SqliteOptions,
  openWal = options.sync === 'here' ? (path: string) => walSync(path, syncHere) : walSync,
): Dialect {
  return {
    createDriver: () => sqliteDriver(options, openWal),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

function sqliteDriver(options: SqliteOptions, openWal: typeof walSync): Driver {
  const database = openDatabase(options)
  const wal = options.durability === 'full' ? openWal(options.path) : undefined
  const connection = connect(database, async () => wal?.sync())
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    // A deferred transaction that turns into a writer fails at once when another process writes.
    beginTransaction: (_, { accessMode }) =>
      patiently(() => database.exec(accessMode === 'read only' ? 'begin' : 'begin immediate')),
    commitTransaction: async () => {
      database.exec('commit')
      await wal?.sync()
    },
    // Some errors, a full disk for one, have already rolled the transaction back.
    rollbackTransaction: async () => {
      if (database.isTransaction) database.exec('rollback')
    },
    releaseConnection: async () => {},
    destroy: async () => {
      wal?.close()
      database.close()
    },
  }
}

/** Runs the statement; while another process holds the lock, tries again, up to `PATIENCE`. */
async function patiently<T>(run: () => T): Promise<T> {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      return run()
    } catch (error) {
      if (waited >= PATIENCE || !isBusy(error)) throw error
    }
    await sleep(PAUSE)
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
  )
}

function openDatabase({ path }: SqliteOptions): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path, {
    timeout: PATIENCE,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  })
  try {
    database.exec('pragma journal_mode = wal')
    // What is destroyed shall not stay in free pages: sealed credentials least of all.
    database.exec('pragma secure_delete = on')
    // The sync that `full` would add inside each commit is `walSync`'s.
    database.exec('pragma synchronous = normal')
    database.exec(`pragma wal_autocheckpoint = ${CHECKPOINT}`)
    database.exec(`pragma journal_size_limit = ${MAX_JOURNAL}`)
    // From here on `patiently` waits: SQLite's own waiting would stop the event loop.
    database.exec('pragma busy_timeout = 0')
    // The first read makes the log file.
    database.exec('select 1 from sqlite_schema')
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
  /** False only for what certainly reads; a statement with `returning` also returns rows. */
  readonly mayWrite: boolean
}

function connect(database: DatabaseSync, sync: () => Promise<void>): DatabaseConnection {
  const prepare = statementCache(database)
  return {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const { statement, returnsRows, mayWrite } = prepare(query.sql)
      const parameters = query.parameters as readonly SQLInputValue[]
      const run = (): QueryResult<R> =>
        returnsRows
          ? { rows: statement.all(...parameters) as R[] }
          : { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
      if (database.isTransaction) return run()
      const result = await patiently(run)
      if (mayWrite) await sync()
      return result
    },
    // A statement of its own: a cached one would be reset by its next use.
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      const parameters = query.parameters as readonly SQLInputValue[]
      for (const row of database.prepare(query.sql).iterate(...parameters))
        yield { rows: [row as R] }
    },
  }
}

function statementCache(database: DatabaseSync): (sql: string) => Prepared {
  const cache = new Map<string, Prepared>()
  return (sql) => {
    const known = cache.get(sql)
    if (known !== undefined) {
      // Last in insertion order is most recently used.
      cache.delete(sql)
      cache.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    const prepared = {
      statement,
      returnsRows: statement.columns().length > 0,
      mayWrite: !/^\s*select\b/i.test(sql),
    }
    cache.set(sql, prepared)
    const [oldest] = cache.keys()
    if (cache.size > MAX_STATEMENTS && oldest !== undefined) cache.delete(oldest)
    return prepared
  }
}
