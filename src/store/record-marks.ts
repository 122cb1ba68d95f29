import { type Kysely, sql, type Transaction } from 'kysely'
import { sqlType } from './make-tables.ts'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

/** As much of a decision as calls are found by: one of the pipeline, or what a record kept of it. */
interface Marked {
  readonly effect?: unknown
  readonly lift?: unknown
  readonly observed?: unknown
  readonly determining?: unknown
}

/** How a decision came out. `observed`: permitted, but a policy that only observes would have denied. */
export type Verdict = 'permit' | 'observed' | 'ask' | 'deny'

/**
 * What a record is found by besides its columns: its verdict, and every policy that determined it, or would
 * have. Total, for any JSON.
 */
export function marksOf(decision: unknown): readonly string[] {
  const { effect, lift, observed, determining } = membersOf(decision)
  if (effect !== 'permit' && effect !== 'deny') return []
  const policies = [...policiesOf(determining), ...policiesOf(membersOf(observed).determining)]
  const verdict = effect === 'deny' ? (lift ? 'ask' : 'deny') : observed ? 'observed' : 'permit'
  return [verdictMark(verdict), ...new Set(policies.map(policyMark))]
}

export function verdictMark(verdict: Verdict): string {
  return `verdict:${verdict}`
}

export function policyMark(policy: string): string {
  return `policy:${policy}`
}

function membersOf(value: unknown): Marked {
  return typeof value === 'object' && value !== null ? value : {}
}

/** Policies of one decision beyond this are not found by. */
const MOST_POLICIES = 64

function policiesOf(determining: unknown): readonly string[] {
  if (!Array.isArray(determining)) return []
  return determining
    .slice(0, MOST_POLICIES)
    .flatMap((one: { readonly policy?: unknown } | null) => {
      const policy = one?.policy
      return typeof policy === 'string'
        ? [policy.toWellFormed().replaceAll('\0', '').slice(0, 256)]
        : []
    })
}

const PAGE = 500

/** The table of marks, and the marks of the records that are there. Derived from them, so no evidence. */
export async function recordMarks(db: Transaction<Schema>, engine: Engine): Promise<void> {
  const long = sqlType('long', engine)
  await db.schema
    .createTable('record_mark')
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('at', long, (column) => column.notNull())
    .addColumn('seq', long, (column) => column.notNull())
    .addPrimaryKeyConstraint('record_mark_key', ['mark', 'at', 'seq'])
    .modifyEnd(engine === 'sqlite' ? sql`strict, without rowid` : sql``)
    .execute()
  await markAll(db)
}

async function markAll(db: Kysely<Schema>): Promise<void> {
  for (let seq = 0; ; ) {
    const rows = await db
      .selectFrom('record')
      .select(['seq', 'at', 'body'])
      .where('seq', '>', seq)
      .where('kind', '<>', 'event')
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    const marks = rows.flatMap(({ seq: place, at, body }) =>
      marksOf(decisionIn(body)).map((mark) => ({ mark, at, seq: place })),
    )
    for (let done = 0; done < marks.length; done += PAGE)
      await db
        .insertInto('record_mark')
        .values(marks.slice(done, done + PAGE))
        .execute()
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    seq = last.seq
  }
}

function decisionIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { readonly decision?: unknown } | null)?.decision
  } catch {
    return undefined
  }
}
