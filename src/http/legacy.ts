import { GatewayError } from '../kernel/errors.ts'
import { isObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Message, Notification, Request } from '../mcp/message.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { callGateway } from './call-gateway.ts'
import { carry, findSession } from './legacy-stream.ts'
import { sendAnswer } from './send-answer.ts'
import type { Session } from './session.ts'
import type { SessionStream } from './session-streams.ts'
import { type Incoming, type Site, sendEmpty } from './site.ts'

const NO_HEADERS: Readonly<Record<string, string>> = {}

/**
 * Takes one message of a legacy session other than `initialize` (2025-11-25, Streamable HTTP,
 * "Sending Messages to the Server").
 *
 * @throws GatewayError `session_missing`, `session_unknown`, `version_unsupported`,
 *   `message_malformed` for an id that is in use, `too_many_requests`.
 */
export async function takeLegacy(
  site: Site,
  incoming: Incoming,
  message: Message,
  text: string,
): Promise<void> {
  const session = findSession(site, incoming)
  if (message.kind === 'request') return answerLegacy(site, incoming, session, message, text)
  if (message.kind === 'notification') takeNotification(site, session, message)
  else session.asks.answer(message)
  sendEmpty(incoming.response, 202)
}

/**
 * Answers one request: as JSON when nothing comes before the result, else on a stream. A client
 * that leaves has not cancelled: it can come back for the stream.
 */
async function answerLegacy(
  site: Site,
  incoming: Incoming,
  session: Session,
  request: Request,
  text: string,
): Promise<void> {
  const { response } = incoming
  if (session.inflight.has(request.id))
    throw new GatewayError('message_malformed', 'a request with this id is still running')
  const cancelled = new AbortController()
  let stream: SessionStream | undefined
  const begin = (): SessionStream | undefined => {
    // A client that left before its stream began has no place in it to come back to.
    if (stream === undefined && !response.closed) {
      stream = session.streams.create()
      carry(site, response, stream)
    }
    return stream
  }
  const exchange: Exchange = {
    conversation: session.conversation,
    sender: incoming.sender,
    request,
    text,
    headers: NO_HEADERS,
    cancelled: cancelled.signal,
    notify: (notification) => begin()?.emit(messageText(notification)),
    stream: (state) => {
      const carried = begin()
      if (state === 'paused') carried?.rest()
    },
    ask: (method, params, signal) =>
      session.asks.ask(method, params, signal, (question) => begin()?.emit(messageText(question))),
  }
  const stop = (): void => cancelled.abort()
  const silence = setTimeout(begin, site.limits.silenceMs)
  session.inflight.set(request.id, cancelled)
  try {
    const answer = await callGateway(site, incoming, exchange, { endless: false, stop })
    if (stream === undefined) return sendAnswer(incoming, answer, 'legacy')
    stream.emit(messageText(answer))
    stream.finish()
  } finally {
    clearTimeout(silence)
    session.inflight.delete(request.id)
    session.touch()
  }
}

function takeNotification(site: Site, session: Session, notification: Notification): void {
  switch (notification.method) {
    case 'notifications/initialized':
      return
    case 'notifications/cancelled': {
      const id = isObject(notification.params) ? notification.params['requestId'] : undefined
      if (typeof id === 'string' || typeof id === 'number') session.inflight.get(id)?.abort()
      return
    }
    default:
      site.gateway.notified(session.conversation, notification)
  }
}
