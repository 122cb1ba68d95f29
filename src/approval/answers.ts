import type { CallApproval } from '../kernel/access.ts'
import type { ApprovalAnswer, LiftableCall } from '../kernel/approval.ts'
import type { Digest } from '../kernel/hash.ts'
import type { Parts } from './parts.ts'
import { isPerson } from './requesters.ts'
import { liftOf, type Row, stateAt } from './rows.ts'

type Refusal = Extract<ApprovalAnswer, { kind: 'refused' }>

const WORDS = {
  declined: 'the call was declined',
  expired: 'nobody answered in time',
  withdrawn: 'the request for approval was taken back',
  void: 'what the approval was for has changed',
} as const satisfies Partial<Record<Refusal['why'], string>>

/** What somebody else's request, or none, is answered with: it tells nothing about it. */
export const NOT_THIS_CALL: ApprovalAnswer = {
  kind: 'refused',
  why: 'void',
  message: 'there is no such request for approval of this call',
}

/** What a request says to the call that it is for. An answer that was used says nothing more. */
export async function answerOf(
  parts: Parts,
  call: LiftableCall,
  row: Row,
): Promise<ApprovalAnswer> {
  const now = parts.clock()
  const state = stateAt(row, now)
  switch (state) {
    case 'pending':
      return { kind: 'pending', approval: pendingOf(call, row) }
    case 'approved':
      return { kind: 'granted', approval: await grantOf(parts, row) }
    case 'declined': {
      const retryAfter = declinedUntil(row) - now
      return { ...refusal(row, 'declined'), ...(retryAfter > 0 ? { retryAfter } : {}) }
    }
    case 'used':
      return { ...refusal(row, 'void'), message: 'the approval was used already' }
    case 'expired': {
      const message = row.decided === null ? WORDS.expired : 'the approval was not used in time'
      return { ...refusal(row, 'expired'), message }
    }
    case 'withdrawn':
    case 'void':
      return refusal(row, state)
  }
}

/** Until when a call that was declined is declined without asking anybody again. */
export function declinedUntil(row: Row): number {
  return (row.decided ?? 0) + liftOf(row).maxAge
}

/** Whether the dialog of a client is enough for the answer. */
export function answersInClient({ access, denial: { lift } }: LiftableCall): boolean {
  const { approvers, assurance, quorum, each } = lift
  if (assurance !== 'client' || !isPerson(access.subject)) return false
  return approvers.includes('self') && quorum === 1 && (!each || approvers.length === 1)
}

function refusal({ id }: Row, why: keyof typeof WORDS): Refusal {
  return { kind: 'refused', why, message: WORDS[why], id }
}

function pendingOf(call: LiftableCall, row: Row) {
  const { id, expires } = row
  const byClient = answersInClient(call)
  return { id, digest: row.digest as Digest, expires, lift: liftOf(row), byClient }
}

async function grantOf({ store }: Parts, { id, digest }: Row): Promise<CallApproval> {
  return { id, kind: 'once', digest: digest as Digest, by: await approversOf(store.db, id) }
}

/** Who approved a request. */
export async function approversOf(
  db: Parts['store']['db'],
  id: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('approval_vote')
    .select('user')
    .where('approval', '=', id)
    .where('verdict', '=', 'approve')
    .orderBy('user')
    .execute()
  return rows.map(({ user }) => user)
}
