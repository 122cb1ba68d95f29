import type { PendingApproval } from '../../kernel/approval.ts'
import { ERRORS, GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { ScreenMatch } from '../../kernel/screening.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { toolError } from '../answer.ts'
import { namesOf } from './react.ts'
import type { Part } from './screening.ts'

const STANDS: Readonly<Record<Part, string>> = {
  arguments: 'the arguments hold',
  result: 'the result holds',
  error: 'the error of the server holds',
  question: 'a question of the server holds',
  answer: 'the answer to a question of the server holds',
  notification: 'a notification holds',
}

/** A message that does not pass. Says what kind of thing was found in it, never the passage. */
export function blocked(part: Part, matches: readonly ScreenMatch[]): GatewayError {
  const found = namesOf(matches)
  const screens = [...new Set(matches.map(({ rule }) => `screen:${rule.screen}`))]
  const what = found.length === 0 ? 'what is not let through' : found.join(', ')
  return new GatewayError('content_blocked', `blocked by policy: ${STANDS[part]} ${what}`, {
    data: { part, found, screens },
  })
}

/** For `tools/call` a tool error that the model reads, for every other method a JSON-RPC error. */
export function contentError(
  { request, conversation }: Pick<Exchange, 'request' | 'conversation'>,
  { code, message, data }: GatewayError,
  call: string,
  lines: readonly string[] = [NEXT],
): Response {
  const detail = { ...data, code, reason: message, requestId: call } as JsonObject
  if (request.method === 'tools/call') {
    const said = message.charAt(0).toUpperCase() + message.slice(1)
    const text = [`${said}.`, ...lines, `Request id: ${call}.`].join('\n')
    return toolError(request, text, detail, conversation.era)
  }
  const error = { code: ERRORS[code].rpc, message: [message, ...lines].join('. '), data: detail }
  return { kind: 'error', id: request.id, error }
}

const NEXT = 'Do not retry the same call, and do not look for a way around.'

/** A result that waits for people. */
export interface PendingRelease {
  readonly url: string
  readonly pending: PendingApproval
  readonly found: readonly string[]
}

/** The call was made; what it brought waits for a person. In words that reach the model. */
export function releasePending(
  exchange: Exchange,
  call: string,
  { url, pending, found }: PendingRelease,
): Response {
  const expires = new Date(pending.expires).toISOString()
  const { id, digest, lift } = pending
  const error = new GatewayError(
    'approval_pending',
    `the call was made, and its result waits for release: it holds ${found.join(', ')}`,
    { data: { part: 'result', found, approval: { id, digest, url, expires } } },
  )
  return contentError(exchange, error, call, [
    `Tell the user that it can be released at ${url}`,
    `by ${approversOf(lift)} until ${expires} (request ${id}).`,
    'Once it is released, make exactly the same call again: it will not be made a second time, and its result will be there.' +
      ' Do not change its arguments, and do not look for a way around.',
  ])
}

function approversOf({ approvers, each, quorum }: PendingApproval['lift']): string {
  const named = approvers.map((one) => (one === 'self' ? 'the user' : one))
  const who = named.join(each ? ' and ' : ' or ')
  return quorum > 1 ? `${quorum} of ${who}` : who
}
