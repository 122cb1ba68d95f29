import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { RequestId } from '../mcp/message.ts'
import { type ErrorAnswer, errorAnswer, logLine } from './errors.ts'
import { type Site, sendJson } from './site.ts'

/** Milliseconds for which an answer waits for a client that is still sending. */
const LINGER = 500

/**
 * Answers a request with what went wrong. Where more of the body may come than we would read, the
 * connection is closed behind the answer, after a while: closing at once would reset it, and the
 * client would lose the answer.
 *
 * @param challenge headers that say how to do better, names and values in turn.
 * @param id of the JSON-RPC request; null when none was read.
 */
export function refuse(
  site: Pick<Site, 'randomId' | 'log' | 'limits'>,
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  challenge: readonly string[],
  id: RequestId | null = null,
): void {
  const error = toGatewayError(thrown)
  const requestId = site.randomId()
  const line = logLine(error, requestId)
  if (line !== undefined) site.log(line)
  const answer = errorAnswer(error, id, requestId, challenge)
  const rest = request.complete ? 0 : Number(request.headers['content-length'])
  // An answer that was begun cannot become another one.
  if (response.headersSent) response.destroy()
  else if (rest <= site.limits.maxBody && error.code !== 'shutting_down')
    sendJson(response, answer.status, answer.body, answer.headers)
  else sendLast(request, response, answer)
}

function sendLast(request: IncomingMessage, response: ServerResponse, answer: ErrorAnswer): void {
  const length = String(Buffer.byteLength(answer.body))
  const head = ['content-type', 'application/json', 'content-length', length]
  response.writeHead(answer.status, [...head, 'connection', 'close', ...answer.headers])
  response.write(answer.body)
  const end = (): void => void response.end()
  const timer = setTimeout(end, LINGER)
  response.once('close', () => clearTimeout(timer))
  if (request.complete) end()
  else request.once('end', end).resume()
}

/**
 * Answers what never became a request, or did not become one in time, and closes the connection.
 *
 * @param begun whether an answer on this connection is half sent.
 */
export function refuseBytes(
  site: Pick<Site, 'randomId'>,
  error: NodeJS.ErrnoException,
  socket: Duplex,
  begun: boolean,
): void {
  if (!socket.writable || begun || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, body } = errorAnswer(bytesError(error.code), null, site.randomId())
  const length = Buffer.byteLength(body)
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

function bytesError(code: string | undefined): GatewayError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('headers_too_large', 'the headers are too large')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('body_too_slow', 'the request took too long to arrive')
    default:
      return new GatewayError('message_malformed', 'this is not a well-formed HTTP/1.1 request')
  }
}
