import type { Sender } from '../kernel/authentication.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { ClientClaims } from '../kernel/subject.ts'
import type { Conversation, Endpoint } from '../mcp/exchange.ts'
import type { RequestId } from '../mcp/message.ts'
import type { Revision } from '../mcp/revision.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { type Asks, createAsks } from './asks.ts'
import type { Limits } from './limits.ts'
import { createSessionStreams, type SessionStreams } from './session-streams.ts'

/** What a client said in `initialize`. */
export interface Opening {
  readonly id: string
  readonly endpoint: Endpoint
  readonly sender: Sender
  readonly holder: string
  readonly principal: string
  readonly client: ClientClaims
  readonly capabilities: JsonObject
  /** What the client asked for, or our newest; the answer to `initialize` settles it. */
  readonly revision: Revision
}

/** A legacy conversation: everything that its requests share. */
export interface Session {
  /** Whose it is: principal and client. */
  readonly holder: string
  /** Who opened it, and by what right the last request came. */
  sender: Sender
  readonly principal: string
  readonly conversation: Conversation
  readonly streams: SessionStreams
  readonly asks: Asks
  /** Requests being answered, and what cancels them. */
  readonly inflight: Map<RequestId, AbortController>
  /** Sets the revision that the answer to `initialize` named. */
  settle(revision: Revision): void
  /** Notes that the client is alive. */
  touch(): void
  /** Milliseconds since the client was last seen; 0 while it has anything open. */
  idle(): number
  /** Ends it: requests are cancelled, questions rejected, streams closed. */
  end(): void
}

/** Begins a session. Nobody can find it until it is registered. */
export function createSession(opening: Opening, limits: Limits, clock: Clock): Session {
  const ended = new AbortController()
  const asks = createAsks()
  const inflight = new Map<RequestId, AbortController>()
  const streams = createSessionStreams(limits, () => conversation.revision >= '2025-11-25')
  let seen = clock()
  const conversation = {
    id: opening.id,
    endpoint: opening.endpoint,
    subject: opening.sender.subject,
    holder: opening.holder,
    client: opening.client,
    revision: opening.revision,
    era: 'legacy' as const,
    capabilities: opening.capabilities,
    ended: ended.signal,
    send: (message) => streams.unrelated.emit(messageText(message)),
    ask: (method, params, signal) =>
      asks.ask(method, params, signal, (message) => streams.unrelated.emit(messageText(message))),
  } satisfies Conversation as Conversation & { revision: Revision }

  return {
    holder: opening.holder,
    sender: opening.sender,
    principal: opening.principal,
    conversation,
    streams,
    asks,
    inflight,
    settle(revision) {
      conversation.revision = revision
    },
    touch() {
      seen = clock()
    },
    idle() {
      return inflight.size > 0 || streams.carried ? 0 : clock() - seen
    },
    end() {
      ended.abort()
      for (const request of inflight.values()) request.abort()
      asks.end()
      streams.end()
    },
  }
}
