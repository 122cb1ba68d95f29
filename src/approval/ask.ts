import { sql } from 'kysely'
import type { ApprovalAnswer, LiftableCall } from '../kernel/approval.ts'
import { GatewayError } from '../kernel/errors.ts'
import { subjectName } from '../kernel/subject.ts'
import { answerOf, declinedUntil } from './answers.ts'
import { type CallKeys, digestOf, keysOf } from './binding.ts'
import { end, expire, told } from './end.ts'
import { FLOOD_WORDS, type Flood, floodOf } from './flood.ts'
import { type Db, type Parts, witnessedTry } from './parts.ts'
import { coveringPattern } from './patterns.ts'
import { requestersOf } from './requesters.ts'
import { eventOf, isOpen, type Row, sealCall, stateAt } from './rows.ts'

/** How often somebody else may be faster before nobody knows what holds. */
const ROUNDS = 5
/** Milliseconds after which a flood that goes on is witnessed again. */
const BURST = 10 * 60_000

/** See `Approvals.ask`. */
export async function ask(parts: Parts, call: LiftableCall): Promise<ApprovalAnswer> {
  const keys = keysOf(call)
  return await parts.inTurn(`ask ${keys.callKey}`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const row = await newestRow(parts.store.db, keys)
      const answer =
        (await answerSoFar(parts, call, keys, row)) ?? (await request(parts, call, keys, row))
      if (answer !== undefined) return answer
    }
    throw new GatewayError('store_unavailable', 'too many requests for this approval at once')
  })
}

/** What holds without asking anybody anew; undefined where nothing does. */
async function answerSoFar(
  parts: Parts,
  call: LiftableCall,
  keys: CallKeys,
  row: Row | undefined,
): Promise<ApprovalAnswer | undefined> {
  const standing = row && (await standingRow(parts, call, row))
  if (standing !== undefined && standing.state !== 'pending')
    return await answerOf(parts, call, standing)
  const approval = await coveringPattern(parts, call, keys)
  if (approval !== undefined) return { kind: 'granted', approval }
  return standing && (await answerOf(parts, call, standing))
}

/** The row, if it still says something about this call. Ends what is over, or bound to something else. */
async function standingRow(parts: Parts, call: LiftableCall, row: Row): Promise<Row | undefined> {
  const now = parts.clock()
  const state = stateAt(row, now)
  if (state === 'declined') return now < declinedUntil(row) ? row : undefined
  if (isOpen(row, now)) {
    if (digestOf(call, row.id, row.deadline) === row.digest) return row
    await voidRow(parts, row)
    return undefined
  }
  if (state !== row.state) await expire(parts, row)
  return undefined
}

/** Ends a request whose surroundings have changed. */
export async function voidRow(parts: Parts, row: Row): Promise<void> {
  await end(parts, row, 'void', { detail: { why: 'what it is bound to has changed' } })
}

/** Makes a request, unless people are asked too much. Undefined if somebody else was faster. */
async function request(
  parts: Parts,
  call: LiftableCall,
  keys: CallKeys,
  before: Row | undefined,
): Promise<ApprovalAnswer | undefined> {
  const row = await newRow(parts, call, keys, before)
  const flood = await floodOf(parts.store.db, parts, row)
  if (flood !== undefined) return await flooded(parts, row, flood)
  const event = eventOf(row, 'approval.requested', { detail: { call: call.call } })
  const made = await witnessedTry(parts.witness, event, () => insert(parts, row, before))
  if (made === undefined) return undefined
  await told(parts, row, 'requested')
  return await answerOf(parts, call, row)
}

async function newRow(
  parts: Parts,
  call: LiftableCall,
  { holder, callKey, surroundings }: CallKeys,
  before: Row | undefined,
): Promise<Row> {
  const { subject, authorization, target } = call.access
  const requesters = await requestersOf(parts, subject)
  const id = parts.randomId()
  const now = parts.clock()
  const deadline = now + parts.settings.patience
  const digest = digestOf(call, id, deadline)
  return {
    id,
    state: 'pending',
    call_key: callKey,
    surroundings,
    digest,
    holder,
    subject: subjectName(subject),
    client: authorization.client,
    server: target.server,
    target: target.name,
    request: sealCall(parts, { id, digest }, call),
    lift: JSON.stringify(call.denial.lift),
    requesters: JSON.stringify(requesters.all),
    self: requesters.self ?? null,
    // The newest is found by its time: it never has that of the one before.
    created: Math.max(now, (before?.created ?? 0) + 1),
    deadline,
    expires: deadline,
    decided: null,
    used_by: null,
  }
}

/** Inserts it, if since `before` nobody made another one and there is still room. */
async function insert(parts: Parts, row: Row, before: Row | undefined): Promise<true | undefined> {
  const { db, engine } = parts.store
  return await db.transaction().execute(async (trx) => {
    // All requests of one holder take turns, on all replicas; on SQLite all writers do.
    if (engine === 'postgres')
      await sql`select pg_advisory_xact_lock(hashtextextended(${row.holder}, 0))`.execute(trx)
    const newest = await newestRow(trx, { callKey: row.call_key })
    if (newest?.id !== before?.id) return undefined
    if ((await floodOf(trx, parts, row)) !== undefined) return undefined
    await trx.insertInto('approval').values(row).execute()
    return true
  })
}

async function newestRow(
  db: Db,
  { callKey }: { readonly callKey: string },
): Promise<Row | undefined> {
  return await db
    .selectFrom('approval')
    .selectAll()
    .where('call_key', '=', callKey)
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Refuses to ask. Witnessed when it begins, not for every call: who floods must not flood the record. */
async function flooded(
  { once, clock, witness }: Parts,
  row: Row,
  { why, retryAfter }: Flood,
): Promise<ApprovalAnswer> {
  const about = why === 'declines' ? [row.holder, row.server, row.target] : [row.holder]
  const until = clock() + Math.min(retryAfter, BURST)
  if (await once.first(`approval flooded ${JSON.stringify([why, ...about])}`, until))
    await witness({
      event: 'approval.flooded',
      outcome: 'refused',
      subject: row.subject,
      client: row.client,
      detail: { why, server: row.server, target: row.target, retryAfter },
    })
  return { kind: 'refused', why: 'flooded', message: FLOOD_WORDS[why], retryAfter }
}
