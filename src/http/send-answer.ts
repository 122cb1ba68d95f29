import { GatewayError } from '../kernel/errors.ts'
import { isObject } from '../kernel/json.ts'
import type { Response } from '../mcp/message.ts'
import type { Era } from '../mcp/revision.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { type Incoming, sendJson } from './site.ts'
import { statusOf } from './status.ts'

const NONE: readonly string[] = []

/** Sends an answer as one JSON body, with what its HTTP status owes the client. */
export function sendAnswer(
  { response, challenge }: Incoming,
  answer: Response,
  era: Era,
  headers: readonly string[] = NONE,
): void {
  const status = statusOf(answer, era)
  const owed = status === 403 ? challenge(scopeError(answer)) : NONE
  sendJson(
    response,
    status,
    messageText(answer),
    owed.length === 0 ? headers : [...headers, ...owed],
  )
}

/** The one failure behind the pipeline that HTTP must speak of (RFC 6750 section 3.1). */
function scopeError(answer: Response): GatewayError {
  const data = answer.kind === 'error' ? answer.error.data : undefined
  return new GatewayError('scope_insufficient', '', isObject(data) ? { data } : {})
}
