import type {
  ApprovalBallot,
  ApprovalRequest,
  ApprovalSummary,
  ApprovalVote,
} from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { request as accessRequest } from '../../kernel/testing/requests.ts'

const ARGUMENTS: JsonObject = { to: 'bob@example.com', amount: 12 }

/** A request that waits for one of the group `finance`. */
export function waiting(more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'apr_1',
    state: 'pending',
    digest: sha256('the call'),
    subject: 'user:ada',
    client: 'claude',
    server: 'bank',
    target: 'transfer',
    lift: {
      by: 'approval',
      approvers: ['group:finance'],
      quorum: 1,
      each: false,
      assurance: 'session',
      pattern: 0,
      maxAge: 600_000,
    },
    requesters: ['ada'],
    created: 1_790_000_000_000,
    expires: 1_790_000_600_000,
    votes: [],
    call: 'call_1',
    access: accessRequest('call', 'bank', 'transfer', { arguments: ARGUMENTS }),
    denial: {
      effect: 'deny',
      determining: [{ policy: 'pay/four-eyes', reason: 'payments need a second person' }],
      errors: [],
    },
    policies: 'policies',
    similar: { approved: 0, declined: 0, expired: 0 },
    mayBeFree: [],
    ...more,
  }
}

/** A desk that keeps one request, and what was answered. */
export function testDesk(first: ApprovalRequest) {
  let request = first
  const ballots: ApprovalBallot[] = []
  return {
    ballots,
    now: () => request,
    become: (more: Partial<ApprovalRequest>) => {
      request = { ...request, ...more }
    },
    find: async (id: string) => (id === request.id ? request : undefined),
    answer: async (id: string, ballot: ApprovalBallot): Promise<ApprovalSummary> => {
      if (id !== request.id) throw new GatewayError('item_unknown', 'there is no such request')
      if (ballot.digest !== request.digest)
        throw new GatewayError('version_conflict', 'the request is another one')
      if (request.state !== 'pending')
        throw new GatewayError('approval_over', 'the request is over')
      if (!ballot.user.groups.includes('finance'))
        throw new GatewayError('approver_refused', 'you are not asked')
      ballots.push(ballot)
      const vote: ApprovalVote = {
        user: ballot.user.id,
        verdict: ballot.verdict,
        standsFor: 'group:finance',
        assurance: 'session',
        channel: ballot.channel,
        at: request.created + 1_000,
      }
      const state = ballot.verdict === 'approve' ? 'approved' : 'declined'
      request = { ...request, state, votes: [...request.votes, vote], decided: vote.at }
      return request
    },
  }
}
