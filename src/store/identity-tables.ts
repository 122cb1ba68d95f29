import { sql, type Transaction } from 'kysely'
import { ending, type Index, makeTables, sqlType, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  user_account: {
    columns: {
      id: 'text',
      name: 'text',
      status: 'text',
      provider: 'text?',
      created: 'long',
      seen: 'long?',
    },
    key: ['id'],
  },
  agent: {
    columns: {
      id: 'text',
      name: 'text',
      owner: 'text',
      purpose: 'text',
      status: 'text',
      scopes: 'text',
      may_act: 'integer',
      keys: 'text',
      keyed: 'long?',
      workloads: 'text',
      created: 'long',
      seen: 'long?',
      expires: 'long?',
    },
    key: ['id'],
  },
  group_member: {
    columns: { kind: 'text', subject: 'text', group: 'text', source: 'text' },
    key: ['kind', 'subject', 'group', 'source'],
  },
  credential: {
    columns: {
      id: 'text',
      user: 'text',
      kind: 'text',
      label: 'text',
      data: 'text',
      created: 'long',
      used: 'long?',
    },
    key: ['id'],
  },
  login_attempt: { columns: { key: 'text', failures: 'integer', until: 'long' }, key: ['key'] },
  one_time_link: {
    columns: { digest: 'text', purpose: 'text', user: 'text', expires: 'long', used: 'long?' },
    key: ['digest'],
  },
  oauth_object: {
    columns: {
      model: 'text',
      id: 'text',
      payload: 'text',
      grant: 'text?',
      uid: 'text?',
      subject: 'text?',
      generation: 'integer?',
      expires: 'long',
      consumed: 'long?',
    },
    key: ['model', 'id'],
  },
  oauth_client: {
    columns: {
      id: 'text',
      trust: 'text',
      name: 'text',
      metadata: 'text',
      source: 'text?',
      status: 'text',
      created: 'long',
      used: 'long?',
      expires: 'long?',
    },
    key: ['id'],
  },
  oauth_grant: {
    columns: {
      id: 'text',
      kind: 'text',
      subject: 'text',
      client: 'text',
      resource: 'text',
      scopes: 'text',
      actors: 'text',
      via: 'text',
      created: 'long',
      used: 'long?',
      expires: 'long',
      revoked: 'long?',
      reason: 'text?',
    },
    key: ['id'],
  },
  oauth_consent: {
    columns: {
      user: 'text',
      client: 'text',
      redirect: 'text',
      resource: 'text',
      scopes: 'text',
      metadata: 'text',
      at: 'long',
      expires: 'long',
    },
    key: ['user', 'client', 'redirect', 'resource'],
  },
  signing_key: {
    columns: {
      id: 'text',
      algorithm: 'text',
      public: 'text',
      private: 'text',
      state: 'text',
      created: 'long',
      since: 'long',
    },
    key: ['id'],
  },
  once: { columns: { key: 'text', expires: 'long' }, key: ['key'] },
}

const INDEXES: readonly Index[] = [
  ['agent', 'keyed', 'id'],
  ['agent', 'owner', 'id'],
  ['group_member', 'group', 'kind', 'subject'],
  ['credential', 'user'],
  ['login_attempt', 'until'],
  ['one_time_link', 'user'],
  ['one_time_link', 'expires'],
  ['oauth_object', 'grant'],
  ['oauth_object', 'uid'],
  ['oauth_object', 'subject'],
  ['oauth_object', 'expires'],
  ['oauth_client', 'trust', 'created'],
  ['oauth_client', 'expires'],
  ['oauth_grant', 'kind', 'subject'],
  ['oauth_grant', 'client'],
  ['oauth_grant', 'expires'],
  ['once', 'expires'],
]

/** Tables of users, agents, clients, grants and what the authorization server keeps. */
export async function identityTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  await makeTables(db, engine, TABLES, INDEXES)
  await changeTable(db, engine)
  // By last use; who never was in use is as old as the account.
  for (const table of ['user_account', 'agent'])
    await db.schema
      .createIndex(`${table}_last_use`)
      .on(table)
      .expression(sql`coalesce(seen, created), id`)
      .execute()
}

async function changeTable(db: Transaction<Schema>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('change')
    .addColumn('seq', engine === 'sqlite' ? 'integer' : 'bigserial', (column) => {
      const keyed = column.primaryKey()
      return engine === 'sqlite' ? keyed.autoIncrement() : keyed
    })
    .addColumn('at', sqlType('long', engine), (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('until', sqlType('long', engine), (column) => column.notNull())
    .modifyEnd(ending(engine))
    .execute()
  await db.schema.createIndex('change_until').on('change').column('until').execute()
}
