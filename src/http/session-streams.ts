import { GatewayError } from '../kernel/errors.ts'
import { encodeEvent } from '../mcp/wire/sse.ts'
import type { EventStream } from './event-stream.ts'
import type { Limits } from './limits.ts'
import { createReplay } from './replay.ts'

/** A stream of a session that is not over. It outlives the connections that carry it. */
export interface SessionStream {
  /** Whether a connection carries it now. */
  readonly carried: boolean
  /** Emits a message as one event: to the connection if there is one, and for resumption. */
  emit(message: string): void
  /** Lets go of its connection, if its client knows to come back for what is still to come. */
  rest(): void
  /** Ends it, and its connection. What it emitted can still be resumed. */
  finish(): void
  /**
   * Carries it on this connection from now on, in place of any other.
   *
   * @param missed events to repeat first; if not given, those that no connection has carried yet.
   */
  carry(sink: EventStream, missed?: readonly string[]): void
  /** Stops carrying it on a connection that closed. */
  drop(sink: EventStream): void
}

/** What a `Last-Event-ID` leads to: a stream, or nothing more than what is repeated. */
export interface Resumption {
  readonly stream: SessionStream | undefined
  readonly missed: readonly string[]
}

/** The streams of one session. */
export interface SessionStreams {
  /** The stream for messages that belong to no request. */
  readonly unrelated: SessionStream
  create(): SessionStream
  /** @throws GatewayError `stream_gone` when events after this one are forgotten, or never were. */
  resume(eventId: string): Resumption
  readonly carried: boolean
  /** Ends all streams and forgets everything. */
  end(): void
}

const EVENT_ID = /^(\d{1,15})-(\d{1,15})$/
/** Milliseconds that a client shall wait before it connects again. */
const RETRY = 1000

/**
 * Begins a session's streams.
 *
 * @param primed whether connections begin with an empty event, so that even a client that has
 *   received no message can resume (2025-11-25, Streamable HTTP, "Sending Messages"); older
 *   clients stumble over it.
 */
export function createSessionStreams(
  limits: Pick<Limits, 'replayEvents' | 'replayBytes'>,
  primed: () => boolean,
): SessionStreams {
  const replay = createReplay(limits)
  const live = new Map<number, SessionStream & { readonly last: number }>()
  let made = 0

  const create = (): SessionStream => {
    const number = made
    made += 1
    let last = 0
    let written = 0
    let sink: EventStream | undefined
    const stream = {
      get carried() {
        return sink !== undefined
      },
      get last() {
        return last
      },
      emit(message: string) {
        last += 1
        const event = encodeEvent({ data: message, id: `${number}-${last}` })
        replay.keep(number, last, event)
        if (sink !== undefined) written = last
        sink?.write(event)
      },
      rest() {
        if (primed()) sink?.end()
      },
      finish() {
        live.delete(number)
        sink?.end()
      },
      carry(next: EventStream, missed?: readonly string[]) {
        if (!next.open) return
        const former = sink
        sink = next
        former?.end()
        const events = missed ?? replay.after(number, written, last).events
        if (primed())
          next.write(
            encodeEvent({ data: '', id: `${number}-${last - events.length}`, retry: RETRY }),
          )
        for (const event of events) next.write(event)
        written = last
      },
      drop(former: EventStream) {
        if (sink === former) sink = undefined
      },
    }
    live.set(number, stream)
    return stream
  }

  return {
    unrelated: create(),
    create,
    resume(eventId) {
      const [, number = '-1', after = '0'] = EVENT_ID.exec(eventId) ?? []
      const stream = live.get(Number(number))
      const missed = replay.after(Number(number), Number(after), stream?.last)
      if (!missed.whole)
        throw new GatewayError('stream_gone', 'this stream can no longer be resumed')
      return { stream, missed: missed.events }
    },
    get carried() {
      return live.values().some(({ carried }) => carried)
    },
    end() {
      for (const stream of [...live.values()]) stream.finish()
      replay.forget()
    },
  }
}
