import type { GatewayError } from '../kernel/errors.ts'
import { cellOf } from './counter-row.ts'
import type { Draw, Moment, Shortage, Taken } from './counters.ts'
import { type Cells, drawAll, endAll, giveBackAll } from './draw-all.ts'
import type { SeenRow } from './postgres-table.ts'
import type { Cell } from './rule.ts'

/** What is asked of the counters, in the order in which it came. */
export type Job =
  | {
      readonly kind: 'take'
      readonly draws: readonly Draw[]
      readonly resolve: (answer: Taken | readonly Shortage[]) => void
      readonly reject: (error: GatewayError) => void
    }
  | { readonly kind: 'end'; readonly taken: Taken; readonly spent: readonly number[] }
  | { readonly kind: 'giveBack'; readonly taken: Taken }
  | { readonly kind: 'renew' }

/** Counters that a transaction has locked, with what it did to them. */
export interface Ledger extends Cells {
  readonly now: Moment
  /** The counters that changed. */
  readonly written: ReadonlyMap<string, { readonly draw: Draw; readonly cell: Cell }>
  /** What this replica runs after all that was done. */
  running(): ReadonlyMap<string, number>
}

export interface LedgerOptions {
  readonly draws: ReadonlyMap<string, Draw>
  readonly rows: ReadonlyMap<string, SeenRow>
  /** What other replicas run. */
  readonly others: ReadonlyMap<string, number>
  /** What this one runs. */
  readonly own: ReadonlyMap<string, number>
}

export function ledgerOf({ draws, rows, others, own }: LedgerOptions): Ledger {
  const time = Math.max(0, ...Array.from(rows.values(), ({ now }) => now))
  const now: Moment = { wall: time, run: time }
  const cells = new Map<string, Cell>()
  const written = new Map<string, { draw: Draw; cell: Cell }>()
  for (const draw of draws.values()) {
    const { key, rule } = draw
    const row = rows.get(key)
    if (rule.kind === 'running') {
      const running = (others.get(key) ?? 0) + (own.get(key) ?? 0)
      cells.set(key, { used: 0n, at: time, running })
    } else if (row !== undefined) cells.set(key, cellOf(row, rule, now))
    // The clock was set back: written even when nothing is taken, else nothing would refill until
    // the clock shows that time again.
    if (rule.kind === 'bucket' && row !== undefined && row.at > time)
      written.set(key, { draw, cell: { ...cellOf(row, rule, now), at: time } })
  }
  return {
    now,
    written,
    get: (key) => cells.get(key),
    set(draw, cell) {
      cells.set(draw.key, cell)
      written.set(draw.key, { draw, cell })
    },
    running() {
      const after = new Map(own)
      for (const { draw, cell } of written.values())
        if (draw.rule.kind === 'running')
          after.set(draw.key, Math.max(0, cell.running - (others.get(draw.key) ?? 0)))
      return after
    },
  }
}

/** Does a job; what it says is for who asked. */
export function perform(ledger: Ledger, job: Job): Taken | readonly Shortage[] | undefined {
  switch (job.kind) {
    case 'take':
      return drawAll(ledger, job.draws, ledger.now)
    case 'end':
      endAll(ledger, job.taken, job.spent, ledger.now)
      return undefined
    case 'giveBack':
      giveBackAll(ledger, job.taken, ledger.now)
      return undefined
    case 'renew':
      return undefined
  }
}

/** The counters that jobs look at, by key. */
export function drawsIn(batch: readonly Job[]): ReadonlyMap<string, Draw> {
  const draws = batch.flatMap((job) => {
    if (job.kind === 'take') return job.draws
    return job.kind === 'renew' ? [] : job.taken.draws
  })
  return byKey(draws)
}

export function byKey(draws: readonly Draw[]): ReadonlyMap<string, Draw> {
  return new Map(draws.map((draw) => [draw.key, draw]))
}

/** The keys of the counters of what runs. */
export function runningKeys(draws: ReadonlyMap<string, Draw>): readonly string[] {
  return Array.from(draws.values())
    .filter(({ rule }) => rule.kind === 'running')
    .map(({ key }) => key)
}

export function wantsLease(job: Job): boolean {
  if (job.kind === 'renew') return true
  return job.kind === 'take' && job.draws.some(({ rule }) => rule.kind === 'running')
}

export function isDurable(job: Job): boolean {
  return job.kind === 'take' && job.draws.some(({ durable }) => durable)
}
