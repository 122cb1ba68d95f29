import type { Sender } from '../kernel/authentication.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ClientClaims, Subject } from '../kernel/subject.ts'
import type { Notification, Request, Response } from './message.ts'
import type { Era, Revision } from './revision.ts'
import type { StreamState } from './upstream/link.ts'

/** Which endpoint a client talks to: one server, transparently, or all of them under one roof. */
export type Endpoint =
  | { readonly kind: 'server'; readonly server: string }
  | { readonly kind: 'all' }

/**
 * What stays the same over a client's requests. A legacy conversation is a session that Bailiwick
 * minted; a modern one is as long as its one request.
 */
export interface Conversation {
  /** Unguessable. Names state, never an identity. */
  readonly id: string
  readonly endpoint: Endpoint
  readonly subject: Subject
  /** The subject, all who act for it, and its client, as one key: see `holderOf`. */
  readonly holder: string
  readonly client: ClientClaims
  readonly revision: Revision
  readonly era: Era
  /** The client's capabilities, as it declared them (per session or, modern, per request). */
  readonly capabilities: JsonObject
  /** Aborted when the conversation ends: DELETE, expiry, shutdown. Modern: when the request ends. */
  readonly ended: AbortSignal
  /**
   * Legacy: sends a message that belongs to no request in flight (list changes, resource updates)
   * on the session's stream; kept in its bounded replay buffer while no stream is open.
   */
  send(message: Notification): void
  /** Legacy: asks the client outside any request (ping, roots/list). Rejects when it ends. */
  ask(method: string, params: JsonObject | undefined, signal: AbortSignal): Promise<Response>
}

/** One request of a client, parsed once, on its way through the pipeline. */
export interface Exchange {
  readonly conversation: Conversation
  /** Who sends this request, and by what right: the requests of a session need not agree. */
  readonly sender: Sender
  readonly request: Request
  /** The message as it arrived, byte for byte (UTF-8); parsed, it is exactly `request`. */
  readonly text: string
  /** The request's own HTTP headers that MCP defines (`mcp-param-*`), lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Aborted when the client cancels, by the rules of its era. */
  readonly cancelled: AbortSignal
  /** Sends a notification that belongs to this request, before its answer. */
  notify(notification: Notification): void
  /**
   * Legacy: carries the answer as the server does: as a stream from now on, or on a connection that
   * is let go for the client to come back.
   */
  stream(state: StreamState): void
  /**
   * Legacy: asks the client on this request's stream (elicitation, sampling, roots). The id on the
   * wire is minted here. Rejects with `bridge_unsupported` in the modern era, which has no such
   * requests.
   */
  ask(method: string, params: JsonObject | undefined, signal: AbortSignal): Promise<Response>
}

/** The data plane as the listener sees it. Total: never rejects. */
export interface Gateway {
  /** Answers one request. `subscriptions/listen` answers when the subscription ends. */
  handle(exchange: Exchange): Promise<Response>
  /** Takes a client's notification (`notifications/roots/list_changed`, vendor ones). */
  notified(conversation: Conversation, notification: Notification): void
}
