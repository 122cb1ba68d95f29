import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { ERRORS, type GatewayError } from '../kernel/errors.ts'
import { sha256 } from '../kernel/hash.ts'

/** Milliseconds for which an answer waits for a client that is still sending. */
const LINGER = 500

/** The HTTP status of an error: here, what travels with 200 in JSON-RPC is the caller's fault. */
function statusOf({ code }: GatewayError): number {
  const { http } = ERRORS[code]
  return http === 200 ? 400 : http
}

/**
 * Answers with what went wrong (RFC 9457), in public words.
 *
 * @param headers names and values in turn.
 */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: GatewayError,
  requestId: string,
  headers: readonly string[],
): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { code, message, data } = error
  const status = statusOf(error)
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: message,
    code,
    requestId,
    ...(Array.isArray(data?.['errors']) ? { errors: data['errors'] } : {}),
    ...(typeof data?.['login'] === 'string' ? { login: data['login'] } : {}),
  })
  const allow = data?.['allow']
  const rest = request.complete ? 'none' : 'coming'
  response.writeHead(status, [
    ...head('application/problem+json', body),
    ...headers,
    ...(Array.isArray(allow) ? ['allow', allow.join(', ')] : []),
    ...(rest === 'none' ? [] : ['connection', 'close']),
  ])
  if (rest === 'none') {
    response.end(body)
    return
  }
  // Closing at once would reset the connection, and the client would lose the answer.
  response.write(body)
  const end = (): void => void response.end()
  const timer = setTimeout(end, LINGER)
  response.once('close', () => clearTimeout(timer))
  request.once('end', end).resume()
}

/** Answers with JSON that nobody keeps. @param headers names and values in turn. */
export function sendAnswer(
  response: ServerResponse,
  status: number,
  answer: unknown,
  headers: readonly string[],
): void {
  const body = JSON.stringify(answer)
  response.writeHead(status, [...head('application/json', body), ...headers])
  response.end(body)
}

/**
 * Answers a look with JSON and its tag, or says that the client has it (RFC 9110 section 13.1.2). No store
 * on the way keeps it: who asks again shows the tag by themselves.
 *
 * @param headers names and values in turn.
 */
export function sendLook(
  request: IncomingMessage,
  response: ServerResponse,
  answer: unknown,
  headers: readonly string[],
): void {
  const body = JSON.stringify(answer)
  const etag = `"${sha256(body).slice(0, 32)}"`
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim()) ?? []
  if (known.includes(etag)) {
    response.writeHead(304, ['etag', etag, 'cache-control', 'no-store', ...headers])
    response.end()
    return
  }
  response.writeHead(200, [...head('application/json', body), 'etag', etag, ...headers])
  response.end(body)
}

function head(type: string, body: string): readonly string[] {
  return [
    ...['content-type', type, 'content-length', String(Buffer.byteLength(body))],
    ...['cache-control', 'no-store', 'x-content-type-options', 'nosniff'],
  ]
}
