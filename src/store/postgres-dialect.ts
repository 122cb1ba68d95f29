import { CompiledQuery, type Dialect, PostgresDialect } from 'kysely'
import { Pool, types } from 'pg'

/** Milliseconds: for a connection, for a lock, for a statement, and for a silent network. */
const CONNECT_TIMEOUT = 5_000
const LOCK_TIMEOUT = 8_000
const STATEMENT_TIMEOUT = 10_000
const SILENCE_TIMEOUT = 15_000

const INT8 = 20

export interface PostgresOptions {
  /** A connection URI (libpq form). Holds a secret: never logged. */
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
}

/** Kysely on PostgreSQL. Every wait has an end, and every commit is durable, whatever the server's default. */
export function postgresDialect({ url, poolSize }: PostgresOptions): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'bailiwick',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
    query_timeout: SILENCE_TIMEOUT,
    types: { getTypeParser: typeParser },
  })
  // A connection that breaks between two queries reports by an event, to the pool when it is idle
  // and on itself when it is in use; without listeners the process would end. The pool drops it,
  // and the next query says so.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('set synchronous_commit = on'))
    },
  })
}

const typeParser: typeof types.getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === INT8 && format !== 'binary'
    ? safeInteger
    : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`\`${text}\` is not a safe integer`)
  return value
}
