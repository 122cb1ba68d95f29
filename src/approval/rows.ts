import type { Selectable } from 'kysely'
import type { Lift } from '../kernel/access.ts'
import type { ApprovalState, LiftableCall } from '../kernel/approval.ts'
import type { ApprovalSummary, ApprovalVote } from '../kernel/approval-desk.ts'
import type { Actor, EventName, SecurityEvent } from '../kernel/event.ts'
import type { Digest } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ApprovalTable, ApprovalVoteTable } from '../store/control-schema.ts'
import type { Store } from '../store/store.ts'
import type { Db, Parts } from './parts.ts'

export type Row = Selectable<ApprovalTable>
export type VoteRow = Selectable<ApprovalVoteTable>

/** Identifiers in one statement: databases bound its parameters. */
const MAX_IDS = 500

export async function findRow(db: Db, id: string): Promise<Row | undefined> {
  return await db.selectFrom('approval').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The row, which nobody else changes before the transaction ends. */
export async function holdRow(db: Db, { engine }: Store, id: string): Promise<Row | undefined> {
  const query = db.selectFrom('approval').selectAll().where('id', '=', id)
  // On SQLite a transaction holds the database from its first word on.
  return await (engine === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** Votes by request, oldest first. */
export async function votesOf(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly VoteRow[]>> {
  const found = new Map<string, VoteRow[]>()
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const rows = await db
      .selectFrom('approval_vote')
      .selectAll()
      .where('approval', 'in', ids.slice(start, start + MAX_IDS))
      .orderBy('at')
      .orderBy('user')
      .execute()
    for (const row of rows) found.set(row.approval, [...(found.get(row.approval) ?? []), row])
  }
  return found
}

/** Whether a request waits, or holds an answer that can be used, at a moment. */
export function isOpen({ state, expires }: Row, now: number): boolean {
  return (state === 'pending' || state === 'approved') && expires > now
}

/** The state at a moment: time ends what nobody has ended. */
export function stateAt(row: Row, now: number): ApprovalState {
  const open = row.state === 'pending' || row.state === 'approved'
  return open && row.expires <= now ? 'expired' : (row.state as ApprovalState)
}

export function liftOf({ lift }: Row): Lift {
  return JSON.parse(lift) as Lift
}

export function requestersOf({ requesters }: Row): readonly string[] {
  return JSON.parse(requesters) as readonly string[]
}

export function summaryOf(row: Row, votes: readonly VoteRow[], now: number): ApprovalSummary {
  const { id, digest, subject, client, server, target, created, expires } = row
  return {
    id,
    state: stateAt(row, now),
    digest: digest as Digest,
    subject,
    client,
    server,
    target,
    lift: liftOf(row),
    requesters: requestersOf(row),
    ...(row.self === null ? {} : { self: row.self }),
    created,
    expires,
    ...(row.decided === null ? {} : { decided: row.decided }),
    votes: votes.map(voteOf),
    ...(row.used_by === null ? {} : { usedBy: row.used_by }),
  }
}

/** The request as it stands now. */
export async function currentSummary(parts: Parts, row: Row): Promise<ApprovalSummary> {
  const { db } = parts.store
  const fresh = (await findRow(db, row.id)) ?? row
  const votes = await votesOf(db, [row.id])
  return summaryOf(fresh, votes.get(row.id) ?? [], parts.clock())
}

function voteOf(row: VoteRow): ApprovalVote {
  return {
    user: row.user,
    verdict: row.verdict as ApprovalVote['verdict'],
    standsFor: row.stands_for,
    assurance: row.assurance as ApprovalVote['assurance'],
    channel: row.channel as ApprovalVote['channel'],
    at: row.at,
    ...(row.comment === null ? {} : { comment: row.comment }),
    ...(row.evidence === null ? {} : { evidence: JSON.parse(row.evidence) as JsonObject }),
  }
}

/** Seals what a request holds, for this request alone. */
export function sealCall(
  { seal }: Parts,
  { id, digest }: Pick<Row, 'id' | 'digest'>,
  { call, access, denial, definition, policies, forwarded }: LiftableCall,
): string {
  const content = { call, access, denial, definition, policies, forwarded }
  return seal.seal(JSON.stringify(content), ['request', id, digest])
}

/** The call; undefined once it is no longer kept. @throws Error for a row that was changed. */
export function openCall({ seal }: Pick<Parts, 'seal'>, row: Row): LiftableCall | undefined {
  if (row.request === null) return undefined
  return JSON.parse(seal.open(row.request, ['request', row.id, row.digest])) as LiftableCall
}

/** What is witnessed of a request: whom it is for, and ids and digests alone. */
export function eventOf(
  row: Pick<Row, 'id' | 'subject' | 'client' | 'server' | 'target' | 'digest'>,
  event: EventName,
  { by, detail }: { readonly by?: Actor; readonly detail?: JsonObject } = {},
): Omit<SecurityEvent, 'outcome'> {
  const { id, subject, client, server, target, digest } = row
  return {
    event,
    subject,
    client,
    target: `approval:${id}`,
    detail: { digest, server, target, ...detail },
    ...(by === undefined ? {} : { by }),
  }
}
