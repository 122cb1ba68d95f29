import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Store } from '../../../src/store/store.ts'

/** Bytes of one place, by its name. */
export type Places = Readonly<Record<string, Uint8Array>>

/** Files that hold keys, and are for their owner alone. */
const KEYS = ['operator.key', 'seal.key']

/** Every row of every table, as whoever has the database reads it. */
export async function dump({ db, engine }: Store): Promise<Places> {
  const raw = db as unknown as Kysely<Record<string, object>>
  const tables = await (engine === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_schema where type = 'table'`
    : sql<{
        name: string
      }>`select tablename as name from pg_tables where schemaname = current_schema()`
  ).execute(db)
  const places = tables.rows.map(async ({ name }) => {
    const rows = await raw.selectFrom(name).selectAll().execute()
    const text = rows.flatMap((row) => Object.values(row)).map(String)
    return [`table ${name}`, Buffer.from(text.join('\n'))] as const
  })
  return Object.fromEntries(await Promise.all(places))
}

/** Every file of a folder but those of keys: databases with their logs, and pages that were freed. */
export function files(folder: string): Places {
  const found = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((one) => one.isFile() && !KEYS.includes(one.name))
    .map((file) => join(file.parentPath, file.name))
  return Object.fromEntries(found.map((file) => [file, readFileSync(file)]))
}
