import type { GatewayError } from '../kernel/errors.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import { failure, quarantined } from './answer.ts'
import type { Ending, Trace } from './conclude.ts'
import { connectionAnswer } from './connect/answer.ts'
import { contentError } from './screen/words.ts'

/** How a call ended that failed, for the record. */
export function refusalOf({ code }: GatewayError, { dispatched }: Trace): Ending {
  const unsent = code === 'content_blocked' || code === 'connection_required'
  if (code === 'definition_quarantined' || (unsent && !dispatched))
    return { outcome: 'denied', error: code }
  return { outcome: code === 'cancelled' ? 'cancelled' : 'failed', error: code }
}

/** What a client is told of it. */
export function failed(
  exchange: Exchange,
  error: GatewayError,
  { call, pageShown }: Trace,
): Response {
  if (error.code === 'connection_required')
    return connectionAnswer(exchange, error, call, pageShown)
  if (error.code === 'definition_quarantined') return quarantined(exchange, error, call)
  // What screens say names the message that they are about.
  return error.data?.['part'] === undefined
    ? failure(exchange.request, error, call)
    : contentError(exchange, error, call)
}
