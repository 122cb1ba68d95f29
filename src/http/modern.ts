import { GatewayError } from '../kernel/errors.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Notification, Request } from '../mcp/message.ts'
import type { Envelope } from '../mcp/wire/envelope.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { encodeEvent } from '../mcp/wire/sse.ts'
import { callGateway } from './call-gateway.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { sendAnswer } from './send-answer.ts'
import { type Incoming, type Site, sendEmpty } from './site.ts'

/** A conversation that is as long as its one message. */
interface OneShot {
  readonly conversation: Conversation
  end(): void
}

/** Given as abort reasons, so that an abort need not make an error with a stack of its own. */
const LEFT = new GatewayError('cancelled', 'the client left')
const OVER = new GatewayError('cancelled', 'the request is over')

/**
 * Answers one request of the modern era: as JSON when nothing comes before the result, else as a
 * stream of events; a subscription's success always as a stream. A client that leaves has cancelled
 * (2026-07-28, Streamable HTTP, and "Cancellation").
 *
 * @throws GatewayError `too_many_requests`.
 */
export async function answerModern(
  site: Site,
  incoming: Incoming,
  request: Request,
  text: string,
  envelope: Envelope,
): Promise<void> {
  const { response } = incoming
  const cancelled = new AbortController()
  const { conversation, end } = oneShot(site, incoming, envelope)
  let stream: EventStream | undefined
  const begin = (): EventStream => {
    stream ??= openEventStream(response, site.limits)
    return stream
  }
  const exchange: Exchange = {
    conversation,
    sender: incoming.sender,
    request,
    text,
    headers: paramHeaders(incoming),
    cancelled: cancelled.signal,
    notify: (notification) => begin().write(encodeEvent({ data: messageText(notification) })),
    // A modern client takes its answer in either form.
    stream: () => {},
    ask: conversation.ask,
  }
  const endless = request.method === 'subscriptions/listen'
  const stop = (): void => cancelled.abort(LEFT)
  const silence = setTimeout(begin, site.limits.silenceMs)
  response.once('close', stop)
  try {
    const answer = await callGateway(site, incoming, exchange, { endless, stop })
    response.off('close', stop)
    if (stream === undefined && !(endless && answer.kind === 'result'))
      return sendAnswer(incoming, answer, 'modern')
    begin().write(encodeEvent({ data: messageText(answer) }))
    begin().end()
  } finally {
    clearTimeout(silence)
    end()
  }
}

/**
 * Takes one notification of the modern era. Cancellation by message is for stdio: over HTTP it is
 * the closing of the request's own connection, so the message has nothing left to do.
 */
export function takeModern(
  site: Site,
  incoming: Incoming,
  notification: Notification,
  envelope: Envelope,
): void {
  if (notification.method !== 'notifications/cancelled') {
    const { conversation, end } = oneShot(site, incoming, envelope)
    site.gateway.notified(conversation, notification)
    end()
  }
  sendEmpty(incoming.response, 202)
}

function oneShot(site: Site, incoming: Incoming, envelope: Envelope): OneShot {
  let over = false
  let id: string | undefined
  let ended: AbortController | undefined
  const conversation: Conversation = {
    // Both are made when asked for: most calls are over before anyone does.
    get id() {
      id ??= site.randomId()
      return id
    },
    endpoint: incoming.endpoint,
    subject: incoming.sender.subject,
    holder: incoming.holder,
    client: envelope.client,
    revision: envelope.revision,
    era: 'modern',
    capabilities: envelope.capabilities,
    get ended() {
      ended ??= new AbortController()
      if (over) ended.abort(OVER)
      return ended.signal
    },
    send: () => {},
    ask: refuseAsk,
  }
  const end = (): void => {
    over = true
    ended?.abort(OVER)
  }
  return { conversation, end }
}

function refuseAsk(): Promise<never> {
  const message = 'a client of this protocol revision cannot be asked in mid-call'
  return Promise.reject(new GatewayError('bridge_unsupported', message))
}

/** The headers that MCP lets a tool define (2026-07-28, Streamable HTTP, "Custom Headers"). */
function paramHeaders({ request }: Incoming): Readonly<Record<string, string>> {
  const params: Record<string, string> = {}
  for (const name in request.headers)
    if (name.startsWith('mcp-param-')) params[name] = String(request.headers[name])
  return params
}
