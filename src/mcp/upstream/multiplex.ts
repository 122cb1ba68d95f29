import { toGatewayError } from '../../kernel/errors.ts'
import type { Message, Notification, Response } from '../message.ts'
import { type Era, META } from '../revision.ts'
import { messageText } from '../wire/serialize.ts'
import type { LinkListener, Outbound } from './link.ts'
import {
  answerWithSubscription,
  cancelledNotification,
  metaOf,
  renumbered,
  subscriptionOf,
  withSubscription,
} from './renumber.ts'
import type { Run } from './run.ts'
import { createRuns, type Runs } from './runs.ts'
import { answerServerRequests, type Respondent, type ServerRequests } from './server-requests.ts'

/** One two-way channel that carries many requests at once: a child's pipes, a legacy SSE stream. */
export interface Multiplex {
  /** Sends a request under a number of our own; the answer comes back under the caller's id. */
  request(outbound: Outbound): Promise<Response>
  /** Takes one message of the server to where it belongs; says whether it answered a request of ours. */
  receive(message: Message): boolean
  /** The one request in flight fails with `error`; with several, or none, nobody can be blamed. */
  failOnly(error: unknown): void
  /** The request with this id on the wire fails with `error`. */
  failOne(id: unknown, error: unknown): void
  /** The channel is gone: every request fails with `error`, those to come included. */
  end(error: unknown): void
}

interface MultiplexOptions {
  readonly server: string
  readonly era: Era
  readonly listener: LinkListener
  /** Sends one message; `run` is the request that it carries and is told when that fails. */
  readonly send: (text: string, run: Run | undefined) => void
}

// About the whole server, whatever request happens to run (2025-11-25, server features).
const UNRELATED = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
])

/**
 * Shares one channel between callers: ids, progress tokens and subscription ids are renumbered
 * on the way out and restored on the way back. What the server sends is delivered by what it
 * names: an id, a token, a subscription. What names nothing goes, in the legacy era, to the only
 * request in flight (it can be about no other), else to the listener.
 */
export function createMultiplex(options: MultiplexOptions): Multiplex {
  const { era, listener, send } = options
  const runs = createRuns(options.server)
  const serverRequests = answerServerRequests((response) => send(messageText(response), undefined))
  const notified =
    era === 'modern'
      ? notifiedModern(runs, listener)
      : notifiedLegacy(runs, listener, serverRequests)

  const stop = (run: Run): void => {
    // 2025-11-25, basic/utilities/cancellation: `initialize` must not be cancelled.
    if (run.outbound.request.method === 'initialize') return
    send(messageText(cancelledNotification(run.id)), undefined)
  }
  const answered = (response: Response): boolean => {
    // An error without id answers what the server could not read: with one request, that one.
    const run = response.id === null ? runs.only() : runs.get(response.id)
    run?.answer(answerWithSubscription(response, run.outbound.request.id))
    return run !== undefined
  }
  let ended: { readonly error: unknown } | undefined
  return {
    request: (outbound) => {
      if (ended !== undefined) return Promise.reject(toGatewayError(ended.error))
      const run = runs.start(outbound, { onStop: stop })
      if (!run.settled()) send(messageText(renumbered(outbound.request, Number(run.id))), run)
      return run.promise
    },
    receive: (message) => {
      if (message.kind === 'result' || message.kind === 'error') return answered(message)
      if (message.kind === 'notification') notified(message)
      // A modern server asks inside results only (2026-07-28, basic/transports/stdio): dropped.
      else if (era === 'legacy') serverRequests.take(message, unnamed(runs, listener))
      return false
    },
    failOnly: (error) => runs.only()?.fail(error),
    failOne: (id, error) => runs.get(id)?.fail(error),
    end: (error) => {
      ended ??= { error }
      runs.failAll(error)
    },
  }
}

function notifiedLegacy(
  runs: Runs,
  listener: LinkListener,
  serverRequests: ServerRequests,
): (notification: Notification) => void {
  return (notification) => {
    const { method } = notification
    if (method === 'notifications/progress') runs.progress(notification)
    else if (method === 'notifications/cancelled') serverRequests.cancelled(notification)
    else if (UNRELATED.has(method)) listener.onNotification(notification)
    else unnamed(runs, listener).onNotification(notification)
  }
}

function notifiedModern(runs: Runs, listener: LinkListener): (notification: Notification) => void {
  return (notification) => {
    const { method, params } = notification
    const subscription = subscriptionOf(params)
    if (method === 'notifications/progress') runs.progress(notification)
    else if (method === 'notifications/cancelled') endSubscription(runs.get(params?.['requestId']))
    else if (subscription !== undefined) {
      const run = runs.get(subscription)
      run?.notify(withSubscription(notification, run.outbound.request.id))
    } else {
      const logged = runs.all().filter(wantsLogs)
      const [first] = logged
      if (logged.length === 1 && first !== undefined) first.notify(notification)
      else listener.onNotification(notification)
    }
  }
}

/** Where a legacy message goes that names no request. */
function unnamed(runs: Runs, listener: LinkListener): Respondent {
  const only = runs.only()
  if (only === undefined) return listener
  return { onRequest: only.outbound.onRequest, onNotification: only.notify }
}

/** The server took a subscription down (2026-07-28, basic/patterns/subscriptions): its answer. */
function endSubscription(run: Run | undefined): void {
  if (run?.outbound.request.method !== 'subscriptions/listen') return
  const { id } = run.outbound.request
  const result = { resultType: 'complete', _meta: { [META.subscriptionId]: id } }
  run.answer({ kind: 'result', id, result })
}

// Only a request that asks for logs gets any (2026-07-28, server/utilities/logging).
function wantsLogs(run: Run): boolean {
  return metaOf(run.outbound.request.params)[META.logLevel] !== undefined
}
