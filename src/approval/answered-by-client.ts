import type { ApprovalAnswer, LiftableCall } from '../kernel/approval.ts'
import type { Actor } from '../kernel/event.ts'
import { subjectName } from '../kernel/subject.ts'
import { answersInClient, NOT_THIS_CALL } from './answers.ts'
import type { Parts } from './parts.ts'
import { eventOf, findRow, type Row } from './rows.ts'
import { settle } from './settle.ts'
import { castVote, standingNow } from './vote.ts'
import { answerNow, ownRow } from './wait.ts'

/** See `Approvals.answeredByClient`. */
export async function answeredByClient(
  parts: Parts,
  call: LiftableCall,
  id: string,
  verdict: 'approve' | 'decline',
): Promise<ApprovalAnswer> {
  return await parts.inTurn(id, async () => {
    const row = await ownRow(parts, call, id)
    if (row === undefined) return NOT_THIS_CALL
    const before = await answerNow(parts, call, row)
    if (before.kind !== 'pending') return before
    const fault = await faultOf(parts, call, row)
    if (fault === undefined) await vote(parts, call, row, verdict)
    else await refuse(parts, call, row, fault)
    return await answerNow(parts, call, (await findRow(parts.store.db, id)) ?? row)
  })
}

/** Why the dialog of a client does not count. */
async function faultOf(parts: Parts, call: LiftableCall, row: Row): Promise<string | undefined> {
  const { subject } = call.access
  if (!answersInClient(call)) return 'a dialog of the client is not enough'
  if (row.self !== subject.id) return 'not approver'
  const standing = await standingNow(parts, row, subject.id)
  return 'words' in standing && standing.words.includes('self') ? undefined : 'not approver'
}

async function vote(
  parts: Parts,
  call: LiftableCall,
  row: Row,
  verdict: 'approve' | 'decline',
): Promise<void> {
  const user = call.access.subject.id
  const by = actorOf(call)
  const said = {
    user,
    verdict,
    standsFor: 'self',
    assurance: 'client',
    channel: 'client',
    by,
  } as const
  await castVote(parts, row, said)
  await settle(parts, row.id)
}

async function refuse(parts: Parts, call: LiftableCall, row: Row, why: string): Promise<void> {
  const detail = { why, channel: 'client' }
  await parts.witness({
    ...eventOf(row, 'approval.refused', { by: actorOf(call), detail }),
    outcome: 'refused',
  })
}

function actorOf({ access: { subject, authorization } }: LiftableCall): Actor {
  const { client, grant } = authorization
  return { subject: subjectName(subject), client, grant }
}
