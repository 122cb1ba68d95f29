import { CompiledQuery, type Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import { type ChainedRecord, chainAfter, type Head, type MarkedDraft } from './chain.ts'
import { type Append, requireGrown } from './head.ts'

/** Rows per insert, largest first: few statements to prepare, few to run for any batch. */
const SIZES = [32, 8, 1] as const

const INSERTS = SIZES.map((size) => ({
  size,
  sql: `insert into record
    (seq, at, kind, call, server, target, outcome, subject, client, "grant", body, hash)
    values ${Array(size).fill('(?,?,?,?,?,?,?,?,?,?,?,?)').join(',')}`,
}))

const MARKS = SIZES.map((size) => ({
  size,
  sql: `insert into record_mark (mark, at, seq) values ${Array(size).fill('(?,?,?)').join(',')}`,
}))

const READ_HEAD = CompiledQuery.raw('select seq, hash from record_head where id = 1')
const MOVE_HEAD = 'update record_head set seq = ?, hash = ? where id = 1'

/**
 * Appends on SQLite: one transaction, which holds the only write lock from its begin, so the head
 * it reads is the head it follows. Raw statements, because compiling queries would cost more than
 * running them.
 */
export function appendSqlite(db: Kysely<Schema>, floor: Head): Append {
  let known = floor
  return async (drafts) => {
    known = await db.transaction().execute(async (trx) => {
      const { rows } = await trx.executeQuery<Head>(READ_HEAD)
      const records = chainAfter(requireGrown(rows[0], known), drafts)
      for (const insert of inserts(INSERTS, records.map(columns))) await trx.executeQuery(insert)
      for (const insert of inserts(MARKS, records.flatMap(markRows))) await trx.executeQuery(insert)
      const { seq, hash } = records.at(-1) as Head
      await trx.executeQuery(CompiledQuery.raw(MOVE_HEAD, [seq, hash]))
      return { seq, hash }
    })
    return known
  }
}

function* inserts(
  statements: typeof INSERTS,
  rows: readonly (readonly unknown[])[],
): Generator<CompiledQuery> {
  let done = 0
  for (const { size, sql } of statements) {
    for (; rows.length - done >= size; done += size)
      yield CompiledQuery.raw(sql, rows.slice(done, done + size).flat())
  }
}

function markRows({ marks, at, seq }: MarkedDraft & ChainedRecord): readonly unknown[][] {
  return marks.map((mark) => [mark, at, seq])
}

function columns(row: ChainedRecord): unknown[] {
  return [
    row.seq,
    row.at,
    row.kind,
    row.call,
    row.server,
    row.target,
    row.outcome,
    row.subject,
    row.client,
    row.grant,
    row.body,
    row.hash,
  ]
}
