import type { RequestAuthorizer } from '../../kernel/credential.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Notification, Request, Response } from '../message.ts'
import type { Era, Revision } from '../revision.ts'

/** How to reach a server. Secrets are already resolved; a link never logs `env` or `headers`. */
export type ServerTransport =
  | {
      readonly kind: 'stdio'
      readonly command: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd: string | undefined
    }
  | {
      readonly kind: 'http'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'sse'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
    }

/** What a server said of itself when the link was made. Claims. */
export interface ServerClaims {
  readonly revision: Revision
  readonly capabilities: JsonObject
  readonly serverInfo: JsonObject
  readonly instructions: string | undefined
  /** The whole result of `initialize` or `server/discover`, for an exact relay. */
  readonly result: JsonObject
}

/** A client as the server shall see it: the real client's claims, masked by the gateway. */
export interface ClientFace {
  readonly clientInfo: JsonObject
  readonly capabilities: JsonObject
}

/** What becomes of the stream that carries an answer. */
export type StreamState = 'open' | 'paused'

/** One request on its way to a server. */
export interface Outbound {
  /** The id is the link's own business: it may renumber, and answers with this id again. */
  readonly request: Request
  /** The exact text of `request`; sent as it is when the link need not renumber. */
  readonly text?: string
  /** `mcp-param-*` headers of the caller, forwarded as they are (modern HTTP). */
  readonly headers?: Readonly<Record<string, string>>
  /** Abort = cancel: closes the stream (modern HTTP), else sends `notifications/cancelled`. */
  readonly signal: AbortSignal
  /** Milliseconds to the answer; Infinity for streams that stay open. */
  readonly timeout: number
  /** Called for every notification that belongs to this request, in order, before the answer. */
  readonly onNotification: (notification: Notification) => void
  /**
   * Legacy HTTP: the server answers with a stream (`open`), or let go of its connection before the
   * answer, to be asked again (`paused`; 2025-11-25, basic/transports, polling).
   */
  readonly onStream?: (state: StreamState) => void
  /** Called for a request of a legacy server while this request runs. */
  readonly onRequest: (request: Request) => Promise<Response>
}

/** A conversation with one server, in one era, for one principal. Made by `openLink`. */
export interface Link {
  readonly era: Era
  readonly claims: ServerClaims
  /**
   * Rejects with a `GatewayError` of family `upstream`, `cancelled`, or what the authorizer and the last
   * look throw.
   */
  request(outbound: Outbound): Promise<Response>
  /** Sends a notification to the server (legacy). */
  notify(notification: Notification): Promise<void>
  /** Resolves when the link is unusable: the process died, the session was lost. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** What arrives outside any request: list changes, resource updates, legacy server requests. */
export interface LinkListener {
  readonly onNotification: (notification: Notification) => void
  readonly onRequest: (request: Request) => Promise<Response>
}

export interface LinkOptions {
  /** For messages to the operator; the server's name in the catalog. */
  readonly server: string
  readonly transport: ServerTransport
  /** `auto` probes (2026-07-28, basic/versioning); otherwise exactly this revision is asked for. */
  readonly revision: Revision | 'auto' | 'legacy'
  /** Legacy: sent in `initialize`. Modern: only for the probe; each request carries its own. */
  readonly face: ClientFace
  readonly listener: LinkListener
  /** HTTP: what shows the server, with each request, who it is for. Absent: nothing but `transport.headers`. */
  readonly authorizer?: RequestAuthorizer
  /** stdio: variables with credentials, asked for when the process starts; they win over `transport.env`. */
  readonly environment?: () => Promise<Readonly<Record<string, string>>>
  /** Milliseconds for connecting and the handshake. */
  readonly timeout: number
  /** Largest message accepted from the server, bytes. */
  readonly maxMessage: number
}

/**
 * Connects to a server and settles the era. Over stdio each link owns one child process.
 * Modern HTTP links hold no connection of their own; all HTTP links share keep-alive pools.
 *
 * @throws GatewayError `upstream_unreachable`, `upstream_timeout`, `upstream_malformed`,
 *   `upstream_unauthorized`; what the authorizer and the last look throw, as it is.
 */
export type OpenLink = (options: LinkOptions) => Promise<Link>
