import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Of these columns nothing depends: when something was in use last. */
const USES = new Set(['seen', 'used'])

/** Everything that a gateway keeps, table by table, but for when it was in use. */
export function stateOf({
  dataDir,
}: {
  readonly dataDir: string
}): Readonly<Record<string, string>> {
  const db = new DatabaseSync(join(dataDir, 'bailiwick.db'), { readOnly: true })
  try {
    const tables = db.prepare(`select name from sqlite_master where type = 'table'`).all()
    return Object.fromEntries(
      tables.map(({ name }) => {
        const rows = db.prepare(`select * from "${name}"`).all()
        const kept = rows.map((row) => Object.entries(row).filter(([column]) => !USES.has(column)))
        return [
          String(name),
          kept
            .map((row) => String(row))
            .sort()
            .join('\n'),
        ]
      }),
    )
  } finally {
    db.close()
  }
}
