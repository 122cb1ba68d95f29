import type { Transaction } from 'kysely'
import { type Index, makeTables, type Tables } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

const TABLES: Tables = {
  approval: {
    columns: {
      id: 'text',
      state: 'text',
      call_key: 'text',
      surroundings: 'text',
      digest: 'text',
      holder: 'text',
      subject: 'text',
      client: 'text',
      server: 'text',
      target: 'text',
      request: 'text?',
      lift: 'text',
      requesters: 'text',
      self: 'text?',
      created: 'long',
      deadline: 'long',
      expires: 'long',
      decided: 'long?',
      used_by: 'text?',
    },
    key: ['id'],
  },
  approval_vote: {
    columns: {
      approval: 'text',
      user: 'text',
      verdict: 'text',
      stands_for: 'text',
      assurance: 'text',
      channel: 'text',
      at: 'long',
      comment: 'text?',
      evidence: 'text?',
      pattern: 'text?',
    },
    key: ['approval', 'user'],
  },
  approval_pattern: {
    columns: {
      id: 'text',
      approval: 'text',
      holder: 'text',
      subject: 'text',
      client: 'text',
      action: 'text',
      server: 'text',
      target: 'text',
      fixed: 'text',
      free: 'text',
      surroundings: 'text',
      digest: 'text',
      created: 'long',
      expires: 'long',
      revoked: 'long?',
    },
    key: ['id'],
  },
  webhook_delivery: {
    columns: {
      id: 'text',
      endpoint: 'text',
      event: 'text',
      payload: 'text',
      state: 'text',
      attempts: 'integer',
      due: 'long',
      created: 'long',
      status: 'integer?',
      reference: 'text?',
    },
    key: ['id'],
  },
  policy_version: {
    columns: {
      version: 'integer',
      files: 'text',
      hash: 'text',
      author: 'text',
      comment: 'text',
      created: 'long',
    },
    key: ['version'],
  },
  policy_rollout: {
    columns: { seq: 'integer', version: 'integer', mode: 'text', by: 'text', at: 'long' },
    key: ['seq'],
  },
  tool_class: {
    columns: {
      server: 'text',
      tool: 'text',
      classes: 'text',
      by: 'text',
      at: 'long',
      version: 'integer',
    },
    key: ['server', 'tool'],
  },
}

const INDEXES: readonly Index[] = [
  ['approval', 'call_key', 'created'],
  ['approval', 'state', 'expires'],
  ['approval', 'holder', 'created'],
  ['approval', 'created', 'id'],
  ['approval', 'subject', 'server', 'target'],
  ['approval_pattern', 'holder', 'server', 'target'],
  ['approval_pattern', 'expires'],
  ['webhook_delivery', 'state', 'due'],
  ['webhook_delivery', 'endpoint', 'created'],
]

/** Tables of what people decide in the control plane: approvals, policies, classes; and of webhooks. */
export function controlTables(db: Transaction<Schema>, engine: Engine): Promise<void> {
  return makeTables(db, engine, TABLES, INDEXES)
}
