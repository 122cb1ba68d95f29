import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { policyMark, type Verdict, verdictMark } from '../store/record-marks.ts'
import type { Schema } from '../store/schema.ts'
import { type CallQuery, type CallRecords, FIRST_OF_CALL, IS_CALL, recordsOf } from './history.ts'
import { boundedLimit, cursorAfter, type Place, placeOf } from './page.ts'
import { leadsNamed, type NamedColumn } from './search-text.ts'

/** Which calls to look for. Every member narrows. */
export interface SearchQuery extends CallQuery {
  readonly verdict?: Verdict
  /** The id of a policy that determined the decision, or would have. */
  readonly policy?: string
  /** How the id of the call, or the name of server, target, subject or client begins. */
  readonly text?: string
}

/** A page of what was found, newest first. */
export interface SearchPage {
  readonly calls: readonly CallRecords[]
  /** Where to go on; undefined when everything was looked at. A page with a `next` may be short, or empty. */
  readonly next: string | undefined
  /** Milliseconds since the epoch: everything that is newer was looked at. Undefined: everything was. */
  readonly searchedTo: number | undefined
}

/** Records looked at in each round; between two of them others have their turn. */
const ROUNDS = [500, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000]
/** Milliseconds after which no further round begins. */
const PATIENCE = 150
/** Up to here it is counted how rare something is. */
const COUNTED = 2_000

/** Records that an index finds, newest first, from their places in the chain alone. */
interface Lead {
  readonly from: RawBuilder<unknown>
  readonly where: RawBuilder<boolean>
}

/** The likely rarest first, for those that are all frequent. */
const COLUMNS = ['grant', 'outcome', 'target', 'client', 'subject', 'server'] as const
/** The indexes of these hold calls alone, which has to be said in these very words. */
const OF_CALLS: readonly string[] = ['subject', 'client', 'grant']

/**
 * Looks for calls: in time bounded by what is looked at, whatever was recorded. The rarest thing asked for
 * leads through its index; the rest is checked record by record, up to some ten thousands of them and for a
 * part of a second. Then the page ends, and the next goes on.
 *
 * @param rounds how many records to look at, round by round.
 * @throws GatewayError `params_invalid` for a cursor that no page gave.
 */
export async function searchCalls(
  db: Kysely<Schema>,
  query: SearchQuery,
  rounds: readonly number[] = ROUNDS,
): Promise<SearchPage> {
  const started = performance.now()
  const limit = boundedLimit(query.limit)
  const leads = await leadsOf(db, query)
  const found: (Place & { readonly call: string })[] = []
  let from = query.cursor === undefined ? undefined : placeOf(query.cursor)
  let ended = false
  for (const size of rounds) {
    const window = await windowOf(db, { leads, query, from, size })
    found.push(...(await matchesIn(db, { window, query, limit: limit + 1 - found.length })))
    from = window.end
    ended = from === undefined
    if (ended || found.length > limit || performance.now() - started > PATIENCE) break
    // SQLite answers in this thread, where calls are waiting.
    await nextTurn()
  }
  const shown = found.slice(0, limit)
  const calls = [...new Set(shown.map(({ call }) => call))]
  const known = await recordsOf(db, calls)
  const end = found.length > limit ? shown.at(-1) : from
  return {
    calls: calls.flatMap((call) => known.get(call) ?? []),
    next: end && cursorAfter(end),
    searchedTo: end?.at,
  }
}

/** What leads to everything that is asked for: several leads where a text can mean several things. */
async function leadsOf(db: Kysely<Schema>, query: SearchQuery): Promise<readonly Lead[]> {
  if (query.text !== undefined) return (await leadsNamed(db, query.text)).map(named)
  const leads = asked(query)
  const [only] = leads
  if (only === undefined) return [{ from: sql`record`, where: sql<boolean>`true` }]
  if (leads.length === 1) return [only]
  const counts = await Promise.all(leads.map((lead) => countOf(db, lead, query)))
  return [leads[counts.indexOf(Math.min(...counts))] ?? only]
}

function asked(query: SearchQuery): readonly Lead[] {
  return [
    ...marksAsked(query).map((mark) => ({
      from: sql`record_mark`,
      where: sql<boolean>`mark = ${mark}`,
    })),
    ...COLUMNS.flatMap((column) => {
      const wanted = query[column]
      return wanted === undefined ? [] : [named([column, wanted])]
    }),
  ]
}

