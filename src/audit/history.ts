import { type Kysely, sql } from 'kysely'
import type { RecordEntry } from '../kernel/record.ts'
import type { Schema } from '../store/schema.ts'
import {
  afterCursor,
  boundedLimit,
  cursorAfter,
  type PageQuery,
  pageOf,
  type StoredRecord,
  stored,
} from './page.ts'

/** Told apart in words, not in a parameter: only so do the indexes of calls serve. */
export const IS_CALL = sql<boolean>`r.kind <> 'event'`

/**
 * Whether a record is the first of its call: an intent, or an outcome without one. Written as a value that
 * is looked up, because PostgreSQL would rather read all intents once than look up a few.
 */
export const FIRST_OF_CALL = sql<boolean>`(r.kind = 'intent' or (
  select i.seq from record as i where i.call = r.call and i.kind = 'intent' limit 1
) is null)`

/** How a call ended (see `RecordEntry`). */
export type Outcome = Extract<RecordEntry, { readonly kind: 'outcome' }>['outcome']

/** A call by its records. No intent: never dispatched. No outcome: in flight, or cut off. */
export interface CallRecords {
  readonly call: string
  readonly intent: StoredRecord | undefined
  readonly outcome: StoredRecord | undefined
}

/** Which calls to list. Every member narrows. */
export interface CallQuery extends PageQuery {
  readonly server?: string
  /** The exact name of a tool or prompt, or the URI of a resource. */
  readonly target?: string
  readonly outcome?: Outcome
  /** `user:id` or `agent:id`. */
  readonly subject?: string
  /** The id of the OAuth client. */
  readonly client?: string
  readonly grant?: string
}

/** A page of calls, newest first. */
export interface CallPage {
  readonly calls: readonly CallRecords[]
  /** Where the next page starts; undefined on the last. */
  readonly next: string | undefined
}

/**
 * Lists calls by the time of their first record, newest first; with a filter on the outcome, by
 * the time of the outcome.
 *
 * @throws GatewayError `params_invalid` for a cursor that no page gave.
 */
export async function listCalls(db: Kysely<Schema>, query: CallQuery): Promise<CallPage> {
  const limit = boundedLimit(query.limit)
  const rows = await selectCalls(db, query)
    .limit(limit + 1)
    .execute()
  const { shown, next } = pageOf(rows, limit)
  const calls = [...new Set(shown.map(({ call }) => call))]
  const known = await recordsOf(db, calls)
  return { calls: calls.map((call) => known.get(call) ?? nothing(call)), next }
}

/** Which calls to walk through. */
export interface WalkQuery extends Omit<CallQuery, 'limit' | 'cursor'> {
  /** Only the last so many of them. */
  readonly last?: number
}

const WALK_PAGE = 500

/**
 * Walks through calls by the time of their first record, oldest first. A page at a time, so that any
 * number of them takes little memory.
 */
export async function* walkCalls(
  db: Kysely<Schema>,
  { last, ...query }: WalkQuery,
): AsyncGenerator<CallRecords, void> {
  let cursor = last === undefined ? undefined : await placeBefore(db, query, last)
  for (;;) {
    const place = cursor === undefined ? {} : { cursor }
    const rows = await selectCalls(db, { ...query, ...place }, 'asc')
      .limit(WALK_PAGE)
      .execute()
    const known = await recordsOf(
      db,
      rows.map(({ call }) => call),
    )
    for (const { call } of rows) yield known.get(call) ?? nothing(call)
    const end = rows.at(-1)
    if (rows.length < WALK_PAGE || end === undefined) return
    cursor = cursorAfter(end)
  }
}

/** The place of the call before the last `count`; undefined when there are no more. */
async function placeBefore(
  db: Kysely<Schema>,
  query: CallQuery,
  count: number,
): Promise<string | undefined> {
  const row = await selectCalls(db, query).offset(count).limit(1).executeTakeFirst()
  return row && cursorAfter(row)
}

/** The records of one call; undefined when there are none. */
export async function findCall(db: Kysely<Schema>, call: string): Promise<CallRecords | undefined> {
  return (await recordsOf(db, [call])).get(call)
}

/**
 * The records after `seq`, oldest first: for following the chain by asking again with the last
 * `seq`. None is ever skipped, since places are given in the order of commits.
 */
export async function recordsAfter(
  db: Kysely<Schema>,
  seq: number,
  limit: number,
): Promise<readonly StoredRecord[]> {
  const rows = await db
    .selectFrom('record')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(boundedLimit(limit))
    .execute()
  return rows.map(stored)
}

/**
 * The part of the chain that was recorded in a time. Clocks of replicas may differ, so it can hold records
 * of a little before or after.
 */
export async function placesIn(
  db: Kysely<Schema>,
  since: number,
  before: number,
): Promise<{ readonly start: number; readonly end: number }> {
  const within = db
    .selectFrom('record')
    .select('seq')
    .where('at', '>=', since)
    .where('at', '<', before)
    .limit(1)
  const first = await within.orderBy('at').orderBy('seq').executeTakeFirst()
  const last = await within.orderBy('at', 'desc').orderBy('seq', 'desc').executeTakeFirst()
  return first === undefined || last === undefined
    ? { start: 0, end: 0 }
    : { start: first.seq - 1, end: last.seq }
}

/**
 * The query for one row per call that matches: the outcome asked for, or else the call's first
 * record. Exported for the test that holds its plan.
 */
export function selectCalls(db: Kysely<Schema>, query: CallQuery, order: 'asc' | 'desc' = 'desc') {
  let rows = db
    .selectFrom('record as r')
    .select(['r.call', 'r.at', 'r.seq'])
    .where(IS_CALL)
    .orderBy('r.at', order)
    .orderBy('r.seq', order)
  for (const column of ['server', 'target', 'subject', 'client', 'grant'] as const) {
    const wanted = query[column]
    if (wanted !== undefined) rows = rows.where(`r.${column}`, '=', wanted)
  }
  if (query.since !== undefined) rows = rows.where('r.at', '>=', query.since)
  if (query.before !== undefined) rows = rows.where('r.at', '<', query.before)
  if (query.cursor !== undefined) rows = rows.where(afterCursor(query.cursor, order))
  if (query.outcome !== undefined) return rows.where('r.outcome', '=', query.outcome)
  return rows.where(FIRST_OF_CALL)
}

/** The records of calls. */
export async function recordsOf(
  db: Kysely<Schema>,
  calls: readonly string[],
): Promise<ReadonlyMap<string, CallRecords>> {
  const found = new Map<string, CallRecords>()
  if (calls.length === 0) return found
  const rows = await db
    .selectFrom('record')
    .selectAll()
    .where('call', 'in', calls)
    .where('kind', '<>', 'event')
    .orderBy('seq')
    .execute()
  for (const row of rows) {
    const record = stored(row)
    const known = found.get(row.call) ?? nothing(row.call)
    found.set(
      row.call,
      row.kind === 'intent' ? { ...known, intent: record } : { ...known, outcome: record },
    )
  }
  return found
}

function nothing(call: string): CallRecords {
  return { call, intent: undefined, outcome: undefined }
}
