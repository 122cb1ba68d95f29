import type { Principals } from '../kernel/accounts.ts'
import type { Approvals } from '../kernel/approval.ts'
import type { ApprovalDesk, ApprovalNews, PasskeySignatures } from '../kernel/approval-desk.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Witness } from '../kernel/event.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import { createSeal } from '../kernel/seal.ts'
import type { Store } from '../store/store.ts'
import { answeredByClient } from './answered-by-client.ts'
import { ask } from './ask.ts'
import { approvalDesk } from './desk.ts'
import { turns } from './in-turn.ts'
import type { ApprovalSettings, FloodSettings, Parts } from './parts.ts'
import { expireDue, forgetOld } from './sweep.ts'
import { use } from './use.ts'
import { openWatch, wait } from './wait.ts'

/** Milliseconds between two looks for what is over, and between two removals of what is old. */
const SWEEP_EVERY = 5_000
const FORGET_EVERY = 10 * 60_000

const PATIENCE = 60 * 60_000
const DAY = 24 * 60 * 60_000
const RETENTION = { calls: 30 * DAY, requests: 90 * DAY }
const FLOOD: FloodSettings = { pending: 10, requests: 30, declines: 3, window: 10 * 60_000 }

export interface ApprovalOptions {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  /** Called before anything takes effect, and never inside a transaction. */
  readonly witness: Witness
  /** The 32 bytes of the installation, the same on all replicas. */
  readonly sealKey: Uint8Array
  readonly principals: Pick<Principals, 'user' | 'agent'>
  readonly signatures: PasskeySignatures
  /** Shared by all replicas. */
  readonly once: Once
  readonly settings?: {
    /** Milliseconds that a request waits for people; an hour if absent. */
    readonly patience?: number
    readonly flood?: Partial<FloodSettings>
    /** 30 and 90 days if absent. */
    readonly retention?: ApprovalSettings['retention']
    /** Milliseconds between two looks for what is over; 5 seconds if absent. */
    readonly sweepEvery?: number
  }
  /** Told after it has happened, by the process in which it did. */
  readonly onNews?: (news: ApprovalNews) => void
}

/** Human decisions, from both sides. */
export interface OpenedApprovals {
  /** What the enforcement point asks. */
  readonly approvals: Approvals
  /** Where people answer. */
  readonly desk: ApprovalDesk
  /** Lets go of everybody who waits, and looks for nothing any more. The store stays open. */
  close(): Promise<void>
}

/**
 * Opens the approvals of a deployment. Any number of processes may do so on one database.
 *
 * @throws RangeError for a key that is not 32 bytes.
 */
export function openApprovals(options: ApprovalOptions): OpenedApprovals {
  const watch = openWatch(options.store, options.clock)
  const parts = { ...partsOf(options), wake: watch.wake, watch }
  const forget = forgetter(parts)
  const stop = every(options.settings?.sweepEvery ?? SWEEP_EVERY, async () => {
    await expireDue(parts)
    await forget()
  })
  return {
    approvals: closedOnFailure<Approvals>({
      ask: (call) => ask(parts, call),
      wait: (call, id, patience, signal) => wait(parts, call, id, { patience, signal }),
      answeredByClient: (call, id, verdict) => answeredByClient(parts, call, id, verdict),
      use: (call, approval) => use(parts, call, approval),
    }),
    desk: deskClosedOnFailure(approvalDesk(parts)),
    async close() {
      watch.close()
      await stop()
    },
  }
}

function partsOf(options: ApprovalOptions): Omit<Parts, 'wake'> {
  const { store, clock, randomId, witness, principals, signatures, once, onNews } = options
  const settings: ApprovalSettings = {
    patience: options.settings?.patience ?? PATIENCE,
    flood: { ...FLOOD, ...options.settings?.flood },
    retention: options.settings?.retention ?? RETENTION,
  }
  return {
    ...{ store, clock, randomId, witness, principals, signatures, once, settings },
    seal: createSeal(options.sealKey, 'approval'),
    inTurn: turns(),
    tell: (news) => {
      try {
        onNews?.(news)
      } catch {
        // Whoever wanted to know cannot undo what has happened.
      }
    },
  }
}

/** Does work again and again, never twice at once. What fails is done the next time. */
function every(milliseconds: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= work()
      .catch(() => {})
      .finally(() => {
        running = undefined
      })
  }, milliseconds).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** Removes what is old, now and then. */
function forgetter(parts: Parts): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async () => {
    if (Math.abs(parts.clock() - last) < FORGET_EVERY) return
    last = parts.clock()
    await forgetOld(parts)
  }
}

/** What was not planned is a database that does not answer, which is a denial. */
function closedOnFailure<T extends object>(port: T): T {
  const members = Object.entries(port).map(
    ([name, method]: [string, (...all: never[]) => Promise<unknown>]) => [
      name,
      async (...all: never[]) => {
        try {
          return await method(...all)
        } catch (cause) {
          throw closed(cause)
        }
      },
    ],
  )
  return Object.fromEntries(members) as T
}

function closed(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  return new GatewayError('store_unavailable', 'the database does not answer', { cause })
}

function deskClosedOnFailure({ mayAnswer, ...desk }: ApprovalDesk): ApprovalDesk {
  return { ...closedOnFailure(desk), mayAnswer }
}
