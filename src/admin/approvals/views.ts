import { z } from 'zod'
import { ASSURANCES } from '../../kernel/access.ts'
import { APPROVAL_STATES } from '../../kernel/approval.ts'
import type {
  ApprovalPattern,
  ApprovalRequest,
  ApprovalSummary,
  ApprovalVote,
} from '../../kernel/approval-desk.ts'
import type { Json } from '../../kernel/json.ts'
import { subjectName } from '../../kernel/subject.ts'
import { flowOf, flowView } from '../calls/flow-view.ts'
import { given, time, timeOf, times } from '../operation.ts'

export const state = z.enum(APPROVAL_STATES)
const record = z.record(z.string(), z.unknown())

const liftView = z.object({
  approvers: z.array(z.string()),
  quorum: z.number(),
  each: z.boolean(),
  assurance: z.enum(ASSURANCES),
  /** Milliseconds, as `maxAge`. */
  pattern: z.number(),
  maxAge: z.number(),
})

const voteView = z.object({
  user: z.string(),
  verdict: z.enum(['approve', 'decline']),
  standsFor: z.string(),
  assurance: z.enum(ASSURANCES),
  channel: z.enum(['client', 'console', 'command-line', 'chat']),
  at: time,
  comment: z.string().optional(),
  /** The signature of a passkey. */
  evidence: record.optional(),
})

/** What lists show: nothing that the call carries, and nobody's own words. */
export const summaryView = z.object({
  id: z.string(),
  state,
  digest: z.string(),
  subject: z.string(),
  client: z.string(),
  server: z.string(),
  target: z.string(),
  lift: liftView,
  requesters: z.array(z.string()),
  created: time,
  expires: time,
  decided: time.optional(),
  votes: z.array(voteView.omit({ comment: true, evidence: true })),
  usedBy: z.string().optional(),
})

/** A request in a list of requests. */
export const listedView = summaryView.extend({
  /** Whether the caller may answer it, and has not. */
  waitsForYou: z.boolean(),
})

/** All that is asked. What the call carries is there for those who may see it, as long as it is kept. */
export const requestView = summaryView.extend({
  votes: z.array(voteView),
  call: z.string(),
  policies: z.string(),
  definition: z.string().optional(),
  similar: z.object({ approved: z.number(), declined: z.number(), expired: z.number() }),
  action: z.string().optional(),
  kind: z.enum(['tool', 'resource', 'prompt']).optional(),
  actors: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
  via: z.string().optional(),
  clientTrust: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  methods: z.array(z.string()).optional(),
  /** What the client says of itself. */
  claims: z.object({ name: z.string(), version: z.string() }).optional(),
  classification: record.optional(),
  /** Policies that denied, in the words that they are public with. */
  determining: z
    .array(
      z.object({
        policy: z.string(),
        reason: z.string().optional(),
        remedy: z.string().optional(),
      }),
    )
    .optional(),
  arguments: record.optional(),
  facts: record.optional(),
  /** Where the values of the arguments came from; quoted for who may see what the call carries. */
  flow: flowView.optional(),
  /** Where a virtual tool stands for another: what leaves. */
  forwarded: z
    .object({ server: z.string(), target: z.string(), arguments: record.optional() })
    .optional(),
  mayBeFree: z.array(z.string()).optional(),
  /** Whether what the call carries is shown: `kept` no longer, or not for these `roles`. */
  withheld: z.enum(['kept', 'roles']).optional(),
})
export type RequestView = z.output<typeof requestView>

export const patternView = z.object({
  id: z.string(),
  approval: z.string(),
  subject: z.string(),
  client: z.string(),
  server: z.string(),
  target: z.string(),
  free: z.array(z.string()),
  created: time,
  expires: time,
  revoked: time.optional(),
  fixed: record.optional(),
  /** The Cedar policy that would permit the same. */
  policy: z.string().optional(),
})

export function showSummary(approval: ApprovalSummary): z.input<typeof summaryView> {
  const { created, expires, decided, votes, requesters, lift, ...rest } = approval
  return {
    ...rest,
    requesters: [...requesters],
    lift: { ...lift, approvers: [...lift.approvers] },
    votes: votes.map(({ comment: _, evidence: __, ...vote }) => ({ ...vote, at: timeOf(vote.at) })),
    created: timeOf(created),
    expires: timeOf(expires),
    ...times({ decided }),
  }
}

/** @param bodies whether the reader may see what the call carries. */
export function showRequest(
  request: ApprovalRequest,
  bodies: boolean,
): z.input<typeof requestView> {
  const { call, policies, definition, similar, access } = request
  return {
    ...showSummary(request),
    ...(bodies ? { votes: request.votes.map(showVote) } : {}),
    ...{ call, policies, similar },
    ...given({ definition }),
    ...whoAndWhat(request),
    ...given({ flow: flowOf(access?.flow as Json | undefined, bodies) }),
    ...(bodies ? carried(request) : {}),
    ...withheld(bodies, access !== undefined),
  }
}

function withheld(bodies: boolean, kept: boolean): Pick<RequestView, 'withheld'> {
  if (!kept) return { withheld: 'kept' }
  return bodies ? {} : { withheld: 'roles' }
}

function showVote({ at, evidence, comment, ...vote }: ApprovalVote): z.input<typeof voteView> {
  return { ...vote, at: timeOf(at), ...given({ comment, evidence }) }
}

function whoAndWhat({ access, denial, forwarded }: ApprovalRequest): Partial<RequestView> {
  const target = forwarded && { server: forwarded.server, target: forwarded.target }
  if (access === undefined) return given({ forwarded: target })
  const { subject, authorization, client, action } = access
  return {
    ...{ action, kind: access.target.kind, via: subject.via },
    actors: subject.actors.map((id) => subjectName({ kind: 'agent', id })),
    groups: [...subject.groups],
    clientTrust: authorization.clientTrust,
    scopes: [...authorization.scopes],
    methods: [...authorization.methods],
    claims: { ...client },
    classification: { ...access.target.classification },
    ...given({ forwarded: target, determining: denial?.determining.map((one) => ({ ...one })) }),
  }
}

function carried({ access, forwarded, mayBeFree }: ApprovalRequest): Partial<RequestView> {
  return {
    mayBeFree: [...mayBeFree],
    ...(access === undefined ? {} : { arguments: access.arguments, facts: { ...access.facts } }),
    ...given({ forwarded }),
  }
}

/** @param bodies whether the reader may see the arguments that are fixed. */
export function showPattern(
  { fixed, policy, free, created, expires, revoked, ...rest }: ApprovalPattern,
  bodies: boolean,
): z.input<typeof patternView> {
  return {
    ...rest,
    free: [...free],
    created: timeOf(created),
    expires: timeOf(expires),
    ...times({ revoked }),
    ...(bodies ? { fixed, policy } : {}),
  }
}
