import { useEffect, useRef, useSyncExternalStore } from 'react'
import { ApiError } from './api-error.ts'
import { API_ROOT, CONSOLE_HEADER } from './call.ts'
import { createEventReader, type StreamEvent } from './event-parts.ts'
import { queries } from './queries.ts'
import { toSignIn } from './sign-in.ts'

/** How the console hears of what happens: `idle` while nobody listens. */
export type Connection = 'idle' | 'connecting' | 'open' | 'lost'

/** Something that happened: `call`, `event`, `server`, `posture` or `approval`. */
export interface LiveEvent {
  readonly kind: string
  /** Of the call, the record, the server, the request for approval. */
  readonly id: string
  readonly data: unknown
}

interface Listener {
  readonly onEvent: (event: LiveEvent) => void
  /** After a gap: what happened meanwhile was missed. */
  readonly onGap: () => void
}

const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000
/** The gateway sends something at least this often, in milliseconds; silence means that it is gone. */
const LONGEST_SILENCE = 45_000

const listeners = new Set<Listener>()
const watchers = new Set<() => void>()
let connection: Connection = 'idle'
let running: AbortController | undefined

/**
 * Listens to what happens while the component is there. One connection serves the whole console; when
 * it is lost it comes back by itself, and then everything that was read is read again.
 */
export function useLive(
  onEvent: (event: LiveEvent) => void,
  { onGap, when = true }: { readonly onGap?: () => void; readonly when?: boolean } = {},
): void {
  const latest = useRef({ onEvent, onGap })
  useEffect(() => {
    latest.current = { onEvent, onGap }
  })
  useEffect(() => {
    if (!when) return
    const listener: Listener = {
      onEvent: (event) => latest.current.onEvent(event),
      onGap: () => latest.current.onGap?.(),
    }
    return listen(listener)
  }, [when])
}

/** How the connection stands. */
export function useConnection(): Connection {
  return useSyncExternalStore(watch, () => connection)
}

function listen(listener: Listener): () => void {
  listeners.add(listener)
  if (running === undefined) {
    running = new AbortController()
    void run(running.signal)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    running?.abort()
    running = undefined
    become('idle')
  }
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function become(next: Connection): void {
  if (connection === next) return
  connection = next
  for (const watcher of watchers) watcher()
}

async function run(signal: AbortSignal): Promise<void> {
  let failures = 0
  let before = false
  become('connecting')
  while (!signal.aborted) {
    try {
      await hear(signal, () => {
        if (before) missed()
        before = true
        failures = 0
        become('open')
      })
    } catch (error) {
      // A gateway without this stream will not have it in a second.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500)
        return become('idle')
    }
    if (signal.aborted) return
    become('lost')
    await pause(waitAfter(failures), signal)
    failures += 1
  }
}

/** Milliseconds to wait: longer each time, and not the same for everybody who lost the same gateway. */
export function waitAfter(failures: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures)
  return most / 2 + (most / 2) * random()
}

async function hear(signal: AbortSignal, onOpen: () => void): Promise<void> {
  const silence = new AbortController()
  const both = AbortSignal.any([signal, silence.signal])
  const response = await fetch(`${API_ROOT}/live`, {
    headers: { accept: 'text/event-stream', ...CONSOLE_HEADER },
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal: both,
  })
  if (response.status === 401) toSignIn()
  if (!response.ok || response.body === null)
    throw new ApiError('no events', { code: 'live_refused', status: response.status })
  onOpen()
  const read = createEventReader()
  const decoder = new TextDecoder()
  let timer = window.setTimeout(() => silence.abort(), LONGEST_SILENCE)
  try {
    for await (const chunk of response.body) {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => silence.abort(), LONGEST_SILENCE)
      for (const event of read(decoder.decode(chunk, { stream: true }))) tell(newsOf(event))
    }
  } finally {
    window.clearTimeout(timer)
  }
}

function tell(event: LiveEvent | undefined): void {
  if (event === undefined) return
  for (const { onEvent } of listeners) onEvent(event)
}

function missed(): void {
  void queries.invalidateQueries()
  for (const { onGap } of listeners) onGap()
}

/** Undefined for what says nothing to a page, such as that the stream is open. */
function newsOf({ event, data }: StreamEvent): LiveEvent | undefined {
  try {
    const { id, data: news } = JSON.parse(data) as {
      readonly id?: unknown
      readonly data?: unknown
    }
    return typeof id === 'string' ? { kind: event, id, data: news } : undefined
  } catch {
    return undefined
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds)
    const now = (): void => {
      window.clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', now, { once: true })
    // Whoever comes back to the page, or to the network, does not want to wait.
    window.addEventListener('online', now, { once: true })
  })
}
