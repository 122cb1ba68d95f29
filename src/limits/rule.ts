import type { Moment, Rule } from './counters.ts'

/**
 * The state of a counter. All arithmetic is on integers, so that nothing is lost by rounding, however
 * often it is asked and however long it runs.
 */
export interface Cell {
  /**
   * Of a window: what was used in it. Of a bucket: what has not been refilled yet, times `every`;
   * so a millisecond refills exactly `most` of it.
   */
  readonly used: bigint
  /** Of a window: when it began (wall). Of a bucket: up to when it has been refilled (run). */
  readonly at: number
  /** What was taken and has not ended. */
  readonly running: number
}

/** Milliseconds to wait for a call to end: nobody knows when it will. */
const SOMETIME = 1_000

/** The state of a counter now; a counter that nobody has used is full. */
export function bring(rule: Rule, cell: Cell | undefined, now: Moment): Cell {
  const running = cell?.running ?? 0
  const used = cell?.used ?? 0n
  switch (rule.kind) {
    case 'running':
      return { used: 0n, at: now.run, running }
    case 'window': {
      const start = now.wall - (now.wall % rule.every)
      // A clock that was set back does not open a window twice.
      if (cell !== undefined && cell.at >= start) return cell
      return { used: 0n, at: start, running }
    }
    case 'bucket': {
      const refilled = BigInt(Math.max(0, now.run - (cell?.at ?? now.run))) * BigInt(rule.most)
      return { used: used > refilled ? used - refilled : 0n, at: now.run, running }
    }
  }
}

/** Whether a counter, as it is now, has this much left. */
export function hasRoom(rule: Rule, cell: Cell, room: number): boolean {
  switch (rule.kind) {
    case 'running':
      return cell.running + room <= rule.most
    case 'window':
    case 'bucket':
      return cell.used + scaled(rule, room) <= scaled(rule, rule.most)
  }
}

/** How much a counter, as it is now, has left, in whole units; 0 when more was used than it has. */
export function leftIn(rule: Rule, cell: Cell): number {
  if (rule.kind === 'running') return Math.max(0, rule.most - cell.running)
  const left = scaled(rule, rule.most) - cell.used
  return left <= 0n ? 0 : Number(left / scaled(rule, 1))
}

/** Milliseconds until a counter without room may have it; undefined if it never will. */
export function waitFor(rule: Rule, cell: Cell, room: number, now: Moment): number | undefined {
  if (room > rule.most) return undefined
  switch (rule.kind) {
    case 'running':
      return SOMETIME
    case 'window':
      return cell.at + rule.every - now.wall
    case 'bucket': {
      const missing = cell.used + scaled(rule, room) - scaled(rule, rule.most)
      return Number(refillTime(missing, rule.most))
    }
  }
}

/** Counts use. */
export function add(rule: Rule, cell: Cell, amount: number): Cell {
  if (rule.kind === 'running' || amount === 0) return cell
  return { ...cell, used: cell.used + scaled(rule, amount) }
}

/**
 * Takes back use that was counted when `taken`, in the window that began at `start`. What a bucket could
 * have refilled of it since, and what an earlier window counted, is not given back a second time.
 */
export function subtract(
  rule: Rule,
  cell: Cell,
  amount: number,
  { taken, start, now }: { readonly taken: Moment; readonly start: number; readonly now: Moment },
): Cell {
  if (rule.kind === 'running') return cell
  if (rule.kind === 'window' && cell.at !== start) return cell
  const refilled =
    rule.kind === 'bucket' ? BigInt(Math.max(0, now.run - taken.run)) * BigInt(rule.most) : 0n
  const back = scaled(rule, amount) - refilled
  if (back <= 0n) return cell
  return { ...cell, used: cell.used > back ? cell.used - back : 0n }
}

/** From when on (wall for windows, run for buckets) a counter is as if nobody had used it. */
export function fullAt(rule: Rule, cell: Cell): number {
  switch (rule.kind) {
    case 'running':
      return cell.at
    case 'window':
      return cell.used === 0n ? cell.at : cell.at + rule.every
    case 'bucket':
      if (cell.used === 0n) return cell.at
      // One that never refills is never full again.
      if (rule.most === 0) return Number.MAX_SAFE_INTEGER
      return Math.min(Number.MAX_SAFE_INTEGER, cell.at + Number(refillTime(cell.used, rule.most)))
  }
}

/** Whether a counter can be forgotten: nothing runs, and it is full. */
export function isIdle(rule: Rule, cell: Cell, now: Moment): boolean {
  if (cell.running > 0) return false
  return fullAt(rule, cell) <= (rule.kind === 'window' ? now.wall : now.run)
}

function scaled(rule: Exclude<Rule, { kind: 'running' }>, amount: number): bigint {
  return rule.kind === 'bucket' ? BigInt(amount) * BigInt(rule.every) : BigInt(amount)
}

/** Milliseconds in which a bucket refills this much. */
function refillTime(used: bigint, most: number): bigint {
  const each = BigInt(most)
  return (used + each - 1n) / each
}