function named([column, value]: NamedColumn): Lead {
  const from = sql`record`
  if (column === 'call') {
    const where = sql<boolean>`call = ${value}`
    return { from, where }
  }
  const equal = sql<boolean>`${sql.ref(column)} = ${value}`
  return { from, where: OF_CALLS.includes(column) ? sql`${equal} and kind <> 'event'` : equal }
}

/** The rarer kind of mark first. */
function marksAsked({ policy, verdict }: SearchQuery): readonly string[] {
  return [
    ...(policy === undefined ? [] : [policyMark(policy)]),
    ...(verdict === undefined ? [] : [verdictMark(verdict)]),
  ]
}

function inRange({ since, before }: SearchQuery, from?: Place): RawBuilder<boolean> {
  const parts = [
    ...(since === undefined ? [] : [sql<boolean>`at >= ${since}`]),
    ...(before === undefined ? [] : [sql<boolean>`at < ${before}`]),
    ...(from === undefined ? [] : [sql<boolean>`(at, seq) < (${from.at}, ${from.seq})`]),
  ]
  return parts.length === 0 ? sql`true` : sql`${sql.join(parts, sql` and `)}`
}

async function countOf(
  db: Kysely<Schema>,
  { from, where }: Lead,
  query: SearchQuery,
): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) as count from (
      select at from ${from} where ${where} and ${inRange(query)}
      order by at desc limit ${COUNTED}
    ) as few`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

/** Part of what leads find: everything before `from` and, if there is an `end`, not before that. */
interface Window {
  readonly places: readonly RawBuilder<unknown>[]
  readonly end: Place | undefined
}

interface WindowRequest {
  readonly leads: readonly Lead[]
  readonly query: SearchQuery
  readonly from: Place | undefined
  readonly size: number
}

async function windowOf(
  db: Kysely<Schema>,
  { leads, query, from, size }: WindowRequest,
): Promise<Window> {
  const share = Math.ceil(size / Math.max(1, leads.length))
  const places = leads.map((lead) => placesOf(lead, query, from, share))
  if (places.length === 0) return { places, end: undefined }
  const lasts = leads.map((lead) => placesOf(lead, query, from, 1, share - 1))
  const { rows } = await sql<Place>`
    ${union(lasts)} order by at desc, seq desc limit 1`.execute(db)
  const [end] = rows
  return { places, end: end && { at: Number(end.at), seq: Number(end.seq) } }
}

/** Places from an index alone. */
function placesOf(
  { from: table, where }: Lead,
  query: SearchQuery,
  from: Place | undefined,
  limit: number,
  offset = 0,
): RawBuilder<unknown> {
  return sql`select at, seq from ${table} where ${where} and ${inRange(query, from)}
    order by at desc, seq desc limit ${limit} offset ${offset}`
}

function union(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  const selected = parts.map((part) => sql`select at, seq from (${part}) as part`)
  return sql`${sql.join(selected, sql` union all `)}`
}

interface Matching {
  readonly window: Window
  readonly query: SearchQuery
  readonly limit: number
}

async function matchesIn(
  db: Kysely<Schema>,
  { window: { places, end }, query, limit }: Matching,
): Promise<readonly (Place & { readonly call: string })[]> {
  if (places.length === 0) return []
  // `cross join` is an order to SQLite: places first, then their records.
  const after = end === undefined ? sql`true` : sql`(c.at, c.seq) >= (${end.at}, ${end.seq})`
  const { rows } = await sql<Place & { readonly call: string }>`
    select distinct r.call, r.at, r.seq
    from (${union(places)}) as c cross join record as r
    where r.seq = c.seq and ${after} and ${checks(query)}
    order by r.at desc, r.seq desc limit ${limit}`.execute(db)
  return rows.map(({ call, at, seq }) => ({ call, at: Number(at), seq: Number(seq) }))
}

/** Everything that is asked for, of one record `r`; what led to it is true already, and cheap to see. */
function checks(query: SearchQuery): RawBuilder<boolean> {
  const columns = COLUMNS.flatMap((column) => {
    const wanted = query[column]
    return wanted === undefined ? [] : [sql`r.${sql.ref(column)} = ${wanted}`]
  })
  const marks = marksAsked(query).map(
    (mark) =>
      sql`(
        select m.seq from record_mark as m
        where m.mark = ${mark} and m.at = r.at and m.seq = r.seq limit 1
      ) is not null`,
  )
  const first = query.outcome === undefined ? [FIRST_OF_CALL] : []
  return sql`${sql.join([IS_CALL, ...columns, ...marks, ...first], sql` and `)}`
}
