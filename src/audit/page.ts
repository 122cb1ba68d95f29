import { sql } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { RecordTable } from '../store/schema.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1_000

/** A record as it is stored. Reading does not verify it. */
export interface StoredRecord extends Omit<RecordTable, 'body'> {
  /** Undefined when it is not the JSON that was written. */
  readonly body: JsonObject | undefined
}

/** What every list of records can be narrowed by. */
export interface PageQuery {
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number
  /** Milliseconds since the epoch, exclusive. */
  readonly before?: number
  /** 50 unless told, 1,000 at most. */
  readonly limit?: number
  /** The `next` of an earlier page, with otherwise the same query. */
  readonly cursor?: string
}

/** Where a list goes on. */
export interface Place {
  readonly at: number
  readonly seq: number
}

/** The place after a record, as a cursor. */
export function cursorAfter({ at, seq }: Place): string {
  return `${at}.${seq}`
}

/** What comes after a cursor, as a condition on `r`. @throws GatewayError `params_invalid` */
export function afterCursor(cursor: string, order: 'asc' | 'desc') {
  const { at, seq } = placeOf(cursor)
  const after = order === 'desc' ? sql`<` : sql`>`
  return sql<boolean>`(r.at, r.seq) ${after} (${at}, ${seq})`
}

export function boundedLimit(limit: number = DEFAULT_LIMIT): number {
  return Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT)
}

/** Of the rows that were read, one more than fit: those of the page, and where the next begins. */
export function pageOf<T extends Place>(
  rows: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly next: string | undefined } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last !== undefined ? cursorAfter(last) : undefined }
}

export function stored(row: RecordTable): StoredRecord {
  return { ...row, body: parsed(row.body) }
}

/** @throws GatewayError `params_invalid` */
export function placeOf(cursor: string): Place {
  const [, at, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? []
  if (at === undefined || seq === undefined)
    throw new GatewayError('params_invalid', 'the cursor is not one of ours')
  return { at: Number(at), seq: Number(seq) }
}

function parsed(body: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(body)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
