import { type Kysely, sql } from 'kysely'
import type { EventName, SecurityEvent } from '../kernel/event.ts'
import type { Schema } from '../store/schema.ts'
import {
  afterCursor,
  boundedLimit,
  type PageQuery,
  pageOf,
  type StoredRecord,
  stored,
} from './page.ts'

/** Told apart in words, not in a parameter: only so do the indexes of events serve. */
const IS_EVENT = sql<boolean>`r.kind = 'event'`

/** Which events to list. Every member narrows. */
export interface EventQuery extends PageQuery {
  readonly event?: EventName
  /** `user:id` or `agent:id`. */
  readonly subject?: string
  /** The id of the OAuth client. */
  readonly client?: string
  readonly outcome?: SecurityEvent['outcome']
}

/** A page of events, newest first. The target of a record of an event is the event's name. */
export interface EventPage {
  readonly events: readonly StoredRecord[]
  /** Where the next page starts; undefined on the last. */
  readonly next: string | undefined
}

/**
 * Lists events, newest first.
 *
 * @throws GatewayError `params_invalid` for a cursor that no page gave.
 */
export async function listEvents(db: Kysely<Schema>, query: EventQuery): Promise<EventPage> {
  const limit = boundedLimit(query.limit)
  const rows = await selectEvents(db, query)
    .limit(limit + 1)
    .execute()
  const { shown, next } = pageOf(rows, limit)
  return { events: shown.map(stored), next }
}

/** The record of one event, by its id. */
export async function findEvent(db: Kysely<Schema>, id: string): Promise<StoredRecord | undefined> {
  const row = await db
    .selectFrom('record')
    .selectAll()
    .where('call', '=', id)
    .where('kind', '=', 'event')
    .executeTakeFirst()
  return row && stored(row)
}

/** The query for events. Exported for the test that holds its plan. */
export function selectEvents(db: Kysely<Schema>, query: EventQuery) {
  let rows = db
    .selectFrom('record as r')
    .selectAll()
    .where(IS_EVENT)
    .orderBy('r.at', 'desc')
    .orderBy('r.seq', 'desc')
  if (query.event !== undefined) rows = rows.where('r.target', '=', query.event)
  if (query.outcome !== undefined) rows = rows.where('r.outcome', '=', query.outcome)
  if (query.subject !== undefined) rows = rows.where('r.subject', '=', query.subject)
  if (query.client !== undefined) rows = rows.where('r.client', '=', query.client)
  if (query.since !== undefined) rows = rows.where('r.at', '>=', query.since)
  if (query.before !== undefined) rows = rows.where('r.at', '<', query.before)
  if (query.cursor !== undefined) rows = rows.where(afterCursor(query.cursor, 'desc'))
  return rows
}
