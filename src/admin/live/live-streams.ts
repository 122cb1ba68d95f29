import type { ServerResponse } from 'node:http'
import { isEnded, type Revocation, type Sender } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'
import { subjectName } from '../../kernel/subject.ts'
import { type Caller, callerOf } from '../caller.ts'
import type { LiveNews, LiveSource } from './live-news.ts'

/** An answer that goes on: server-sent events. */
interface EventStream {
  write(event: { readonly event: string; readonly data: string }): void
  end(): void
}

export interface LiveOptions {
  readonly source: LiveSource
  /** Begins such an answer; silence is broken by comments, and a reader that is too slow is cut off. */
  readonly openStream: (response: ServerResponse, onClose: () => void) => EventStream
  /** Tells of each revocation. Returns what ends that. */
  readonly onEnded: (listener: (revocation: Revocation) => void) => () => void
  /** Who the sender of a token is at this moment; undefined when they are nobody any more. */
  readonly again: (sender: Sender) => Promise<Sender | undefined>
  /** Milliseconds between two looks at who it is that listens, and what they may see. */
  readonly every?: number
  readonly clock: Clock
}

/** What a stream shows of news to somebody; undefined for nothing. */
export type ShowNews = (news: LiveNews, caller: Caller) => unknown

/** One who listens. */
interface Opening {
  readonly response: ServerResponse
  readonly sender: Sender
  readonly way: Caller['way']
  /** Who it is at this moment, looked up anew. */
  readonly again: () => Promise<Sender | undefined>
}

/** Streams of what happens, for pages that are open. */
export interface LiveStreams {
  /** @throws GatewayError `too_many_requests`, `shutting_down`; nothing has been answered then. */
  open(opening: Opening): void
  /** Ends all of them, and takes no more. */
  close(): void
}

const MOST = 500
const MOST_OF_ONE = 12
const EVERY = 5_000

interface Listener {
  readonly person: string
  caller: Caller
  sender: Sender
  readonly stream: EventStream
  end(): void
}

/** Opens streams that end with whatever opened them, and show what roles allow at the moment. */
export function liveStreams(options: LiveOptions, show: ShowNews): LiveStreams {
  const { source, clock, every = EVERY } = options
  const listeners = new Set<Listener>()
  let closed = false
  let stop: (() => void)[] = []

  const tell = (news: LiveNews): void => {
    for (const listener of listeners) {
      if (listener.sender.authorization.expires <= clock()) listener.end()
      else {
        const data = show(news, listener.caller)
        if (data === undefined) continue
        listener.stream.write({ event: news.kind, data: JSON.stringify({ id: news.id, data }) })
      }
    }
  }
  const drop = (revocation: Revocation): void => {
    for (const listener of listeners) if (isEnded(revocation, listener.sender)) listener.end()
  }
  // Nobody is asked for news while nobody listens.
  const listen = (): void => {
    if (stop.length === 0) stop = [source.subscribe(tell), options.onEnded(drop)]
  }
  const rest = (): void => {
    if (listeners.size > 0) return
    for (const end of stop) end()
    stop = []
  }

  const open = (opening: Opening): void => {
    const { response, sender, way } = opening
    const person = subjectName(sender.subject)
    requireRoom(listeners, person, closed)
    const look = setInterval(() => void check(listener, opening, clock), every).unref()
    const onClose = (): void => {
      clearInterval(look)
      listeners.delete(listener)
      rest()
    }
    const stream = options.openStream(response, onClose)
    const listener: Listener = {
      ...{ person, sender, stream, caller: callerOf(sender, way) },
      end: () => {
        onClose()
        stream.end()
      },
    }
    listeners.add(listener)
    listen()
    if (response.closed) listener.end()
    else stream.write({ event: 'ready', data: '{}' })
  }
  return {
    open,
    close() {
      closed = true
      for (const listener of listeners) listener.end()
    },
  }
}

function requireRoom(listeners: ReadonlySet<Listener>, person: string, closed: boolean): void {
  if (closed) throw new GatewayError('shutting_down', 'the gateway is shutting down')
  const own = [...listeners].filter((one) => one.person === person).length
  if (listeners.size >= MOST || own >= MOST_OF_ONE)
    throw new GatewayError('too_many_requests', 'too many pages are open')
}

/** Takes away what is no longer theirs. What cannot be found out is taken away, too. */
async function check(listener: Listener, { again, way }: Opening, clock: Clock): Promise<void> {
  const now = await again().catch(() => undefined)
  const good = now !== undefined && now.authorization.expires > clock()
  if (!good || !callerOf(now, way).permissions.has('self')) return listener.end()
  listener.sender = now
  listener.caller = callerOf(now, way)
}
