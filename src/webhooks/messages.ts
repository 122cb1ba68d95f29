import type { ApprovalNews, ApprovalRequest, ApprovalSummary } from '../kernel/approval-desk.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import type { Alert, Notice } from '../kernel/notice.ts'
import type { Include } from './options.ts'

/** Bytes of arguments that a message carries at most: receivers take small messages. */
const MOST_ARGUMENTS = 128 * 1_024

/** Where people look at a request, and answer it. */
export function pageOf(publicOrigin: string, approval: string): string {
  return `${publicOrigin}/console/approvals/${encodeURIComponent(approval)}`
}

/** The kind of message that tells news. */
export function noticeOf({ what }: ApprovalNews): Notice {
  switch (what) {
    case 'requested':
    case 'pending':
      return 'approval.requested'
    case 'voted':
      return 'approval.voted'
    default:
      return 'approval.decided'
  }
}

/** The id of the message with which a receiver is told news: the same on all replicas. */
export function messageId(endpoint: string, { what, approval }: ApprovalNews): string {
  const votes = what === 'voted' ? approval.votes.length : 0
  return idOf(endpoint, approval.id, what === 'pending' ? 'requested' : what, votes)
}

/** The id of the message by which a receiver heard of a request first. */
export function firstMessageId(endpoint: string, approval: string): string {
  return idOf(endpoint, approval, 'requested', 0)
}

function idOf(...parts: readonly Json[]): string {
  return `msg_${sha256(canonicalJson(parts)).slice(0, 32)}`
}

/**
 * What receivers are told of a request. Nothing that the call carries, unless they are to have it.
 *
 * @param request the whole request; undefined where that is not needed, or cannot be had.
 */
export function approvalDocument(
  { what, approval }: ApprovalNews,
  request: ApprovalRequest | undefined,
  { include, url, at }: { readonly include: Include; readonly url: string; readonly at: number },
): JsonObject {
  const { lift } = approval
  const data: JsonObject = {
    id: approval.id,
    state: stateOf(what, approval),
    digest: approval.digest,
    subject: approval.subject,
    client: approval.client,
    server: approval.server,
    tool: approval.target,
    url,
    created: isoOf(approval.created),
    expires: isoOf(approval.expires),
    approvers: lift.approvers,
    quorum: lift.quorum,
    each: lift.each,
    assurance: lift.assurance,
    votes: approval.votes.map(({ user, verdict, assurance, channel, at: when }) => ({
      user,
      verdict,
      assurance,
      channel,
      at: isoOf(when),
    })),
    ...(approval.decided === undefined ? {} : { decided: isoOf(approval.decided) }),
    ...(approval.usedBy === undefined ? {} : { usedBy: approval.usedBy }),
    ...(request === undefined ? {} : { reasons: reasonsOf(request) }),
    ...(include === 'arguments' ? carried(request) : {}),
  }
  return { type: noticeOf({ what, approval }), timestamp: isoOf(at), data }
}

/** What policies say of why somebody is asked. */
export function reasonsOf({ denial }: ApprovalRequest): readonly string[] {
  const reasons = denial?.determining.map(({ reason, policy }) => reason ?? policy) ?? []
  return [...new Set(reasons)]
}

/** All of what the call carries, or a word that it is not here: never a part. */
function carried(request: ApprovalRequest | undefined): JsonObject {
  if (request?.access === undefined) return { argumentsOmitted: 'no longer kept' }
  const what: JsonObject = {
    arguments: request.access.arguments,
    ...(request.forwarded === undefined ? {} : { forwarded: { ...request.forwarded } }),
  }
  if (Buffer.byteLength(canonicalJson(what)) > MOST_ARGUMENTS)
    return { argumentsOmitted: 'too large' }
  return what
}

function stateOf(what: ApprovalNews['what'], { state }: ApprovalSummary): string {
  return what === 'requested' || what === 'voted' ? state : what
}

/** What receivers are told of an alert. */
export function alertDocument(
  { notice, subject, client, target, detail }: Alert,
  { url, at }: { readonly url: string; readonly at: number },
): JsonObject {
  const data: JsonObject = {
    ...(subject === undefined ? {} : { subject }),
    ...(client === undefined ? {} : { client }),
    ...(target === undefined ? {} : { target }),
    ...(detail === undefined ? {} : { detail }),
    url,
  }
  return { type: notice, timestamp: isoOf(at), data }
}

/** What a receiver is sent to find out whether it can be reached. */
export function pingDocument(at: number): JsonObject {
  return { type: 'ping', timestamp: isoOf(at), data: {} }
}

function isoOf(time: number): string {
  return new Date(time).toISOString()
}
