import type { Transaction } from 'kysely'
import { makeTables, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  vault_secret: {
    columns: {
      name: 'text',
      owner: 'text',
      version: 'integer',
      state: 'text',
      purpose: 'text',
      servers: 'text',
      key_id: 'text',
      wrapped: 'text',
      sealed: 'text',
      created: 'long',
      changed: 'long',
      used: 'long?',
      expires: 'long?',
      rotate_after: 'long?',
      exposures: 'text',
      by: 'text',
    },
    key: ['name', 'owner', 'version'],
  },
  vault_connection: {
    columns: {
      server: 'text',
      owner: 'text',
      kind: 'text',
      status: 'text',
      issuer: 'text',
      resource: 'text',
      client: 'text',
      scopes: 'text',
      wanted: 'text',
      version: 'integer',
      key_id: 'text',
      wrapped: 'text',
      access: 'text',
      refresh: 'text',
      proof: 'text',
      expires: 'long?',
      created: 'long',
      refreshed: 'long?',
      used: 'long?',
      lease: 'long?',
      holder: 'text?',
      reason: 'text?',
    },
    key: ['server', 'owner'],
  },
  vault_client: {
    columns: {
      issuer: 'text',
      redirect: 'text',
      client: 'text',
      trust: 'text',
      metadata: 'text',
      key_id: 'text',
      wrapped: 'text',
      sealed: 'text',
      version: 'integer',
      created: 'long',
      expires: 'long?',
    },
    key: ['issuer', 'redirect'],
  },
  vault_state: {
    columns: {
      digest: 'text',
      server: 'text',
      owner: 'text',
      user: 'text',
      session: 'text',
      issuer: 'text',
      key_id: 'text',
      wrapped: 'text',
      sealed: 'text',
      expires: 'long',
    },
    key: ['digest'],
  },
  vault_key: {
    columns: {
      id: 'text',
      algorithm: 'text',
      public: 'text',
      key_id: 'text',
      wrapped: 'text',
      sealed: 'text',
      state: 'text',
      created: 'long',
    },
    key: ['id'],
  },
}

/** Tables of the vault. */
export function vaultTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  return makeTables(db, engine, TABLES, [
    ['vault_connection', 'owner', 'server'],
    ['vault_state', 'expires'],
  ])
}
