import { type Kysely, sql, type Transaction } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Schema } from '../store/schema.ts'
import { batchWorker } from './batch-worker.ts'
import { rowOf } from './counter-row.ts'
import type { Counters, Draw } from './counters.ts'
import {
  byKey,
  drawsIn,
  isDurable,
  type Job,
  type Ledger,
  ledgerOf,
  perform,
  runningKeys,
  wantsLease,
} from './postgres-jobs.ts'
import * as table from './postgres-table.ts'
import { bring, leftIn } from './rule.ts'

export interface PostgresCountersOptions {
  readonly db: Kysely<Schema>
  /** This replica: another name each time that it starts. */
  readonly holder: string
  /** What could not be written; the ends of calls are tried again. */
  readonly onError: (cause: unknown) => void
  /** Milliseconds after which what a replica runs is free again, when it does not renew. */
  readonly lease?: number
  /** Instead of the database's, which all replicas share. */
  readonly clock?: Clock
}

const LEASE = 30_000
const TIDY_EVERY = 60_000

/** Calls in one transaction, and calls that wait for one. */
const BATCH = 200
const MAX_WAITING = 10_000

/** Milliseconds between two tries to write the ends of calls. */
const PAUSE = 500

/**
 * Counters that replicas share, exact: a transaction holds the locks of all counters that it looks at.
 * What comes while one runs goes into the next together, in the order in which it came.
 */
export function postgresCounters(options: PostgresCountersOptions): Counters {
  const { db, holder, onError, lease = LEASE } = options
  const now = table.timeOf(options.clock)
  const replica: Replica = {
    ...options,
    lease,
    now,
    running: new Map(),
    renewed: Number.NEGATIVE_INFINITY,
  }
  const worker = batchWorker<Job>({
    run: (batch) => runBatch(replica, batch),
    failed(batch, cause) {
      onError(cause)
      for (const job of batch) if (job.kind === 'take') job.reject(unavailable(cause))
      return batch.filter(({ kind }) => kind === 'end' || kind === 'giveBack')
    },
    maxBatch: BATCH,
    pause: PAUSE,
  })
  const timers = [
    setInterval(() => {
      if (replica.running.size > 0) worker.add({ kind: 'renew' })
    }, lease / 3).unref(),
    setInterval(() => void table.tidy(db, now).catch(onError), TIDY_EVERY).unref(),
  ]
  let closed = false

  return {
    left: (draws) => leftNow(replica, draws),
    take(draws) {
      if (closed) return refuse('the limits are closed')
      if (worker.waiting() >= MAX_WAITING) return refuse('too many calls wait to be counted')
      return new Promise((resolve, reject) => worker.add({ kind: 'take', draws, resolve, reject }))
    },
    end: (taken, spent) => worker.add({ kind: 'end', taken, spent }),
    giveBack: (taken) => worker.add({ kind: 'giveBack', taken }),
    async close() {
      closed = true
      for (const timer of timers) clearInterval(timer)
      await worker.close()
      const ending = db.transaction().execute((trx) => table.endLease(trx, holder))
      await ending.catch(onError)
    },
  }
}

interface Replica {
  readonly db: Kysely<Schema>
  readonly holder: string
  readonly lease: number
  readonly now: ReturnType<typeof table.timeOf>
  /** What it runs, as far as that is committed. */
  running: ReadonlyMap<string, number>
  /** When it last renewed its lease, by its own clock. */
  renewed: number
}

async function runBatch(replica: Replica, batch: readonly Job[]): Promise<void> {
  const started = performance.now()
  const renews = batch.some(wantsLease) && started - replica.renewed >= replica.lease / 4
  const { answers, running } = await replica.db.transaction().execute(async (trx) => {
    await table.waitForDisk(trx, batch.some(isDurable) ? 'on' : 'off')
    const ledger = await openLedger(trx, replica, batch)
    const done = {
      answers: batch.map((job) => perform(ledger, job)),
      running: ledger.running(),
    }
    await closeLedger(trx, replica, ledger)
    const { holder, lease, now } = replica
    if (renews) await table.renewLease(trx, holder, done.running, sql`${now()} + ${lease}::bigint`)
    return done
  })
  replica.running = new Map(Array.from(running).filter(([, count]) => count > 0))
  if (renews) replica.renewed = started
  for (const [index, job] of batch.entries())
    if (job.kind === 'take') job.resolve(answers[index] ?? [])
}

async function openLedger(
  trx: Transaction<Schema>,
  { holder, now, running }: Replica,
  batch: readonly Job[],
): Promise<Ledger> {
  const draws = drawsIn(batch)
  const rows = await table.lockRows(trx, [...draws.keys()].sort(), now)
  const others = await table.runningElsewhere(trx, runningKeys(draws), holder, now)
  return ledgerOf({ draws, rows, others, own: running })
}

async function closeLedger(
  trx: Transaction<Schema>,
  { holder, running }: Replica,
  ledger: Ledger,
): Promise<void> {
  const rows = Array.from(ledger.written.values(), ({ draw, cell }) =>
    rowOf(draw.key, draw.rule, cell, ledger.now),
  )
  await table.writeRows(trx, rows)
  const counts = Array.from(ledger.running()).filter(([key, count]) => running.get(key) !== count)
  await table.writeRunning(trx, holder, new Map(counts))
}

async function leftNow(
  { db, holder, now, running }: Replica,
  draws: readonly Draw[],
): Promise<readonly number[]> {
  try {
    const looked = byKey(draws)
    const rows = await table.readRows(db, [...looked.keys()], now)
    const others = await table.runningElsewhere(db, runningKeys(looked), holder, now)
    const ledger = ledgerOf({ draws: looked, rows, others, own: running })
    return draws.map(({ key, rule }) => leftIn(rule, bring(rule, ledger.get(key), ledger.now)))
  } catch (cause) {
    throw unavailable(cause)
  }
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(unavailable(new Error(reason)))
}

function unavailable(cause: unknown): GatewayError {
  if (cause instanceof GatewayError && cause.code === 'limits_unavailable') return cause
  return new GatewayError('limits_unavailable', 'the call cannot be counted', {
    cause,
    detail: cause instanceof Error ? cause.message : String(cause),
  })
}
