import type { Message, RequestId, Response } from '../message.ts'
import { parseServerMessage } from '../wire/parse-message.ts'
import { upstreamFailure } from './failure.ts'
import { isModernError } from './handshake.ts'
import { type HttpReply, mediaType } from './http-exchange.ts'

/**
 * Reads one message of a server.
 *
 * @throws GatewayError `upstream_malformed`.
 */
export function readMessage(text: string, server: string): Message {
  try {
    return parseServerMessage(text).message
  } catch (error) {
    throw upstreamFailure('upstream_malformed', server, 'no JSON-RPC message', error)
  }
}

/**
 * Reads the whole HTTP answer to the request `id`. An error status whose body is a JSON-RPC error
 * is that error (2026-07-28, basic/transports/streamable-http: 400 and 404 carry them).
 *
 * @throws GatewayError `upstream_unauthorized` for 401 and 403, `upstream_failed` for any other
 *   status that explains nothing, `upstream_malformed` for a 2xx that is no answer to `id`.
 */
export function readReply(reply: HttpReply, id: RequestId, server: string): Response {
  const { status } = reply
  if (status < 200 || status >= 300) {
    const error = errorIn(reply, id, server)
    if (error === undefined) throw refusal(status, server)
    return error
  }
  if (mediaType(reply.headers) !== 'application/json')
    throw upstreamFailure('upstream_malformed', server, `status ${status} without a JSON body`)
  return matching(readMessage(reply.text, server), id, server)
}

/**
 * Reads the whole HTTP answer to the era probe `id`: a 4xx that carries no modern error is the
 * answer of a legacy server (2026-07-28, basic/transports/streamable-http, "Backward
 * Compatibility") and is returned as an unknown method.
 *
 * @throws GatewayError as `readReply`; 401, 403, 408 and 429 say nothing about the era.
 */
export function readProbeReply(reply: HttpReply, id: RequestId, server: string): Response {
  const { status } = reply
  const mute = status < 400 || status >= 500 || [401, 403, 408, 429].includes(status)
  if (mute) return readReply(reply, id, server)
  const error = errorIn(reply, id, server)
  if (error !== undefined && isModernError(error)) return error
  return { kind: 'error', id, error: { code: -32601, message: 'not a modern server' } }
}

/**
 * Checks that a message is the answer to the request `id`. An error without id answers a request
 * that the server could not read; on its own HTTP exchange that can only be this one.
 *
 * @throws GatewayError `upstream_malformed`.
 */
export function matching(message: Message, id: RequestId, server: string): Response {
  if (message.kind === 'request' || message.kind === 'notification')
    throw upstreamFailure('upstream_malformed', server, `a ${message.kind} instead of an answer`)
  if (message.id === id || (message.kind === 'error' && message.id === null)) return message
  throw upstreamFailure('upstream_malformed', server, 'an answer to another request')
}

/** The failure that an HTTP status alone means. */
export function refusal(status: number, server: string): ReturnType<typeof upstreamFailure> {
  const code = status === 401 || status === 403 ? 'upstream_unauthorized' : 'upstream_failed'
  return upstreamFailure(code, server, `status ${status}`)
}

function errorIn(reply: HttpReply, id: RequestId, server: string): Response | undefined {
  const { status, headers, text } = reply
  if (status === 401 || status === 403 || mediaType(headers) !== 'application/json')
    return undefined
  try {
    const answer = matching(readMessage(text, server), id, server)
    return answer.kind === 'error' ? answer : undefined
  } catch {
    // Not JSON-RPC, so the status is all there is.
    return undefined
  }
}
