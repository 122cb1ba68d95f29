import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What a call left on record. */
export interface CallRecord {
  /** Its records in their order: `intent`, `outcome`. */
  readonly kinds: readonly string[]
  readonly outcome: unknown
  readonly error: unknown
}

/** Reads the records of one call beside a running gateway on SQLite. */
export function recordsOf(dataDir: string, call: unknown): CallRecord {
  const db = new DatabaseSync(join(dataDir, 'bailiwick.db'), { readOnly: true })
  try {
    const rows = db
      .prepare('SELECT kind, outcome, body FROM record WHERE call = ? ORDER BY seq')
      .all(String(call))
    const last = rows.at(-1)
    return {
      kinds: rows.map(({ kind }) => String(kind)),
      outcome: last?.['outcome'],
      error: last === undefined ? undefined : JSON.parse(String(last['body'])).error,
    }
  } finally {
    db.close()
  }
}
