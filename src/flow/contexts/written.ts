import type { ArgumentRole, FlowCall, SourceTrust, ValueOrigin } from '../../kernel/flow.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { FlowWrittenTable } from '../../store/flow-schema.ts'
import { lesserTrust, type Taken, type TakenField } from '../memory/taken.ts'
import type { Db, Parts } from './parts.ts'
import { compact, namesIn, tellingKey } from './telling.ts'

/** Who had named a value that left, and what it was there for. */
type Named = Pick<FlowWrittenTable, 'trust' | 'how'>

/** Parameters of one statement: databases bound them. */
const BATCH = 400
/** Rows that are made, or removed, by one statement. */
const ROWS = 100
/** Values of one answer that are looked up. What holds more of them counts as written. */
const MOST_VALUES = 20_000
/** Calls that have left and are remembered until their answers are over. */
const MOST_CALLS = 10_000
/**
 * Roles of values that stay where they are sent. Others say which thing is meant and where it goes: what is there
 * already, and would be doubted wherever anybody's text names it.
 */
const WRITES: ReadonlySet<ArgumentRole> = new Set(['content', 'credential', 'command'])
const NONE: ReadonlyMap<string, string> = new Map()

/** What was written into servers while it was untrusted: reading it back does not make it trusted. */
export interface Written {
  /** Notes what leaves with a call. Belongs before the call does. Rejects as the database does. */
  leaves(db: Db, call: FlowCall, values: readonly ValueOrigin[]): Promise<void>
  /** The answer, where fields that hold what was written are no safer than that was. Rejects as the database does. */
  tainted(call: FlowCall, taken: Taken): Promise<Taken>
}

export function createWritten({ db, seal, now }: Pick<Parts, 'db' | 'seal' | 'now'>): Written {
  const key = seal.derive('written').toString('hex')
  // A tenth of the time of HMAC. Nobody goes on from half of a digest to that of a longer value.
  const hash = (value: string): string => sha256(`${key}${value}`).slice(0, 32)
  const calls = new Map<string, ReadonlyMap<string, Named>>()
  /** Servers into which something was written: for all others nothing is looked up. */
  const servers = new Set<string>()

  const isWritten = async (server: string): Promise<boolean> => {
    if (servers.has(server)) return true
    const rows = db.selectFrom('flow_written').select('server').where('server', '=', server)
    if ((await rows.limit(1).execute()).length > 0) servers.add(server)
    return servers.has(server)
  }
  const lookUp = async (server: string, values: readonly string[]) => {
    const found = new Map<string, Named>()
    const byHash = new Map(values.map((value) => [hash(value), value]))
    const hashes = [...byHash.keys()]
    for (let start = 0; start < hashes.length; start += BATCH) {
      const rows = await db
        .selectFrom('flow_written')
        .select(['value', 'trust', 'how'])
        .where('server', '=', server)
        .where('value', 'in', hashes.slice(start, start + BATCH))
        .execute()
      for (const { value, ...named } of rows) found.set(byHash.get(value) ?? '', named)
    }
    return found
  }
  return {
    async leaves(trx, { call, server, kind, acts }, values) {
      const carried = values.flatMap(carriedBy)
      if (carried.length === 0) return
      remember(calls, call, worstOfEach(carried))
      if (kind !== 'tool' || acts === false) return
      const rows = worstOfEach(carried.filter(([, { telling }]) => telling))
      const all = [...rows]
        .map(([value, { trust, how }]) => ({ server, value: hash(value), trust, how, at: now() }))
        // In one order everywhere: two who write the same values do not wait for each other.
        .sort((one, other) => (one.value < other.value ? -1 : 1))
      for (let start = 0; start < all.length; start += ROWS)
        await insertRows(trx, all.slice(start, start + ROWS))
    },
    async tainted({ call, server }, taken) {
      const carried = calls.get(call)
      const isKnown = await isWritten(server)
      if (carried === undefined && !isKnown) return taken
      const telling = taken.fields.map((field) => (mayGain(field) ? namesIn(field.text) : NONE))
      const values = [...new Set(telling.flatMap((some) => [...some.keys()]))]
      const written = isKnown ? await lookUp(server, values.slice(0, MOST_VALUES)) : new Map()
      const unknown = new Set(isKnown ? values.slice(MOST_VALUES) : [])
      const fields = taken.fields.map((field, index) =>
        lowered(field, worstOf(field, telling[index] ?? NONE, { carried, written, unknown })),
      )
      return { ...taken, fields }
    },
  }
}

