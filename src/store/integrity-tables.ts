import type { Transaction } from 'kysely'
import { type Index, makeTables, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  definition_pin: {
    columns: {
      id: 'text',
      server: 'text',
      kind: 'text',
      name: 'text',
      digest: 'text',
      definition: 'text',
      size: 'integer',
      status: 'text',
      listed: 'integer',
      cause: 'text',
      replaces: 'text?',
      judgement: 'text',
      seen: 'long',
      decided: 'long?',
      by: 'text?',
      reason: 'text?',
      version: 'integer',
      revision: 'long',
    },
    key: ['id'],
  },
  definition_list: {
    columns: { server: 'text', kind: 'text', seen: 'long', version: 'long' },
    key: ['server', 'kind'],
  },
  finding_triage: {
    columns: {
      fingerprint: 'text',
      server: 'text',
      kind: 'text',
      name: 'text',
      rule: 'text',
      reason: 'text',
      by: 'text',
      at: 'long',
      expires: 'long',
      revoked: 'long?',
    },
    key: ['fingerprint'],
  },
  canary: {
    columns: {
      id: 'text',
      kind: 'text',
      principal: 'text?',
      server: 'text?',
      place: 'text',
      planted: 'long',
      by: 'text',
      retired: 'long?',
    },
    key: ['id'],
  },
  canary_sighting: {
    columns: {
      id: 'text',
      canary: 'text',
      at: 'long',
      call: 'text',
      subject: 'text',
      client: 'text',
      grant: 'text',
      server: 'text',
      target: 'text',
      part: 'text',
      stopped: 'integer',
    },
    key: ['id'],
  },
}

const INDEXES: readonly Index[] = [
  ['definition_pin', 'server', 'kind', 'revision'],
  ['definition_pin', 'status', 'server'],
  ['canary', 'planted'],
  ['canary', 'retired'],
  ['canary_sighting', 'canary', 'at'],
  ['canary_sighting', 'at'],
]

/** Tables of what keeps poisoned content out: pinned definitions, findings, decoys. */
export function integrityTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  return makeTables(db, engine, TABLES, INDEXES)
}
