import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import type { ApprovalState } from '../kernel/approval.ts'
import type { ApprovalDesk, ApprovalPattern, ApprovalSummary } from '../kernel/approval-desk.ts'
import type { Schema } from '../store/schema.ts'
import { cursorAfter, limitOf, positionOf } from './page.ts'
import type { Parts } from './parts.ts'
import { patternView } from './patterns.ts'
import { liftOf, type Row, requestersOf, summaryOf, votesOf } from './rows.ts'
import { standingOf } from './standing.ts'

type Query = Parameters<ApprovalDesk['list']>[0]
type Person = NonNullable<Query['mine']>
type Where = ExpressionBuilder<Schema, 'approval'>
type Condition = ExpressionWrapper<Schema, 'approval', SqlBool>

/** Groups of a person that a search takes: databases bound its parameters. */
const MAX_GROUPS = 200

/** See `ApprovalDesk.list`. A page may be shorter than asked although there are more. */
export async function listApprovals(
  parts: Parts,
  query: Query,
): Promise<{ readonly items: readonly ApprovalSummary[]; readonly next?: string }> {
  const limit = limitOf(query)
  const found = await select(parts, query, positionOf(query))
    .limit(limit + 1)
    .execute()
  const page = found.slice(0, limit)
  const { mine } = query
  const rows = mine === undefined ? page : page.filter((row) => concerns(row, mine))
  const ids = rows.map(({ id }) => id)
  const votes = await votesOf(parts.store.db, ids)
  const now = parts.clock()
  const items = rows.map((row) => summaryOf(row, votes.get(row.id) ?? [], now))
  const last = page.at(-1)
  return found.length <= limit || last === undefined
    ? { items }
    : { items, next: cursorAfter(last) }
}

function select({ store, clock }: Parts, query: Query, after: ReturnType<typeof positionOf>) {
  let rows = store.db
    .selectFrom('approval')
    .selectAll()
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
  const { state, server, mine } = query
  if (state !== undefined) rows = rows.where((where) => inState(where, state, clock()))
  if (server !== undefined) rows = rows.where('server', '=', server)
  if (mine !== undefined) rows = rows.where((where) => mayConcern(where, mine))
  if (after !== undefined)
    rows = rows.where((where) =>
      where.or([
        where('created', '<', after[0]),
        where.and([where('created', '=', after[0]), where('id', '<', after[1])]),
      ]),
    )
  return rows
}

/** Time ends requests before anybody notes it. */
function inState(where: Where, state: ApprovalState, now: number): Condition {
  const open = where('state', 'in', ['pending', 'approved'])
  if (state === 'expired')
    return where.or([where('state', '=', state), where.and([open, where('expires', '<=', now)])])
  const exactly = where('state', '=', state)
  if (state !== 'pending' && state !== 'approved') return where.and([exactly])
  return where.and([exactly, where('expires', '>', now)])
}

/** A first look at texts, which may find too much; `concerns` decides. */
function mayConcern(where: Where, { id, groups }: Person): Condition {
  const named = [`user:${id}`, ...groups.slice(0, MAX_GROUPS).map((group) => `group:${group}`)]
  return where.or([
    holds('requesters', id),
    where('subject', '=', `user:${id}`),
    ...named.map((word) => holds('lift', word)),
  ])
}

function holds(column: 'requesters' | 'lift', word: string) {
  const pattern = `%${JSON.stringify(word).replace(/[%_!]/g, '!$&')}%`
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '!'`
}

/** Whether a person asked for it, or may answer. */
function concerns(row: Row, person: Person): boolean {
  const requesters = requestersOf(row)
  if (row.subject === `user:${person.id}` || requesters.includes(person.id)) return true
  return 'words' in standingOf({ lift: liftOf(row), requesters }, person)
}

/** See `ApprovalDesk.patterns`. Newest first. */
export async function listPatterns(
  parts: Parts,
  query: Parameters<ApprovalDesk['patterns']>[0],
): Promise<{ readonly items: readonly ApprovalPattern[]; readonly next?: string }> {
  const limit = limitOf(query)
  const after = positionOf(query)
  let rows = parts.store.db
    .selectFrom('approval_pattern')
    .selectAll()
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (query.subject !== undefined) rows = rows.where('subject', '=', query.subject)
  if (after !== undefined)
    rows = rows.where((where) =>
      where.or([
        where('created', '<', after[0]),
        where.and([where('created', '=', after[0]), where('id', '<', after[1])]),
      ]),
    )
  const found = await rows.execute()
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const views = items.map((row) => patternView(parts, row))
  if (found.length <= limit || last === undefined) return { items: views }
  return { items: views, next: cursorAfter(last) }
}
