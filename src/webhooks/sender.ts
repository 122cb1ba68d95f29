import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../kernel/json.ts'
import { MOST_ATTEMPTS, waitAfter } from './back-off.ts'
import type { WebhookOptions } from './options.ts'
import type { Claimed, Delivery, Queue, Settlement } from './queue.ts'

/** Milliseconds for one attempt, from the look-up of the name to the answer. */
export const TIMEOUT = 15_000
/** Milliseconds for which a claim holds: longer than an attempt, though clocks of replicas differ. */
const CLAIM = 60_000
/** Attempts that run at once for one receiver: one that does not answer holds up no other. */
const MOST_AT_ONCE = 4
const SWEEP = 10 * 60_000
/** Milliseconds that attempts are waited for on close. */
const GRACE = 2_000

/** What became of one attempt. */
export type Outcome =
  | { readonly kind: 'sent'; readonly status?: number; readonly reference?: string }
  /** There is nothing to be told any more. */
  | { readonly kind: 'moot' }
  | {
      readonly kind: 'later'
      readonly status?: number
      readonly retryAfter?: number
      readonly why: string
    }
  /** The receiver wants no more of it, or it cannot be sent at all. */
  | { readonly kind: 'never'; readonly status?: number; readonly why: string }

/** Somebody who is told. */
export interface Receiver {
  readonly name: string
  /** As the operator knows it. */
  readonly shown: string
  attempt(delivery: Delivery & { readonly attempts: number }): Promise<Outcome>
}

/** Attempts what is due until it is closed. */
export interface Sender {
  /** Looks at once: something was added. */
  wake(): void
  close(): Promise<void>
}

type SenderOptions = Pick<WebhookOptions, 'witness' | 'clock' | 'random' | 'log' | 'look'>

export function openSender(
  options: SenderOptions,
  queue: Queue,
  receivers: readonly Receiver[],
): Sender {
  const { clock, log, look = 1_000 } = options
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]))
  const running = new Map<Promise<void>, string>()
  const stopping = new AbortController()
  const abandoning = new AbortController()
  let woken = Promise.withResolvers<void>()
  let swept = clock()
  let failing = false

  const start = (claimed: Claimed): void => {
    const receiver = byName.get(claimed.endpoint)
    if (receiver === undefined) return
    const attempt: Promise<void> = attemptOne(options, queue, receiver, claimed, abandoning.signal)
      .catch((cause: unknown) => log('a delivery could not be settled', cause))
      .finally(() => {
        running.delete(attempt)
        woken.resolve()
      })
    running.set(attempt, claimed.endpoint)
  }
  const turn = async (): Promise<void> => {
    const now = clock()
    const busy = [...running.values()]
    const free = [...byName.keys()].filter(
      (name) => busy.filter((one) => one === name).length < MOST_AT_ONCE,
    )
    for (const name of free) {
      const most = MOST_AT_ONCE - busy.filter((one) => one === name).length
      for (const claimed of await queue.claim([name], now, now + CLAIM, most)) start(claimed)
    }
    if (now - swept < SWEEP) return
    swept = now
    await queue.sweep(now)
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = Promise.withResolvers()
      try {
        await turn()
        failing = false
      } catch (cause) {
        if (!failing) log('deliveries of webhooks cannot be looked for', cause)
        failing = true
      }
      await Promise.race([pause(look, stopping.signal), woken.promise])
    }
  }
  const loop = receivers.length === 0 ? Promise.resolve() : run()
  return {
    wake: () => woken.resolve(),
    async close() {
      stopping.abort()
      await loop
      const grace = pause(GRACE, abandoning.signal)
      await Promise.race([Promise.allSettled(running.keys()), grace])
      abandoning.abort()
    },
  }
}

async function pause(time: number, signal: AbortSignal): Promise<void> {
  await sleep(time, undefined, { signal, ref: false }).catch(() => {})
}

/** What is left running when the signal aborts changes nothing any more: another process attempts it. */
async function attemptOne(
  options: SenderOptions,
  queue: Queue,
  receiver: Receiver,
  claimed: Claimed,
  signal: AbortSignal,
): Promise<void> {
  // Whatever held us up: by now it may be somebody else's.
  if (options.clock() > claimed.until - TIMEOUT) return
  const outcome = await outcomeOf(receiver, claimed)
  if (signal.aborted) return
  const { settlement, event, why } = judged(options, claimed, outcome)
  const detail: JsonObject = {
    message: claimed.id,
    event: claimed.event,
    attempts: claimed.attempts,
    ...(settlement.status === undefined ? {} : { status: settlement.status }),
    ...(why === undefined ? {} : { why }),
  }
  // Before it is settled: what is not on record is attempted again.
  if (event !== undefined)
    await options.witness({
      event,
      outcome: event === 'webhook.failed' ? 'refused' : 'done',
      target: receiver.shown,
      detail,
    })
  if (event === 'webhook.failed') options.log(`gave up telling \`${receiver.shown}\`: ${why}`)
  await queue.settle(claimed, settlement)
}

async function outcomeOf(receiver: Receiver, claimed: Claimed): Promise<Outcome> {
  const { payload, attempts } = claimed
  if (payload === undefined) return { kind: 'never', why: 'the message cannot be opened' }
  if (attempts > MOST_ATTEMPTS) return { kind: 'never', why: 'no attempt came to an end' }
  try {
    return await receiver.attempt({ ...claimed, payload })
  } catch (error) {
    return { kind: 'later', why: error instanceof Error ? error.message : 'it failed' }
  }
}

interface Judged {
  readonly settlement: Settlement
  readonly event?: 'webhook.delivered' | 'webhook.failed'
  readonly why?: string
}

function judged(
  { clock, random }: Pick<SenderOptions, 'clock' | 'random'>,
  { attempts }: Claimed,
  outcome: Outcome,
): Judged {
  if (outcome.kind === 'moot') return { settlement: { state: 'sent' } }
  const status = outcome.status === undefined ? {} : { status: outcome.status }
  if (outcome.kind === 'sent') {
    const reference = outcome.reference === undefined ? {} : { reference: outcome.reference }
    return {
      settlement: { state: 'sent', ...status, ...reference },
      event: 'webhook.delivered',
    }
  }
  const { why } = outcome
  const wait = outcome.kind === 'never' ? undefined : waitAfter(attempts, random())
  if (outcome.kind === 'never' || wait === undefined)
    return { settlement: { state: 'failed', ...status }, event: 'webhook.failed', why }
  const due = clock() + Math.max(wait, outcome.retryAfter ?? 0)
  return { settlement: { state: 'due', due, ...status }, why }
}
