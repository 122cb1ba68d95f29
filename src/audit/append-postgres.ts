import { CompiledQuery, type Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import { chainAfter, type Head, type MarkedDraft } from './chain.ts'
import { type Append, requireGrown } from './head.ts'

/** Moves the head if it is still where we saw it, and inserts the records, with their marks, if it moved. */
const SWAP = `
  with moved as (
    update record_head set seq = $1, hash = $2
    where id = 1 and seq = $3 and hash = $4
    returning seq
  ), marked as (
    insert into record_mark (mark, at, seq)
    select mark, at, seq
    from json_to_recordset($6::json) as fresh (mark text, at bigint, seq bigint)
    where exists (select from moved)
  )
  insert into record
    (seq, at, kind, call, server, target, outcome, subject, client, "grant", body, hash)
  select seq, at, kind, call, server, target, outcome, subject, client, "grant", body, hash
  from json_to_recordset($5::json) as fresh (
    seq bigint, at bigint, kind text, call text, server text, target text, outcome text,
    subject text, client text, "grant" text, body text, hash text
  )
  where exists (select from moved)`

const LOCK_HEAD = CompiledQuery.raw('select seq, hash from record_head where id = 1 for update')

/**
 * Appends on PostgreSQL, where other replicas append too. One statement and one round trip while
 * the head is where this process left it; otherwise a transaction that queues for the head's row
 * lock, so that busy replicas take turns.
 */
export function appendPostgres(db: Kysely<Schema>, floor: Head): Append {
  let known = floor
  return async (drafts) => {
    known = (await swap(db, known, drafts)) ?? (await appendLocked(db, known, drafts))
    return known
  }
}

async function appendLocked(
  db: Kysely<Schema>,
  known: Head,
  drafts: readonly MarkedDraft[],
): Promise<Head> {
  return await db.transaction().execute(async (trx) => {
    const { rows } = await trx.executeQuery<Head>(LOCK_HEAD)
    const moved = await swap(trx, requireGrown(rows[0], known), drafts)
    if (moved === undefined) throw new Error('the locked head moved')
    return moved
  })
}

/** Answers the new head, or undefined when `head` is not the head any more. */
async function swap(
  db: Kysely<Schema>,
  head: Head,
  drafts: readonly MarkedDraft[],
): Promise<Head | undefined> {
  const chained = chainAfter(head, drafts)
  const { seq, hash } = chained.at(-1) ?? head
  const records = chained.map(({ marks: _, ...record }) => record)
  const marks = chained.flatMap((one) =>
    one.marks.map((mark) => ({ mark, at: one.at, seq: one.seq })),
  )
  const parameters = [
    seq,
    hash,
    head.seq,
    head.hash,
    JSON.stringify(records),
    JSON.stringify(marks),
  ]
  const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(SWAP, parameters))
  return numAffectedRows === BigInt(records.length) ? { seq, hash } : undefined
}
