import type { Transaction } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { Endorsement, FlowCall, FlowFacts, ValueOrigin } from '../../kernel/flow.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Schema } from '../../store/schema.ts'
import { eventOf } from './ended.ts'
import { append } from './entries.ts'
import { type Parts, witnessedIf } from './parts.ts'
import { type ContextRow, findRow } from './rows.ts'
import type { Written } from './written.ts'

const MOST_VALUE = 4_096
const MOST_REASON = 2_000
/** Values that one approved call confirms. Those beyond stay as unsafe as they were. */
const MOST_VALUES = 100
/** Endorsements in one list. */
const MOST_LISTED = 1_000

/** Keeps a value that somebody vouches for. Undefined where the context is not open any more. */
export async function endorseValue(
  parts: Parts,
  row: ContextRow,
  { value, by, reason }: Pick<Endorsement, 'value' | 'by' | 'reason'>,
): Promise<Endorsement | undefined> {
  if (value === '' || value.length > MOST_VALUE)
    throw new GatewayError('params_invalid', `a value has 1 to ${MOST_VALUE} characters`)
  if (reason.length > MOST_REASON)
    throw new GatewayError('params_invalid', `a reason has at most ${MOST_REASON} characters`)
  const endorsement = { context: row.id, value, by, reason, at: parts.now() }
  const event = eventOf(row, 'flow.endorsed', { by, reason, values: [sha256(value)] })
  const done = await witnessedIf(parts.record, event, () => keep(parts, '', [endorsement]))
  return done ? endorsement : undefined
}

/** An approved call, as it leaves. */
export interface Approved {
  readonly facts: FlowFacts
  /** What its arguments name besides. */
  readonly named: readonly ValueOrigin[]
  readonly approvedBy: readonly string[]
}

/**
 * A call that people approved leaves: what they saw is confirmed, where the context is still open. Content is
 * not, for nobody who approves a letter vouches for each address in it. What is not confirmed is noted as written.
 */
export async function confirmSeen(
  parts: Parts,
  written: Written,
  call: FlowCall,
  { facts, named, approvedBy }: Approved,
): Promise<void> {
  const { context } = facts
  const row = await findRow(parts.db, context)
  const seen = row === undefined ? new Set<string>() : seenIn(facts.values)
  const rest = [...facts.values, ...named].filter(
    ({ value }) => ![...seen].some((one) => one.includes(value)),
  )
  if (row === undefined || seen.size === 0) return await written.leaves(parts.db, call, rest)
  const reason = `call ${call.call}`
  const endorsements = [...seen].flatMap((value) =>
    approvedBy.map((by) => ({ context, value, by, reason, at: parts.now() })),
  )
  const digests = [...seen].map((value) => sha256(value))
  const event = eventOf(row, 'flow.endorsed', { by: approvedBy, reason, values: digests })
  await witnessedIf(parts.record, event, () =>
    keep(parts, call.call, endorsements, (trx) => written.leaves(trx, call, rest)),
  )
}

function seenIn(values: readonly ValueOrigin[]): ReadonlySet<string> {
  const risky = values.filter(
    ({ origin, role }) => (origin === 'untrusted' || origin === 'members') && role !== 'content',
  )
  return new Set([...new Set(risky.map(({ value }) => value))].slice(0, MOST_VALUES))
}

/** @returns false where the context was ended meanwhile; `alongside` is done in any case. */
async function keep(
  parts: Parts,
  call: string,
  endorsements: readonly Endorsement[],
  alongside: (trx: Transaction<Schema>) => Promise<void> = async () => {},
): Promise<boolean> {
  const [{ context } = { context: '' }] = endorsements
  const values = [...new Set(endorsements.map(({ value }) => value))]
  const { db, randomId, seal, resident } = parts
  const appended = await db.transaction().execute(async (trx) => {
    const kept = await append(parts, trx, context, [{ call, entry: { kind: 'confirmed', values } }])
    if (kept !== undefined)
      await trx
        .insertInto('flow_endorsement')
        .values(
          endorsements.map((one) => {
            const id = randomId()
            return { ...one, id, value: seal.seal(one.value, ['endorsement', context, id]) }
          }),
        )
        .execute()
    await alongside(trx)
    return kept
  })
  if (appended !== undefined) resident.peek(context)?.appended(appended)
  return appended !== undefined
}

/** What people and sources vouched for in a context, the oldest first. What cannot be opened is left out. */
export async function listEndorsements(
  { db, seal, log }: Parts,
  context: string,
): Promise<readonly Endorsement[]> {
  const rows = await db
    .selectFrom('flow_endorsement')
    .selectAll()
    .where('context', '=', context)
    .orderBy('at')
    .orderBy('id')
    .limit(MOST_LISTED)
    .execute()
  return rows.flatMap(({ id, value: sealed, by, reason, at }) => {
    const value = seal.tryOpen(sealed, ['endorsement', context, id])
    if (value === undefined) log(`endorsement ${id} cannot be opened`)
    return value === undefined ? [] : [{ context, value, by, reason, at }]
  })
}
