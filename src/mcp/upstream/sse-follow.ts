import { ERRORS, type GatewayError } from '../../kernel/errors.ts'
import type { SseEvent } from '../wire/sse.ts'
import { upstreamFailure } from './failure.ts'
import { refusal } from './http-answer.ts'
import type { HttpExchange, HttpReply, HttpSink } from './http-exchange.ts'

type Connect = (sink: HttpSink) => HttpExchange

interface FollowOptions {
  readonly server: string
  /** Opens the first connection. */
  readonly first: Connect
  /** Opens a later one, which goes on after the event `lastEventId` (empty: from now on). */
  readonly resume: (lastEventId: string, sink: HttpSink) => HttpExchange
  /** `answer`: resumed only after an event with an id. `standing`: opened again whenever it ends. */
  readonly purpose: 'answer' | 'standing'
  /** The first connection brought no stream but this. */
  readonly onReply: (reply: HttpReply) => void
  readonly onStream?: HttpSink['onStream']
  /** The connection ended before the stream did; another one will go on. */
  readonly onPause?: () => void
  /** The data of one `message` event. */
  readonly onData: (data: string) => void
  /** The stream is lost for good. */
  readonly onLost: (error: GatewayError) => void
}

/** A stream that is being followed; after either call nothing more is heard of it. */
export type Follower = Pick<HttpExchange, 'abort' | 'release'>

// What can stand in a header as it is.
const USABLE_ID = /^[\x20-\x7e]{1,1024}$/
const DEFAULT_RETRY = 1_000
const SHORTEST_RETRY = 100
const LONGEST_RETRY = 60_000
// Failures in a row after which the stream of one answer is given up.
const MOST_FAILURES = 4

/**
 * Follows one legacy SSE stream over as many connections as it takes (2025-11-25,
 * basic/transports, "Resumability and Redelivery" and polling): when a connection ends, the next
 * one names the last event seen, after the server's `retry` and, on failures, growing pauses.
 */
export function followStream(options: FollowOptions): Follower {
  const { server, purpose } = options
  let current: HttpExchange | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let retry = DEFAULT_RETRY
  let failures = 0
  let lastEventId = ''

  const onEvent = (event: SseEvent): void => {
    failures = 0
    if (event.data !== '' && event.event === 'message') options.onData(event.data)
  }
  const remember = (): void => {
    const position = current?.position()
    if (position === undefined) return
    if (USABLE_ID.test(position.lastEventId)) lastEventId = position.lastEventId
    if (position.retry !== undefined)
      retry = Math.min(LONGEST_RETRY, Math.max(SHORTEST_RETRY, position.retry))
  }
  const lose = (error: GatewayError): void => {
    if (stopped) return
    stopped = true
    options.onLost(error)
  }
  const again = (error: GatewayError): void => {
    if (stopped) return
    remember()
    const tried = lastEventId === '' || failures >= MOST_FAILURES
    // What is not the server's fault does not go away by asking it again.
    const hopeless = purpose === 'answer' && (tried || ERRORS[error.code].family !== 'upstream')
    if (hopeless) lose(error)
    else timer = setTimeout(reconnect, Math.min(LONGEST_RETRY, retry * 2 ** Math.min(failures, 10)))
  }
  const ended = (): void => {
    again(upstreamFailure('upstream_failed', server, 'the stream ended'))
    if (!stopped) options.onPause?.()
  }
  const failed = (error: GatewayError): void => {
    failures += 1
    again(error)
  }
  const refused = (reply: HttpReply): void => {
    const error = refusal(reply.status, server)
    if (reply.status >= 500) failed(error)
    else lose(error)
  }
  const reconnect = (): void => {
    current = options.resume(lastEventId, {
      onReply: refused,
      onEvent,
      onEnd: ended,
      onError: failed,
    })
  }
  const stop = (how: 'abort' | 'release'): void => {
    stopped = true
    clearTimeout(timer)
    current?.[how]()
  }
  current = options.first({
    onReply: options.onReply,
    ...(options.onStream === undefined ? {} : { onStream: options.onStream }),
    onEvent,
    onEnd: ended,
    onError: failed,
  })
  return { abort: () => stop('abort'), release: () => stop('release') }
}
