import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Notification, RequestId, Response } from '../message.ts'
import { upstreamFailure } from './failure.ts'
import type { Outbound } from './link.ts'

/** One request in flight. It settles once; what comes later is ignored. */
export interface Run {
  /** The id on the wire to the server. */
  readonly id: RequestId
  readonly outbound: Outbound
  /** The answer under the caller's id, or a `GatewayError`. */
  readonly promise: Promise<Response>
  settled(): boolean
  /** Gives the answer. Its id becomes the caller's. */
  answer(response: Response): void
  fail(error: unknown): void
  /** Hands a notification to the caller, unless the run is settled. */
  notify(notification: Notification): void
}

interface RunOptions {
  readonly server: string
  readonly id: RequestId
  readonly outbound: Outbound
  /** The caller gave up: tell the server. Called before the promise rejects. */
  readonly onStop: () => void
  /** Called once, before the promise settles; frees what the link holds for the run. */
  readonly onSettled: (how: 'answered' | 'failed') => void
}

// The longest delay that `setTimeout` takes; beyond it a timer would fire at once.
const LONGEST_TIMER = 0x7fff_ffff

/**
 * Starts the life of one request: its deadline, its cancellation, its single outcome. The timer
 * and the abort listener are freed on every path. A run whose signal is already aborted is
 * settled from the start, and nothing may be sent for it.
 */
export function startRun(options: RunOptions): Run {
  const { server, id, outbound, onStop, onSettled } = options
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const { signal } = outbound
  let settled = false
  let timer: NodeJS.Timeout | undefined

  const finish = (how: 'answered' | 'failed'): boolean => {
    if (settled) return false
    settled = true
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    onSettled(how)
    return true
  }
  const fail = (error: unknown): void => {
    if (finish('failed')) reject(toGatewayError(error))
  }
  const stop = (error: GatewayError): void => {
    if (settled) return
    onStop()
    fail(error)
  }
  const onAbort = (): void => stop(cancelled())
  const onLate = (): void => stop(upstreamFailure('upstream_timeout', server))

  if (signal.aborted) fail(cancelled())
  else {
    signal.addEventListener('abort', onAbort)
    if (outbound.timeout <= LONGEST_TIMER) timer = setTimeout(onLate, outbound.timeout)
  }
  return {
    id,
    outbound,
    promise,
    settled: () => settled,
    answer: (response) => {
      if (!finish('answered')) return
      const callerId = outbound.request.id
      resolve(response.id === callerId ? response : { ...response, id: callerId })
    },
    fail,
    notify: (notification) => {
      if (settled) return
      try {
        outbound.onNotification(notification)
      } catch (error) {
        fail(error)
      }
    },
  }
}

function cancelled(): GatewayError {
  return new GatewayError('cancelled', 'the request was cancelled')
}
