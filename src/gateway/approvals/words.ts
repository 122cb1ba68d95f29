import type { ApprovalAnswer, LiftableCall, PendingApproval } from '../../kernel/approval.ts'
import { ERRORS } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { denialText, toolError } from '../answer.ts'
import { originSentence, originsOf } from './origins.ts'

/** Why a call does not run, whether people said no or the answer does not hold. */
export interface Refusal {
  readonly why: Extract<ApprovalAnswer, { kind: 'refused' }>['why'] | 'used'
  readonly message: string
  readonly id?: string | undefined
  /** Milliseconds; absent where asking again is of no use. */
  readonly retryAfter?: number | undefined
}

/** An approval that does not hold for the call at the moment of its use. */
export const SPENT: Refusal = {
  why: 'used',
  message: 'the approval was used, is over, or is not for exactly this call',
}

/**
 * The call waits for a person: where they answer, and how to go on. In words that reach the model, since
 * nobody else can tell its user.
 */
export function pendingAnswer(
  exchange: Exchange,
  call: LiftableCall,
  pending: PendingApproval,
  { url, unopened = false }: { readonly url: string; readonly unopened?: boolean },
): Response {
  const until = new Date(pending.expires).toISOString()
  const lines = [
    `Approval pending: a person has to approve this call first. Nothing was done. ${whyOf(call)}`,
    unopened
      ? `The user did not open the page for it: ask them before you go on. It can still be approved at ${url}`
      : `Tell the user that it can be approved at ${url}`,
    `by ${approvers(pending)} until ${until} (request ${pending.id}).`,
    'Once it is approved, make exactly the same call again: it will then run at once.' +
      ' Do not change its arguments, and do not look for a way around.',
  ]
  const approval = { id: pending.id, digest: pending.digest, url, expires: until }
  return refusing(exchange, call, 'approval_pending', lines, { approval })
}

/** The call does not run: a person said no, nobody said anything, or what was said does not hold. */
export function refusedAnswer(exchange: Exchange, call: LiftableCall, refusal: Refusal): Response {
  const { why, message, id, retryAfter } = refusal
  const lines = [`Not approved: ${message}. Nothing was done. ${whyOf(call)}`, again(refusal)]
  return refusing(exchange, call, 'approval_refused', lines, {
    why,
    ...(id === undefined ? {} : { approval: { id } }),
    ...(retryAfter === undefined ? {} : { retryAfterMs: Math.ceil(retryAfter) }),
  })
}

/** What a model shall do next. Only who flooded is told to wait: a person's no is no matter of time. */
function again({ why, retryAfter }: Refusal): string {
  const seconds = retryAfter === undefined ? undefined : Math.ceil(retryAfter / 1_000)
  switch (why) {
    case 'declined':
    case 'withdrawn':
      return 'Do not make the same call again, nor one that comes to the same, unless the user wants it.'
    case 'flooded':
      return seconds === undefined
        ? 'Do not make the same call again.'
        : `Make no such call for ${seconds} s.`
    case 'expired':
    case 'void':
    case 'used':
      return 'Make the call again only if it is still wanted: a person is asked anew.'
  }
}

function whyOf({ access, denial }: LiftableCall): string {
  const origin = originSentence(access.flow)
  return `Why: ${denialText(denial)}.${origin && ` ${origin}`}`
}

function approvers({ lift }: PendingApproval): string {
  const named = lift.approvers.map((one) => (one === 'self' ? 'the user' : one))
  const who = named.join(lift.each ? ' and ' : ' or ')
  return lift.quorum > 1 ? `${lift.quorum} of ${who}` : who
}

/** For `tools/call` a tool error that the model reads, for every other method a JSON-RPC error. */
function refusing(
  { request, conversation }: Exchange,
  { access, call, denial }: LiftableCall,
  code: 'approval_pending' | 'approval_refused',
  lines: readonly string[],
  more: JsonObject,
): Response {
  const origins = originsOf(access.flow)
  const detail: JsonObject = {
    code,
    policies: denial.determining.map(({ policy }) => policy),
    reason: denialText(denial),
    ...(origins.length > 0 ? { origins } : {}),
    ...more,
    requestId: call,
  }
  if (request.method === 'tools/call') {
    const text = [...lines, `Request id: ${call}.`].join('\n')
    return toolError(request, text, detail, conversation.era)
  }
  const error = { code: ERRORS[code].rpc, message: lines.join(' '), data: detail }
  return { kind: 'error', id: request.id, error }
}
