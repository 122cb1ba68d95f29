import type { ApprovalDesk, ApprovalSummary } from '../../kernel/approval-desk.ts'
import { subjectName } from '../../kernel/subject.ts'
import type { Caller } from '../caller.ts'

type Desk = Pick<ApprovalDesk, 'mayAnswer'>

/** Whether a request is about a call of the person, or of an agent that they answer for. */
export function isOwn(
  { subject, requesters }: Pick<ApprovalSummary, 'subject' | 'requesters'>,
  caller: Pick<Caller, 'subject'>,
): boolean {
  const { kind, id } = caller.subject
  return subject === subjectName(caller.subject) || (kind === 'user' && requesters.includes(id))
}

/**
 * Whether somebody may know that there is a request, and what became of it: who looks after such things, whom
 * it concerns, and who is asked, or was while it waited.
 */
export function mayKnow(desk: Desk, request: ApprovalSummary, caller: Caller): boolean {
  if (caller.permissions.has('look') || maySeeBodies(desk, request, caller)) return true
  const open = { ...request, state: 'pending', expires: Number.POSITIVE_INFINITY } as const
  return caller.subject.kind === 'user' && desk.mayAnswer(open, caller.subject).may
}

/**
 * Whether somebody may see all that the call carries: who reads such things, whom it concerns, who may answer,
 * and who has.
 */
export function maySeeBodies(desk: Desk, request: ApprovalSummary, caller: Caller): boolean {
  const { subject, permissions } = caller
  if (permissions.has('approvals.read') || permissions.has('bodies')) return true
  if (isOwn(request, caller)) return true
  return (
    subject.kind === 'user' &&
    (hasAnswered(request, subject.id) || desk.mayAnswer(request, subject).may)
  )
}

/** Whether a person has given an answer. */
export function hasAnswered({ votes }: Pick<ApprovalSummary, 'votes'>, user: string): boolean {
  return votes.some((vote) => vote.user === user)
}

/** Whether a request waits for this person's answer: they may give one, and have given none. */
export function waitsFor(desk: Desk, request: ApprovalSummary, { subject }: Caller): boolean {
  if (subject.kind !== 'user' || !desk.mayAnswer(request, subject).may) return false
  return !hasAnswered(request, subject.id)
}
