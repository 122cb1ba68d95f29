import { type Kysely, sql } from 'kysely'
import { verdictMark } from '../store/record-marks.ts'
import type { Schema } from '../store/schema.ts'

/** How calls ended in a part of a time, by the time of their ends. */
export interface CallCounts {
  /** Milliseconds since the epoch at which the part begins. */
  readonly at: number
  /** All that ended. */
  readonly calls: number
  /** Of these, by policy or for want of an approval. */
  readonly denied: number
  /** Of these, those that a human could have let pass. */
  readonly asked: number
  /** Of these, by a server or by the gateway. */
  readonly failed: number
}

/** A time, milliseconds since the epoch, and the width of its parts. */
export interface CountQuery {
  readonly since: number
  readonly before: number
  readonly width: number
}

const CALLS = ['answered', 'asked', 'tool_error', 'denied', 'failed', 'cancelled']
const FAILED: readonly string[] = ['failed', 'tool_error']

/**
 * Counts calls from `since` on, up to `before`, in parts of `width` milliseconds; parts without any are left
 * out. It reads indexes alone, in time linear in the number of records in that time.
 */
export async function countCalls(
  db: Kysely<Schema>,
  { since, before, width }: CountQuery,
): Promise<readonly CallCounts[]> {
  // Written out: a parameter would be a floating point number to SQLite, and so the quotient.
  const part = sql<number>`at / ${sql.lit(Math.trunc(width))}`
  const [ends, asks] = await Promise.all([
    db
      .selectFrom('record')
      .select(({ fn }) => ['outcome', part.as('part'), fn.countAll().as('count')])
      .where('outcome', 'in', CALLS)
      .where('at', '>=', since)
      .where('at', '<', before)
      .groupBy(['outcome', part])
      .execute(),
    db
      .selectFrom('record_mark')
      .select(({ fn }) => [part.as('part'), fn.countAll().as('count')])
      .where('mark', '=', verdictMark('ask'))
      .where('at', '>=', since)
      .where('at', '<', before)
      .groupBy(part)
      .execute(),
  ])
  const parts = new Map<number, CallCounts>()
  const add = (at: number, more: Partial<Omit<CallCounts, 'at'>>): void => {
    const known = parts.get(at) ?? { at: at * width, calls: 0, denied: 0, asked: 0, failed: 0 }
    const { calls = 0, denied = 0, asked = 0, failed = 0 } = more
    parts.set(at, {
      at: known.at,
      calls: known.calls + calls,
      denied: known.denied + denied,
      asked: known.asked + asked,
      failed: known.failed + failed,
    })
  }
  for (const { outcome, part: at, count } of ends) {
    const calls = Number(count)
    add(Number(at), {
      calls,
      ...(outcome === 'denied' ? { denied: calls } : {}),
      ...(FAILED.includes(outcome ?? '') ? { failed: calls } : {}),
    })
  }
  for (const { part: at, count } of asks) add(Number(at), { asked: Number(count) })
  return [...parts.values()].sort((left, right) => left.at - right.at)
}

/** When a server is first named by a record of a call; undefined when none names it. */
export async function firstCallOf(db: Kysely<Schema>, server: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('record')
    .select('at')
    .where('server', '=', server)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}
