import { sql, type Transaction } from 'kysely'
import { type Index, makeTables, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  flow_context: {
    columns: {
      id: 'text',
      key: 'text',
      principal: 'text',
      client: 'text',
      grant: 'text',
      handle: 'text',
      opened: 'long',
      used: 'long',
      untrusted: 'long?',
      classes: 'text',
      answers: 'integer',
      seq: 'long',
      incomplete: 'integer',
      ended: 'long?',
      by: 'text?',
    },
    key: ['id'],
  },
  flow_entry: {
    columns: {
      context: 'text',
      seq: 'long',
      kind: 'text',
      call: 'text',
      size: 'integer',
      at: 'long',
      // Last, since SQLite walks through a long text to whatever stands behind it.
      body: 'text',
    },
    key: ['context', 'seq'],
  },
  flow_endorsement: {
    columns: { id: 'text', context: 'text', value: 'text', by: 'text', reason: 'text', at: 'long' },
    key: ['id'],
  },
  flow_written: {
    columns: { server: 'text', value: 'text', trust: 'text', how: 'text', at: 'long' },
    key: ['server', 'value'],
  },
}

const INDEXES: readonly Index[] = [
  ['flow_context', 'used'],
  ['flow_context', 'ended'],
  ['flow_endorsement', 'context'],
  ['flow_written', 'at'],
]

/** Tables of what principals have read, and of where values came from. */
export async function flowTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  await makeTables(db, engine, TABLES, INDEXES)
  // Of processes that open a context at once, one does.
  await db.schema
    .createIndex('flow_context_open')
    .unique()
    .on('flow_context')
    .column('key')
    .where(sql.ref('ended'), 'is', null)
    .execute()
}