type Carried = readonly [string, Named & { readonly telling: boolean }]

/** By what a value is known again. Its parts are values of their own. */
function carriedBy({ value, role, origin }: ValueOrigin): readonly Carried[] {
  if (origin !== 'untrusted' && origin !== 'members') return []
  const key = tellingKey(value)
  const named = { trust: origin, how: WRITES.has(role) ? 'written' : 'named' } as const
  return [[key ?? compact(value), { ...named, telling: key !== undefined }]]
}

function worstOfEach(carried: readonly Carried[]): ReadonlyMap<string, Named> {
  const found = new Map<string, Named>()
  for (const [value, { trust, how }] of carried) {
    const known = found.get(value)
    found.set(value, {
      trust: known?.trust === 'untrusted' ? known.trust : trust,
      how: known?.how === 'written' ? known.how : how,
    })
  }
  return found
}

/** A call may be answered in many parts, so it is remembered beyond the first. */
function remember<T>(calls: Map<string, T>, call: string, carried: T): void {
  calls.set(call, carried)
  const [oldest] = calls.keys()
  if (calls.size > MOST_CALLS && oldest !== undefined) calls.delete(oldest)
}

interface Seen {
  readonly carried: ReadonlyMap<string, Named> | undefined
  readonly written: ReadonlyMap<string, Named>
  readonly unknown: ReadonlySet<string>
}

/** Who named, at worst, what a field holds. Undefined where nothing of it was written or asked for. */
function worstOf(
  field: TakenField,
  telling: ReadonlyMap<string, string>,
  { carried, written, unknown }: Seen,
): SourceTrust | undefined {
  if (!mayGain(field)) return undefined
  const found: (SourceTrust | undefined)[] = []
  if (carried !== undefined && field.form === 'value')
    found.push(carried.get(compact(field.text))?.trust)
  for (const one of telling.keys()) {
    found.push(carried?.get(one)?.trust)
    const named = written.get(one)
    // What a call only asks for, a list that anybody fills may hold for other reasons.
    if (named?.how === 'written' || field.trust === 'trusted') found.push(named?.trust)
    if (unknown.has(one)) found.push('untrusted')
  }
  return found.reduce(worse, undefined)
}

/** Free text of anybody is as unsafe as can be. */
function mayGain({ form, trust }: TakenField): boolean {
  return form === 'value' || trust !== 'untrusted'
}

function lowered(field: TakenField, trust: SourceTrust | undefined): TakenField {
  if (trust === undefined) return field
  // As a value of a list it would count as safer than the text that named it.
  return { ...field, form: 'text', trust: lesserTrust(field.trust, trust) }
}

function worse(
  one: SourceTrust | undefined,
  other: SourceTrust | undefined,
): SourceTrust | undefined {
  return one === undefined || other === undefined ? (one ?? other) : lesserTrust(one, other)
}

/** A value stays as unsafe as it ever was. */
async function insertRows(db: Db, rows: readonly FlowWrittenTable[]): Promise<void> {
  await db
    .insertInto('flow_written')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['server', 'value']).doUpdateSet((set) => ({
        at: set.ref('excluded.at'),
        trust: set
          .case()
          .when('flow_written.trust', '=', 'untrusted')
          .then(set.ref('flow_written.trust'))
          .else(set.ref('excluded.trust'))
          .end(),
        how: set
          .case()
          .when('flow_written.how', '=', 'written')
          .then(set.ref('flow_written.how'))
          .else(set.ref('excluded.how'))
          .end(),
      })),
    )
    .execute()
}

/** Removes values that were last written before a moment, some at a time. @returns whether there may be more. */
export async function forgetWritten(db: Db, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('flow_written')
    .select(['server', 'value'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(ROWS)
    .execute()
  if (rows.length === 0) return false
  await db
    .deleteFrom('flow_written')
    .where('at', '<', before)
    .where((is) =>
      is.or(
        rows.map(({ server, value }) =>
          is.and([is('server', '=', server), is('value', '=', value)]),
        ),
      ),
    )
    .execute()
  return rows.length === ROWS
}
