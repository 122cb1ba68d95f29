import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import type { ApprovalState } from '../kernel/approval.ts'
import type { ApprovalDesk, ApprovalPattern, ApprovalSummary } from '../kernel/approval-desk.ts'
import type { Schema } from '../store/schema.ts'
import { cursorAfter, limitOf, type Position, positionOf } from './page.ts'
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
/** Requests that one page of what is somebody's own looks at. */
const MOST_LOOKED = 2_000

/** See `ApprovalDesk.list`. A page may be shorter than asked although there are more. */
export async function listApprovals(
  parts: Parts,
  query: Query,
): Promise<{ readonly items: readonly ApprovalSummary[]; readonly next?: string }> {
  const limit = limitOf(query)
  const after = positionOf(query)
  const floor = await floorOf(parts, query, after)
  let part = select(parts, query, after)
  if (floor !== undefined)
    part = part.where((where) =>
      where.or([isPast(where, '>', floor), where.and([where('id', '=', floor[1])])]),
    )
  const found = await part.limit(limit + 1).execute()
  const page = found.slice(0, limit)
  const { mine } = query
  const rows = mine === undefined ? page : page.filter((row) => concerns(row, mine))
  const ids = rows.map(({ id }) => id)
  const votes = await votesOf(parts.store.db, ids)
  const now = parts.clock()
  const items = rows.map((row) => summaryOf(row, votes.get(row.id) ?? [], now))
  const last = page.at(-1)
  if (found.length > limit && last !== undefined) return { items, next: cursorAfter(last) }
  return floor === undefined
    ? { items }
    : { items, next: cursorAfter({ created: floor[0], id: floor[1] }) }
}

/**
 * The oldest request that one page looks at: whose requests there are stands in texts, which no index
 * finds, so a person who has none would have the database read all of them. Undefined for all that are left.
 */
async function floorOf(
  { store }: Parts,
  { mine, state }: Query,
  after: Position | undefined,
): Promise<Position | undefined> {
  // Those that wait are few, and found by their state.
  if (mine === undefined || state === 'pending') return undefined
  let rows = store.db
    .selectFrom('approval')
    .select(['created', 'id'])
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
  if (after !== undefined) rows = rows.where((where) => isPast(where, '<', after))
  const floor = await rows
    .offset(MOST_LOOKED - 1)
    .limit(1)
    .executeTakeFirst()
  return floor && [floor.created, floor.id]
}

function isPast(where: Where, side: '<' | '>', [created, id]: Position): Condition {
  return where.or([
    where('created', side, created),
    where.and([where('created', '=', created), where('id', side, id)]),
  ])
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
  if (after !== undefined) rows = rows.where((where) => isPast(where, '<', after))
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
