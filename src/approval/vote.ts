import type { Assurance } from '../kernel/access.ts'
import type { ApprovalChannel, PatternChoice } from '../kernel/approval-desk.ts'
import type { Actor } from '../kernel/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { told } from './end.ts'
import { type Parts, witnessedTry } from './parts.ts'
import { requestersOf as requestersNow } from './requesters.ts'
import {
  eventOf,
  findRow,
  holdRow,
  isOpen,
  liftOf,
  openCall,
  type Row,
  requestersOf,
} from './rows.ts'
import { standingOf } from './standing.ts'

/** An answer of a person of whom everything has been checked. */
export interface Vote {
  readonly user: string
  readonly verdict: 'approve' | 'decline'
  readonly standsFor: string
  readonly assurance: Assurance
  readonly channel: ApprovalChannel
  readonly by: Actor
  readonly comment?: string | undefined
  readonly evidence?: JsonObject | undefined
  readonly pattern?: PatternChoice | undefined
}

/**
 * For whom a person can stand at this moment: by the groups that the directory says, and by who answers
 * now, or answered when it was asked, for the agents in the call.
 */
export async function standingNow(
  parts: Pick<Parts, 'principals' | 'seal'>,
  row: Row,
  user: string,
): Promise<ReturnType<typeof standingOf>> {
  const known = await parts.principals.user(user as SubjectId)
  if (known?.status !== 'active') return { refused: 'not-approver' }
  const subject = openCall(parts, row)?.access.subject
  const now = subject === undefined ? [] : (await requestersNow(parts, subject)).all
  const asked = { lift: liftOf(row), requesters: [...requestersOf(row), ...now] }
  return standingOf(row.self === null ? asked : { ...asked, self: row.self }, known)
}

/** Keeps a vote. False if the request is over: then nothing is kept. */
export async function castVote(parts: Parts, row: Row, vote: Vote): Promise<boolean> {
  const event = eventOf(row, 'approval.voted', { by: vote.by, detail: detailOf(vote) })
  const kept = await witnessedTry(parts.witness, event, () => keep(parts, row.id, vote))
  if (kept === true) await told(parts, (await findRow(parts.store.db, row.id)) ?? row, 'voted')
  return kept === true
}

function detailOf({ by: _, pattern, comment, evidence, ...said }: Vote): JsonObject {
  return {
    ...said,
    ...(comment === undefined ? {} : { comment }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(pattern === undefined ? {} : { pattern: { ...pattern } }),
  }
}

/** Whoever approved may still decline; nobody takes a refusal back. */
async function keep(parts: Parts, id: string, vote: Vote): Promise<true | undefined> {
  const { store, clock } = parts
  return await store.db.transaction().execute(async (trx) => {
    const row = await holdRow(trx, store, id)
    if (row?.state !== 'pending' || !isOpen(row, clock())) return undefined
    const values = {
      verdict: vote.verdict,
      stands_for: vote.standsFor,
      assurance: vote.assurance,
      channel: vote.channel,
      at: clock(),
      comment: vote.comment ?? null,
      evidence: vote.evidence === undefined ? null : JSON.stringify(vote.evidence),
      pattern: vote.pattern === undefined ? null : JSON.stringify(vote.pattern),
    }
    await trx
      .insertInto('approval_vote')
      .values({ approval: id, user: vote.user, ...values })
      .onConflict((conflict) => {
        const again = conflict.columns(['approval', 'user'])
        return vote.verdict === 'decline' ? again.doUpdateSet(values) : again.doNothing()
      })
      .execute()
    return true
  })
}
