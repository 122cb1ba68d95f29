import { isUtf8 } from 'node:buffer'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type GatewayError, toGatewayError } from '../../kernel/errors.ts'
import { createSseDecoder, type SseDecoder, type SseEvent } from '../wire/sse.ts'
import { createByteBuffer } from './byte-buffer.ts'
import { upstreamFailure } from './failure.ts'
import type { HttpTarget } from './http-target.ts'

/** A whole answer, body read. */
export interface HttpReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Where an answer goes: either `onReply`, or `onStream`, events and `onEnd`; or `onError`, last. */
export interface HttpSink {
  readonly onReply: (reply: HttpReply) => void
  /** A 2xx answer of type `text/event-stream` begins. */
  readonly onStream?: (headers: IncomingHttpHeaders) => void
  readonly onEvent: (event: SseEvent) => void
  /** The stream ended in good order. */
  readonly onEnd: () => void
  readonly onError: (error: GatewayError) => void
}

/** A request under way. After `abort` or `release` the sink hears nothing more. */
export interface HttpExchange {
  /** Breaks it off; the server sees the connection close. */
  abort(): void
  /** Its answer is known: lets the rest of the stream run dry, so that the connection is kept. */
  release(): void
  /** Where its stream stands, when it is one. */
  position(): StreamPosition
}

/** What a stream said about going on elsewhere (WHATWG HTML, "Server-sent events"). */
interface StreamPosition {
  /** Empty when no event had an id. */
  readonly lastEventId: string
  /** Milliseconds to wait before connecting again. */
  readonly retry: number | undefined
}

interface HttpCall {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly headers: readonly string[]
  readonly body?: string
  /** Largest body, or largest event of a stream, bytes. */
  readonly maxMessage: number
}

// What a server may still send, bytes and milliseconds, after what was waited for.
const RUN_DRY_BYTES = 64 * 1024
const RUN_DRY_TIME = 1_000

/**
 * Sends one HTTP request and hands its answer to `sink`. Redirects are answers like any other:
 * never followed. Nothing is retried. There is no timeout in here: the caller owns the deadline.
 */
export function exchange(target: HttpTarget, call: HttpCall, sink: HttpSink): HttpExchange {
  const { server } = target
  const { body } = call
  let state: 'open' | 'released' | 'over' = 'open'
  let response: IncomingMessage | undefined
  let decoder: SseDecoder | undefined
  const over = (): boolean => {
    const first = state === 'open'
    state = 'over'
    return first
  }
  const fail = (error: GatewayError): void => {
    if (over()) sink.onError(error)
    request.destroy()
  }
  const headers =
    body === undefined
      ? call.headers
      : [...call.headers, 'Content-Length', String(Buffer.byteLength(body))]
  const request = target.start(call.method, headers)
  request.on('error', (error) => fail(transportFailure(server, error)))
  request.on('response', (incoming) => {
    response = incoming
    incoming.on('error', (error) => fail(transportFailure(server, error)))
    if (state !== 'open') incoming.resume()
    else if (encoded(incoming)) fail(upstreamFailure('upstream_malformed', server, 'encoded body'))
    else if (isStream(incoming)) readStream(incoming)
    else readWhole(incoming)
  })
  request.end(body)

  const readWhole = (incoming: IncomingMessage): void => {
    const bytes = createByteBuffer(call.maxMessage)
    incoming.on('data', (chunk: Buffer) => {
      if (state === 'open' && !bytes.append(chunk))
        fail(upstreamFailure('upstream_too_large', server, 'body over the limit'))
    })
    incoming.on('end', () => {
      if (!over()) return
      const read = bytes.take()
      if (!isUtf8(read))
        return sink.onError(upstreamFailure('upstream_malformed', server, 'body is not UTF-8'))
      const status = incoming.statusCode ?? 0
      sink.onReply({ status, headers: incoming.headers, text: read.toString() })
    })
  }
  const readStream = (incoming: IncomingMessage): void => {
    sink.onStream?.(incoming.headers)
    const events = createSseDecoder(call.maxMessage)
    decoder = events
    incoming.on('data', (chunk: Buffer) => {
      if (state !== 'open') return
      for (const event of decoded(events, chunk, fail)) if (state === 'open') sink.onEvent(event)
    })
    incoming.on('end', () => {
      if (over()) sink.onEnd()
    })
  }
  return {
    position: () => ({
      lastEventId: decoder?.lastEventId() ?? '',
      retry: decoder?.retry(),
    }),
    abort: () => {
      over()
      request.destroy()
    },
    release: () => {
      if (state !== 'open') return
      state = 'released'
      runDry(request, response)
    },
  }
}

function decoded(
  decoder: SseDecoder,
  chunk: Buffer,
  fail: (error: GatewayError) => void,
): readonly SseEvent[] {
  try {
    return decoder.push(chunk)
  } catch (error) {
    fail(toGatewayError(error))
    return []
  }
}

function runDry(request: ClientRequest, response: IncomingMessage | undefined): void {
  if (response === undefined || response.readableEnded) return
  let left = RUN_DRY_BYTES
  const timer = setTimeout(() => request.destroy(), RUN_DRY_TIME)
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.destroy()
  })
  response.on('close', () => clearTimeout(timer))
}

function isStream(incoming: IncomingMessage): boolean {
  const { statusCode = 0, headers } = incoming
  return statusCode >= 200 && statusCode < 300 && mediaType(headers) === 'text/event-stream'
}

/** The media type of a body in lower case, without parameters; empty when none is given. */
export function mediaType(headers: IncomingHttpHeaders): string {
  const type = headers['content-type'] ?? ''
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}

// No encoding is asked for, so none is right; decoding one would be a way around the size limit.
function encoded(incoming: IncomingMessage): boolean {
  const encoding = incoming.headers['content-encoding']
  return encoding !== undefined && encoding !== 'identity'
}

/** A failure below HTTP: before the request was on its way, `upstream_unreachable`. */
function transportFailure(server: string, error: NodeJS.ErrnoException): GatewayError {
  const early =
    error.syscall === 'connect' ||
    error.syscall === 'getaddrinfo' ||
    /CERT|^ERR_TLS|^ERR_SSL|SIGNED|SIGNATURE|^EPROTO$/.test(error.code ?? '')
  const code = early ? 'upstream_unreachable' : 'upstream_failed'
  return upstreamFailure(code, server, error.code ?? error.message, error)
}
