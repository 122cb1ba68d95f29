import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { ERRORS, GatewayError } from '../../kernel/errors.ts'
import type { Json } from '../../kernel/json.ts'

const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i
/** Bytes: a chat sends the whole message back with each press. */
const MOST_BODY = 256 * 1_024

/**
 * The body of a form. Its time is bounded by the server.
 *
 * @throws GatewayError `content_type_refused`, `body_too_large`, `cancelled`.
 */
export async function readForm(request: IncomingMessage): Promise<Buffer> {
  if (!FORM.test(request.headers['content-type'] ?? ''))
    throw new GatewayError('content_type_refused', 'the body must be a form')
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MOST_BODY) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw left(cause)
  }
  return Buffer.concat(chunks)
}

function tooLarge(): GatewayError {
  return new GatewayError('body_too_large', 'the body is too large')
}

function left(cause: unknown): GatewayError {
  return new GatewayError('cancelled', 'the client left', { cause })
}

/** Answers with JSON that nobody keeps. */
export function answerJson(response: ServerResponse, answer: Json): void {
  send(response, 200, 'application/json', JSON.stringify(answer), [])
}

/** Answers with what went wrong, in public words, and closes the connection (RFC 9457). */
export function refuseCallback(
  request: IncomingMessage,
  response: ServerResponse,
  { code, message, data }: GatewayError,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { http } = ERRORS[code]
  const status = http === 200 ? 400 : http
  const title = STATUS_CODES[status] ?? ''
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: message, code })
  const allow = data?.['allow']
  send(response, status, 'application/problem+json', body, [
    ...['connection', 'close'],
    ...(Array.isArray(allow) ? ['allow', allow.join(', ')] : []),
  ])
  request.resume()
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: readonly string[],
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, [
    ...['content-type', type, 'content-length', String(Buffer.byteLength(body))],
    ...['cache-control', 'no-store', 'x-content-type-options', 'nosniff', ...headers],
  ])
  response.end(body)
}
