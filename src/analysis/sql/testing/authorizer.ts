import { constants, DatabaseSync } from 'node:sqlite'
import { SCHEMA } from './schema.ts'

/** What SQLite asked its authorizer for, while it compiled statements. */
export interface Asked {
  readonly reads: readonly { readonly table: string; readonly column: string }[]
  readonly changes: readonly string[]
  readonly functions: readonly string[]
  /** Whether SQLite compiled, and ran, all of it. */
  readonly ran: boolean
}

/** Runs statements in a fresh database, and tells what SQLite itself says they touch. */
export function askSqlite(sql: string): Asked {
  const database = new DatabaseSync(':memory:')
  database.exec(SCHEMA)
  database.function('my_function', () => 1)
  const reads: { table: string; column: string }[] = []
  const changes: string[] = []
  const functions: string[] = []
  database.setAuthorizer((action, first, second, _schema, inner) => {
    // Files stay out of it, and what views and triggers do is not in the text.
    if (action === constants.SQLITE_ATTACH) return constants.SQLITE_DENY
    if (inner !== null) return constants.SQLITE_OK
    if (action === constants.SQLITE_READ) reads.push({ table: lower(first), column: lower(second) })
    if (action === constants.SQLITE_FUNCTION) functions.push(lower(second))
    if (CHANGES.has(action)) changes.push(lower(first))
    return constants.SQLITE_OK
  })
  let ran = true
  try {
    database.exec(sql)
  } catch {
    ran = false
  }
  database.setAuthorizer(null)
  database.close()
  return { reads, changes, functions, ran }
}

const CHANGES: ReadonlySet<number> = new Set([
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
])

function lower(name: string | null): string {
  return (name ?? '').toLowerCase()
}
