import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../kernel/errors.ts'
import type { Message, RequestId } from '../../mcp/message.ts'
import { parseServerMessage } from '../../mcp/wire/parse-message.ts'
import { readAnswer } from '../gateway-answer.ts'
import { type Host, withRequestId } from './host.ts'

/** How far an answer got. */
export interface Delivered {
  /** The response that ended it; undefined when the stream broke before. */
  readonly answer: Message | undefined
  /** Where a stream may be resumed; empty when it cannot. */
  readonly eventId: string
}

/**
 * Hands an answer to the host, message by message, as it comes. A broken connection ends it like
 * any other end: `answer` says whether the response came.
 */
export async function deliver(
  host: Host,
  response: IncomingMessage,
  id: RequestId,
  maxMessage: number,
): Promise<Delivered> {
  const failed = (response.statusCode ?? 500) >= 400
  let last = ''
  let eventId = ''
  try {
    for await (const message of readAnswer(response, maxMessage)) {
      eventId = message.eventId
      if (message.text === '') continue
      last = failed ? withRequestId(message.text, id) : message.text
      await host.write(last)
    }
  } catch (error) {
    // Its own bounds and rules are final; a connection that breaks may be taken up again.
    if (error instanceof GatewayError) throw error
  }
  return { answer: responseOf(last), eventId }
}

/** The response that a line holds; undefined for anything else. */
function responseOf(text: string): Message | undefined {
  if (text === '') return undefined
  const { message } = parseServerMessage(text)
  return message.kind === 'result' || message.kind === 'error' ? message : undefined
}

/** The error for a request whose answer never came. */
export function lostAnswer(response: IncomingMessage): GatewayError {
  const status = response.statusCode ?? 0
  const message =
    status >= 400
      ? `the gateway answered with status ${status}`
      : 'the connection to the gateway broke before the answer'
  return new GatewayError('upstream_failed', message)
}
