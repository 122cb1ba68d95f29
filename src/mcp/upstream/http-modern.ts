import type { Message, Notification, Request } from '../message.ts'
import { NEWEST_MODERN } from '../revision.ts'
import { standardHeaders } from '../wire/headers.ts'
import { messageText } from '../wire/serialize.ts'
import { upstreamFailure } from './failure.ts'
import {
  discoverRequest,
  type Opening,
  ownOutbound,
  readDiscover,
  type Verdict,
} from './handshake.ts'
import { matching, readMessage, readProbeReply, readReply, refusal } from './http-answer.ts'
import { exchange } from './http-authorized.ts'
import { accepted, deliver } from './http-deliver.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { HttpTarget } from './http-target.ts'
import type { Link, Outbound, ServerClaims } from './link.ts'
import { type Run, startRun } from './run.ts'
import { createSlots } from './slots.ts'

interface ModernOptions {
  readonly target: HttpTarget
  readonly maxMessage: number
}

// Milliseconds for the status of a notification.
const NOTIFY_TIMEOUT = 5_000
const BASE = [
  ...['Content-Type', 'application/json'],
  ...['Accept', 'application/json, text/event-stream'],
]

/**
 * Asks a URL `server/discover` (2026-07-28, basic/versioning).
 *
 * @param timeout - milliseconds.
 * @throws GatewayError of family `upstream`; only a 4xx without a modern error means legacy.
 */
export async function probeHttp(
  options: ModernOptions,
  opening: Opening,
  timeout: number,
): Promise<Verdict> {
  const outbound = ownOutbound(discoverRequest(opening.face), opening, timeout)
  const { promise } = post(options, outbound, readProbeReply, () => {})
  return readDiscover(await promise, opening.server)
}

/**
 * A link over modern Streamable HTTP (2026-07-28, basic/transports/streamable-http): each request
 * is one POST, sent as the caller wrote it; there is no session, and hanging up cancels.
 */
export function modernHttpLink(options: ModernOptions, claims: ServerClaims): Link {
  const { target, maxMessage } = options
  const closed = Promise.withResolvers<void>()
  const running = createSlots<Run>()
  const gone = () => upstreamFailure('upstream_failed', target.server, 'the link is closed')
  let open = true
  return {
    era: 'modern',
    claims,
    closed: closed.promise,
    request: (outbound) => {
      if (!open) return Promise.reject(gone())
      let slot = -1
      const run = post(options, outbound, readReply, () => running.free(slot))
      if (!run.settled()) slot = running.put(run)
      return run.promise
    },
    notify: async (notification) => {
      const body = messageText(notification)
      const headers = headersOf(notification, undefined)
      const call = { method: 'POST', headers, body, maxMessage, timeout: NOTIFY_TIMEOUT } as const
      const reply = await deliver(target, call)
      if (!accepted(reply)) throw refusal(reply.status, target.server)
    },
    close: async () => {
      open = false
      for (const run of running.all()) run.fail(gone())
      closed.resolve()
    },
  }
}

/** Sends one request as one POST; `onSettled` hears of its end. */
function post(
  { target, maxMessage }: ModernOptions,
  outbound: Outbound,
  read: typeof readReply,
  onSettled: () => void,
): Run {
  const { server } = target
  const { request } = outbound
  let sent: HttpExchange | undefined
  const run: Run = startRun({
    server,
    id: request.id,
    outbound,
    onStop: () => {},
    onSettled: (how) => {
      // Hanging up is how a modern server learns that nobody waits any more.
      if (how === 'answered') sent?.release()
      else sent?.abort()
      onSettled()
    },
  })
  if (run.settled()) return run
  const attempt = (action: () => void): void => {
    try {
      action()
    } catch (error) {
      run.fail(error)
    }
  }
  attempt(() => {
    const headers = headersOf(request, outbound.headers)
    const body = outbound.text ?? messageText(request)
    sent = exchange(
      target,
      { method: 'POST', headers, body, maxMessage },
      {
        onReply: (reply) => attempt(() => run.answer(read(reply, request.id, server))),
        onEvent: ({ event, data }) => {
          if (event !== 'message' || data === '') return
          attempt(() => receive(run, readMessage(data, server), server))
        },
        onEnd: () => run.fail(upstreamFailure('upstream_failed', server, 'the stream ended')),
        onError: run.fail,
      },
    )
  })
  return run
}

/** Takes one message of a run's stream: its notifications, then its answer, and no requests. */
function receive(run: Run, message: Message, server: string): void {
  if (message.kind === 'notification') run.notify(message)
  else run.answer(matching(message, run.id, server))
}

/** Standard headers as the body says; of the caller's own only those that mirror parameters. */
function headersOf(
  message: Request | Notification,
  own: Readonly<Record<string, string>> | undefined,
): readonly string[] {
  const headers = [...BASE]
  const standard = standardHeaders(message, NEWEST_MODERN)
  for (const name in standard) headers.push(name, standard[name] ?? '')
  for (const name in own) if (name.startsWith('mcp-param-')) headers.push(name, own[name] ?? '')
  return headers
}
