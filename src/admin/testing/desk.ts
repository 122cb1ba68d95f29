import type {
  ApprovalDesk,
  ApprovalPattern,
  ApprovalRequest,
  ApprovalSummary,
} from '../../kernel/approval-desk.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Digest } from '../../kernel/hash.ts'

/** What the requests of tests carry, so that it can be looked for where it must not be. */
export const MARKED = 'marked-argument-7f3a'
export const DIGEST = 'd'.repeat(64) as Digest
const START = 1_790_000_000_000

/** What the desk has, and what was asked of it. */
export const atDesk = {
  requests: [] as ApprovalRequest[],
  patterns: [] as ApprovalPattern[],
  asked: [] as unknown[],
}

/** Makes a request: Ann asks, and whoever is in `approvers` may answer. */
export function request(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  const lift = {
    ...{ by: 'approval', quorum: 1, each: false, assurance: 'session' },
    ...{ pattern: 0, maxAge: 1_000, approvers: ['group:approvers', 'user:eve'] },
  } as const
  return {
    ...{ id: 'a-1', state: 'pending', digest: DIGEST, subject: 'user:fay', client: 'app' },
    ...{ server: 'pay', target: 'send', lift, requesters: ['fay'], created: START },
    ...{ expires: START + 1_000, call: 'c-1', policies: 'hash', mayBeFree: ['amount'] },
    votes: [
      {
        ...{ user: 'ben', verdict: 'approve', standsFor: 'group:approvers', at: START },
        ...{ assurance: 'session', channel: 'console', comment: `about ${MARKED}` },
        evidence: { signature: MARKED },
      },
    ],
    similar: { approved: 1, declined: 0, expired: 0 },
    forwarded: { server: 'bank', target: 'wire', arguments: { to: MARKED } },
    access: {
      subject: { kind: 'user', id: 'fay', via: 'login', groups: ['staff'], actors: [] },
      authorization: { client: 'app', clientTrust: 'dynamic', scopes: ['read'], methods: ['pwd'] },
      client: { name: 'App', version: '1' },
      action: 'call',
      target: { kind: 'tool', server: 'pay', name: 'send', classification: { risk: 'high' } },
      arguments: { to: MARKED },
      facts: { amounts: [{ at: '/to', text: MARKED }] },
      flow: {
        ...{ context: 'x-1', readUntrusted: true, readConfidential: false, classes: [] },
        ...{ complete: false, carries: [] },
        values: [
          {
            ...{ at: '/to', role: 'destination', value: MARKED, origin: 'untrusted' },
            sightings: [{ call: 'c-0', server: 'mail', target: 'read', quote: MARKED }],
          },
        ],
      },
    },
    denial: { effect: 'deny', determining: [{ policy: 'p', reason: 'large' }], errors: [] },
    ...changes,
  } as unknown as ApprovalRequest
}

export function resetDesk(): void {
  Object.assign(atDesk, { requests: [], patterns: [], asked: [] })
}

const mayAnswer: ApprovalDesk['mayAnswer'] = ({ lift, requesters, state }, { id, groups }) => {
  if (state !== 'pending') return { may: false, why: 'it is over' }
  const named = [`user:${id}`, ...groups.map((group) => `group:${group}`)]
  if (requesters.includes(id)) return { may: false, why: 'it is your own' }
  return lift.approvers.some((one) => named.includes(one))
    ? { may: true }
    : { may: false, why: 'you are not asked' }
}

async function noted(id: string, ...asked: readonly unknown[]): Promise<ApprovalSummary> {
  const found = atDesk.requests.find((one) => one.id === id)
  if (found === undefined) throw new GatewayError('item_unknown', 'there is no such request')
  atDesk.asked.push(asked)
  return found
}

/** A desk that remembers what it is asked, and has what it is given. */
export const desk: ApprovalDesk = {
  list: async ({ mine, state }) => ({
    items: atDesk.requests.filter(
      (one) =>
        (state === undefined || one.state === state) &&
        (mine === undefined ||
          mayAnswer(one, mine).may ||
          one.requesters.includes(mine.id) ||
          one.subject === `user:${mine.id}`),
    ),
  }),
  find: async (id) => atDesk.requests.find((one) => one.id === id),
  pending: async () => atDesk.requests.length,
  mayAnswer,
  challenge: async (id, user, pattern) => {
    await noted(id, 'challenge', user, pattern)
    return { challenge: 'x' }
  },
  policyOf: async (id, pattern) => {
    await noted(id, 'policyOf', pattern)
    return `permit ${MARKED}`
  },
  answer: async (id, ballot) => {
    const { state } = await noted(id, 'answer', ballot)
    if (state !== 'pending') throw new GatewayError('approval_over', 'it is over')
    return request({ id })
  },
  withdraw: (id, by) => noted(id, 'withdraw', by),
  patterns: async ({ subject }) => ({
    items: atDesk.patterns.filter((one) => subject === undefined || one.subject === subject),
  }),
  revokePattern: async (id, by) => void atDesk.asked.push(['revokePattern', id, by]),
}
