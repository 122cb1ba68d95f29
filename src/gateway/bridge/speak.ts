import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Notification, RequestId, Response } from '../../mcp/message.ts'
import type { Link, StreamState } from '../../mcp/upstream/link.ts'
import type { StateSeal } from '../request-state.ts'
import { speakLegacy } from './legacy-to-legacy.ts'
import { speakUp } from './legacy-to-modern.ts'
import { speakDown } from './modern-to-legacy.ts'
import { speakModern } from './modern-to-modern.ts'
import type { ParkedCalls } from './parked.ts'

/** One request for a server, on behalf of one request of a client. */
export interface Outgoing {
  readonly exchange: Exchange
  /** The client's own id, or one of ours for a request that the gateway makes. */
  readonly id: RequestId
  readonly method: string
  /** Masked: without what the gateway does not carry. */
  readonly params: JsonObject
  /** The client's own text, where that is exactly this request. */
  readonly text: string | undefined
  /** The `mcp-param-*` headers for a modern server. @throws GatewayError `definition_unsupported`. */
  readonly headers: () => Readonly<Record<string, string>>
  /** Milliseconds to the answer. */
  readonly timeout: number
  /** Names what a `requestState` is bound to: principal, server, method, target and arguments. */
  readonly binding: () => string
  /** Where the server's notifications about this request go. */
  readonly notify: (notification: Notification) => void
  /** What the server does with the stream of the answer. */
  readonly stream: (state: StreamState) => void
  /** Holds the link until this settles, beyond the request. */
  readonly keep: (until: Promise<unknown>) => void
}

/** What the four ways of speaking share. */
export interface Speech {
  readonly seal: StateSeal
  readonly parked: ParkedCalls
  /** Legacy servers that were told to log everything. */
  readonly loud: WeakSet<Link>
  /** The log level that a legacy client set in its session, if any. */
  readonly logLevel: (exchange: Exchange) => string | undefined
}

/**
 * Sends a request over a link and gives the answer in the client's era. Same era: as it is. Across
 * eras: what one side asks in mid-call and the other expects as rounds is translated both ways.
 */
export function speak(speech: Speech, link: Link, outgoing: Outgoing): Promise<Response> {
  const client = outgoing.exchange.conversation.era
  if (client === 'modern') {
    return link.era === 'modern'
      ? speakModern(speech, link, outgoing)
      : speakDown(speech, link, outgoing)
  }
  return link.era === 'modern' ? speakUp(speech, link, outgoing) : speakLegacy(link, outgoing)
}
