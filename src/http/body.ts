import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i

/**
 * Checks that a POST carries JSON and takes both kinds of answer (2026-07-28, Streamable HTTP,
 * "Sending Messages": both types must be listed). Wildcards count.
 *
 * @throws GatewayError `content_type_refused`, `accept_refused`.
 */
export function checkMediaTypes(request: IncomingMessage): void {
  const { headers } = request
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    throw new GatewayError('content_type_refused', 'the body must be `application/json`')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new GatewayError('content_type_refused', 'content codings are not taken')
  checkAccepts(headers.accept, 'application/json')
  checkAccepts(headers.accept, 'text/event-stream')
}

/**
 * Checks that an `Accept` header allows a media type (RFC 9110 section 12.5.1).
 *
 * @throws GatewayError `accept_refused`, also when the header is missing.
 */
export function checkAccepts(header: string | undefined, type: string): void {
  const list = header?.toLowerCase() ?? ''
  // What nearly every client sends is found without splitting.
  if (list.includes(`${type},`) || list.endsWith(type)) return
  const wild = `${type.slice(0, type.indexOf('/'))}/*`
  const ranges = list.split(',').map((range) => range.split(';', 1)[0]?.trim())
  if (ranges.some((range) => range === type || range === wild || range === '*/*')) return
  throw new GatewayError('accept_refused', `the client must accept \`${type}\``)
}

/**
 * Takes a whole request body. Its time is bounded by the server's `requestTimeout`.
 *
 * @param max bytes.
 * @throws GatewayError `body_too_large`; `cancelled` when the client left before its end.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  max: number,
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > max) return Promise.reject(tooLarge(max))
  // The client waits for leave (RFC 9110 section 10.1.1), which it gets only after all other checks.
  if (request.headers.expect !== undefined) response.writeContinue()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > max) {
        chunks.length = 0
        reject(tooLarge(max))
      } else chunks.push(chunk)
    })
    request.on('end', () =>
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
    )
    request.on('error', () => reject(new GatewayError('cancelled', 'the client left')))
  })
}

function tooLarge(max: number): GatewayError {
  return new GatewayError('body_too_large', `the body is larger than ${max} bytes`)
}
