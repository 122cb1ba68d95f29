import type { ServerResponse } from 'node:http'
import { encodeComment } from '../mcp/wire/sse.ts'
import type { Limits } from './limits.ts'

/** An open `text/event-stream` answer. Everything written after it closed is dropped. */
export interface EventStream {
  readonly open: boolean
  /** Writes whole events. Cuts the stream when its reader is too slow. */
  write(events: string): void
  end(): void
}

const HEADERS = [
  ['content-type', 'text/event-stream'],
  ['cache-control', 'no-store'],
  // Reverse proxies would hold events back (2026-07-28, Streamable HTTP).
  ['x-accel-buffering', 'no'],
].flat()

const COMMENT = encodeComment('still here')

/**
 * Answers with a stream of server-sent events. Silence is broken by comments, so that nothing on
 * the way takes the connection for dead. At most `maxBacklog` bytes and one message wait for a slow
 * reader; then the connection is destroyed, which in the legacy era the client can resume.
 *
 * @param onClose called once, when nothing more can be written; not for an answer that is already
 *   closed.
 */
export function openEventStream(
  response: ServerResponse,
  limits: Pick<Limits, 'maxBacklog' | 'silenceMs'>,
  onClose: () => void = () => {},
): EventStream {
  let open = !response.closed
  const write = (events: string): void => {
    if (!open) return
    if (response.writableLength > limits.maxBacklog) {
      close()
      response.destroy()
    } else {
      response.write(events)
      timer.refresh()
    }
  }
  const timer = setInterval(write, limits.silenceMs, COMMENT)
  const close = (): void => {
    if (!open) return
    open = false
    clearInterval(timer)
    onClose()
  }
  response.writeHead(200, HEADERS)
  response.flushHeaders()
  response.once('close', close)
  return {
    get open() {
      return open
    },
    write,
    end() {
      close()
      response.end()
    },
  }
}
