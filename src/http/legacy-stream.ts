import type { ServerResponse } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'
import { checkAccepts } from './body.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import type { Session } from './session.ts'
import type { SessionStream } from './session-streams.ts'
import { atExpiry, type Incoming, type Site, sendEmpty } from './site.ts'

/**
 * Finds the session that a request belongs to, and notes that its client is alive.
 *
 * @throws GatewayError `session_missing`, `session_unknown`, `version_unsupported` when the request
 *   names another revision than the one agreed on (2025-11-25, Streamable HTTP, "Protocol Version
 *   Header").
 */
export function findSession(site: Site, incoming: Incoming): Session {
  const { request, endpoint } = incoming
  const id = request.headers['mcp-session-id']
  if (typeof id !== 'string' || id === '')
    throw new GatewayError('session_missing', 'header `mcp-session-id` is missing')
  const session = site.sessions.find(id, incoming, endpoint)
  const { revision } = session.conversation
  const named = request.headers['mcp-protocol-version'] ?? revision
  if (named !== revision)
    throw new GatewayError('version_unsupported', `this session speaks ${revision}`, {
      data: { supported: [revision], requested: named },
    })
  session.sender = incoming.sender
  session.touch()
  return session
}

/**
 * Carries a session's stream, or what is left of one, on this answer until either ends.
 *
 * @returns what ends the answer, and leaves the stream to be resumed.
 */
export function carry(
  site: Site,
  response: ServerResponse,
  stream: SessionStream | undefined,
  missed?: readonly string[],
): EventStream {
  const sink: EventStream = openEventStream(response, site.limits, () => stream?.drop(sink))
  if (stream !== undefined) stream.carry(sink, missed)
  else {
    for (const event of missed ?? []) sink.write(event)
    sink.end()
  }
  return sink
}

/**
 * Opens the session's stream for messages that belong to no request, or resumes any of its streams
 * (2025-11-25, Streamable HTTP, "Listening for Messages", "Resumability and Redelivery").
 *
 * @throws GatewayError `accept_refused`, `stream_open` when it is open already, `stream_gone`,
 *   `too_many_requests`, and as `findSession`.
 */
export function openLegacyStream(site: Site, incoming: Incoming): void {
  const { request, response, principal } = incoming
  checkAccepts(request.headers.accept, 'text/event-stream')
  const { streams } = findSession(site, incoming)
  const from = request.headers['last-event-id']
  if (from === undefined && streams.unrelated.carried)
    throw new GatewayError('stream_open', 'this session has its stream open already')
  const { stream, missed } =
    from === undefined
      ? { stream: streams.unrelated, missed: undefined }
      : streams.resume(String(from))
  if (stream === undefined && missed?.length === 0) {
    // Nothing more will ever come; this status stops a client that would connect again for ever.
    sendEmpty(response, 204)
    return
  }
  site.quota.take(principal)
  const over = atExpiry(site, incoming.sender, () => response.destroy())
  const sink = carry(site, response, stream, missed)
  // A session goes on with other tokens of its holder; what this one opened ends with this one.
  const run = { endless: true, sender: incoming.sender, stop: sink.end }
  site.running.add(run)
  response.once('close', () => {
    clearTimeout(over)
    site.running.delete(run)
    site.quota.give(principal)
  })
}

/** Ends a session at its client's wish. */
export function endLegacySession(site: Site, incoming: Incoming): void {
  site.sessions.end(findSession(site, incoming))
  sendEmpty(incoming.response, 204)
}
