import type { Transaction } from 'kysely'
import { makeTables, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  package: {
    columns: {
      server: 'text',
      id: 'text',
      ecosystem: 'text',
      name: 'text',
      version: 'text',
      wanted: 'text?',
      integrity: 'text',
      lock: 'text',
      tree: 'text',
      folder: 'text',
      dependencies: 'integer',
      scripted: 'text',
      scripts: 'integer',
      provenance: 'text',
      state: 'text',
      changes: 'text',
      installed: 'long',
      decided: 'long?',
      by: 'text?',
      reason: 'text?',
    },
    key: ['server', 'id'],
  },
  package_lock: { columns: { digest: 'text', body: 'text' }, key: ['digest'] },
}

/** Tables of the programs that servers run. */
export function packageTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  return makeTables(db, engine, TABLES, [['package', 'name', 'version']])
}
