import type { ApprovalBallot, ApprovalSummary } from '../kernel/approval-desk.ts'
import { type ErrorCode, GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import { cleanText } from '../kernel/visible-text.ts'
import { expire } from './end.ts'
import { evidenceOf } from './evidence.ts'
import type { Parts } from './parts.ts'
import { requireAllowed } from './patterns.ts'
import {
  currentSummary,
  eventOf,
  findRow,
  isOpen,
  liftOf,
  openCall,
  type Row,
  stateAt,
} from './rows.ts'
import { settle } from './settle.ts'
import { castVote, standingNow } from './vote.ts'

const MAX_COMMENT = 1_000

/** Why people may not answer, in public words. */
export const REFUSED_WORDS = {
  'own-call': 'nobody approves their own call, nor one of their agent',
  'not-approver': 'you are not among those who may answer this',
} as const

/** See `ApprovalDesk.answer`. */
export async function answer(
  parts: Parts,
  id: string,
  ballot: ApprovalBallot,
): Promise<ApprovalSummary> {
  return await parts.inTurn(id, async () => {
    const row = await requireRow(parts, id)
    if (ballot.digest !== row.digest)
      throw await refused(parts, row, ballot, 'version_conflict', 'this is not what was asked')
    if (!(await saidBefore(parts, row, ballot))) await take(parts, row, ballot)
    await settle(parts, id)
    return await currentSummary(parts, row)
  })
}

/** @throws GatewayError `item_unknown`. */
export async function requireRow({ store }: Parts, id: string): Promise<Row> {
  const row = await findRow(store.db, id)
  if (row === undefined)
    throw new GatewayError('item_unknown', 'there is no such request for approval')
  return row
}

/** @throws GatewayError `approval_over`. */
export async function requireOpen(parts: Parts, row: Row): Promise<void> {
  const now = parts.clock()
  if (row.state === 'pending' && isOpen(row, now)) return
  const state = stateAt(row, now)
  if (state !== row.state) await expire(parts, row)
  throw over(state)
}

async function saidBefore({ store }: Parts, { id }: Row, ballot: ApprovalBallot): Promise<boolean> {
  const vote = await store.db
    .selectFrom('approval_vote')
    .select('verdict')
    .where('approval', '=', id)
    .where('user', '=', ballot.user.id)
    .executeTakeFirst()
  return vote?.verdict === ballot.verdict
}

/** Checks a ballot, one thing after the other, and keeps it. */
async function take(parts: Parts, row: Row, ballot: ApprovalBallot): Promise<void> {
  const standsFor = await requireApprover(parts, row, ballot)
  if (row.state !== 'pending' || !isOpen(row, parts.clock()))
    throw await refused(parts, row, ballot, 'approval_over', overText(stateAt(row, parts.clock())))
  const pattern = ballot.verdict === 'approve' ? ballot.pattern : undefined
  if (pattern !== undefined) await requirePattern(parts, row, ballot)
  const evidence = await requireEvidence(parts, row, ballot)
  const comment = cleanText(ballot.comment ?? '', MAX_COMMENT)
  const kept = await castVote(parts, row, {
    user: ballot.user.id,
    verdict: ballot.verdict,
    standsFor,
    assurance: evidence === undefined ? 'session' : 'passkey',
    channel: ballot.channel,
    by: ballot.by,
    comment: comment === '' ? undefined : comment,
    evidence,
    pattern: pattern && { free: pattern.free.toSorted(), duration: pattern.duration },
  })
  if (!kept) throw over(stateAt((await findRow(parts.store.db, row.id)) ?? row, parts.clock()))
}

/** For whom the person stands, who is there in person. */
async function requireApprover(parts: Parts, row: Row, ballot: ApprovalBallot): Promise<string> {
  const { user, by, channel, verdict } = ballot
  const refuse = (message: string, why?: string) =>
    refused(parts, row, ballot, 'approver_refused', message, why)
  if (by.subject !== `user:${user.id}`) throw await refuse('people answer for themselves')
  // What has a token, or draws its own dialogs, could be the agent.
  if (channel === 'client' || (channel === 'command-line' && verdict === 'approve'))
    throw await refuse('approvals are given in the console, or in a chat that knows you')
  const standing = await standingNow(parts, row, user.id)
  if ('refused' in standing) throw await refuse(REFUSED_WORDS[standing.refused], standing.refused)
  return String(standing.words[0])
}

async function requirePattern(parts: Parts, row: Row, ballot: ApprovalBallot): Promise<void> {
  const call = openCall(parts, row)
  if (call === undefined || ballot.pattern === undefined)
    throw new GatewayError('approval_over', 'the call is no longer kept')
  requireAllowed(call, ballot.pattern)
}

/** What is kept of a passkey's signature, where one is needed or given. */
async function requireEvidence(
  parts: Parts,
  row: Row,
  ballot: ApprovalBallot,
): Promise<JsonObject | undefined> {
  const { assertion, verdict, user, pattern } = ballot
  const needed = liftOf(row).assurance === 'passkey' && verdict === 'approve'
  if (assertion === undefined && !needed) return undefined
  const evidence =
    assertion && (await evidenceOf(parts, { row, user: user.id, pattern }, assertion))
  if (evidence !== undefined) return evidence
  const message =
    assertion === undefined ? 'this needs your passkey' : 'the passkey did not sign this request'
  throw await refused(parts, row, ballot, 'evidence_refused', message)
}

/** Witnesses why an answer does not count; @returns the error to throw. */
async function refused(
  parts: Parts,
  row: Row,
  { by, channel, verdict }: ApprovalBallot,
  code: ErrorCode,
  message: string,
  why: string = code,
): Promise<GatewayError> {
  const detail = { why, channel, verdict }
  await parts.witness({ ...eventOf(row, 'approval.refused', { by, detail }), outcome: 'refused' })
  return new GatewayError(code, message)
}

function over(state: string): GatewayError {
  return new GatewayError('approval_over', overText(state))
}

function overText(state: string): string {
  return `this request is over: it is ${state}`
}
