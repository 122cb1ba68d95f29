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
  /** Of a refusal (401, 403): the values of `WWW-Authenticate`, as they came. */
  readonly challenges?: readonly string[]
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

export interface HttpCall {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly headers: readonly string[]
  /** Shows who we are: in the place of those of the target with the same names. */
  readonly shown?: readonly string[]
  readonly body?: string
  /** Largest body, or largest event of a stream, bytes. */
  readonly maxMessage: number
}

// What a server may still send, bytes and milliseconds, after what was waited for.
const RUN_DRY_BYTES = 64 * 1024
const RUN_DRY_TIME = 1_000

/** Whether anyone still wants to hear of an exchange. */
interface Life {
  readonly server: string
  open(): boolean
  /** Ends it; false when it had ended before. */
  over(): boolean
  /** Ends it with an error and breaks the connection. */
  fail(error: GatewayError): void
}

/**
 * Sends one HTTP request and hands its answer to `sink`. Redirects are answers like any other:
 * never followed. Nothing is retried. There is no timeout in here: the caller owns the deadline.
 *
 * @throws GatewayError `passthrough_refused`; TypeError for headers that HTTP cannot carry. Nothing was sent.
 */
export function sendOnce(target: HttpTarget, call: HttpCall, sink: HttpSink): HttpExchange {
  const { server } = target
  const { body } = call
  let state: 'open' | 'released' | 'over' = 'open'
  let response: IncomingMessage | undefined
  let decoder: SseDecoder | undefined
  const life: Life = {
    server,
    open: () => state === 'open',
    over: () => {
      const first = state === 'open'
      state = 'over'
      return first
    },
    fail: (error) => {
      if (life.over()) sink.onError(error)
      request.destroy()
    },
  }
  const headers =
    body === undefined
      ? call.headers
      : [...call.headers, 'Content-Length', String(Buffer.byteLength(body))]
  const request = target.start(call.method, headers, call.shown, body)
  request.on('error', (error) => life.fail(transportFailure(server, error)))
  // A 101 is no response to Node: without this nothing would ever be heard of it.
  request.on('close', () => {
    if (response === undefined) life.fail(upstreamFailure('upstream_failed', server, 'no answer'))
  })
  request.on('response', (incoming) => {
    response = incoming
    incoming.on('error', (error) => life.fail(transportFailure(server, error)))
    if (!life.open()) incoming.resume()
    else if (isRefusal(incoming)) answerRefusal(request, incoming, life, sink)
    else if (encoded(incoming))
      life.fail(upstreamFailure('upstream_malformed', server, 'the body is encoded'))
    else if (isStream(incoming)) decoder = readStream(incoming, call.maxMessage, life, sink)
    else readWhole(incoming, call.maxMessage, life, sink)
  })
  request.end(body)
  return {
    position: () => ({ lastEventId: decoder?.lastEventId() ?? '', retry: decoder?.retry() }),
    abort: () => {
      life.over()
      request.destroy()
    },
    release: () => {
      if (state !== 'open') return
      state = 'released'
      runDry(request, response)
    },
  }
}

function readWhole(incoming: IncomingMessage, max: number, life: Life, sink: HttpSink): void {
  const { server } = life
  const bytes = createByteBuffer(max)
  incoming.on('data', (chunk: Buffer) => {
    if (life.open() && !bytes.append(chunk))
      life.fail(upstreamFailure('upstream_too_large', server, 'the body is over the limit'))
  })
  incoming.on('end', () => {
    if (!life.over()) return
    const read = bytes.take()
    const status = incoming.statusCode ?? 0
    if (isUtf8(read)) sink.onReply({ status, headers: incoming.headers, text: read.toString() })
    else sink.onError(upstreamFailure('upstream_malformed', server, 'the body is not UTF-8'))
  })
}

function isRefusal({ statusCode }: IncomingMessage): boolean {
  return statusCode === 401 || statusCode === 403
}

/** Its headers say it all: who must show something else does not wait for a page that says so, too. */
function answerRefusal(
  request: ClientRequest,
  incoming: IncomingMessage,
  life: Life,
  sink: HttpSink,
): void {
  const { statusCode: status = 0, headers, headersDistinct } = incoming
  life.over()
  runDry(request, incoming)
  const challenges = headersDistinct['www-authenticate'] ?? []
  sink.onReply({ status, headers, challenges, text: '' })
}

function readStream(
  incoming: IncomingMessage,
  max: number,
  life: Life,
  sink: HttpSink,
): SseDecoder {
  sink.onStream?.(incoming.headers)
  const decoder = createSseDecoder(max)
  incoming.on('data', (chunk: Buffer) => {
    if (!life.open()) return
    for (const event of decoded(decoder, chunk, life)) if (life.open()) sink.onEvent(event)
  })
  incoming.on('end', () => {
    if (life.over()) sink.onEnd()
  })
  return decoder
}

function decoded(decoder: SseDecoder, chunk: Buffer, life: Life): readonly SseEvent[] {
  try {
    return decoder.push(chunk)
  } catch (error) {
    const { code, message } = toGatewayError(error)
    const known = code === 'upstream_too_large' ? code : 'upstream_malformed'
    life.fail(upstreamFailure(known, life.server, message, error))
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
