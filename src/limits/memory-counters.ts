import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Counters, Draw, Moment, Rule } from './counters.ts'
import { type Cells, drawAll, endAll, giveBackAll } from './draw-all.ts'
import { bring, type Cell, isIdle, leftIn } from './rule.ts'

export interface MemoryOptions {
  readonly clock: Clock
  /** Counters at once. Those that are full are forgotten; when none is, no new one is begun. */
  readonly maxKeys?: number
}

/** Counters of one process, exact: nothing waits between looking and taking. */
export interface MemoryCounters extends Counters {
  /** Now, by the clock that these counters go by. */
  now(): Moment
  /** How many counters are held. */
  size(): number
  /** A counter as it is now; undefined when it is not held. */
  cell(key: string): Cell | undefined
  /** Puts a counter in its place. */
  restore(key: string, rule: Rule, cell: Cell): void
}

interface Entry extends Cell {
  readonly rule: Rule
}

const MAX_KEYS = 100_000

/** Counters that each new one looks at, so that those that are full go as fast as others come. */
const LOOKED_AT = 4

/** Milliseconds between looks at all counters, once there is no place for a new one. */
const PAUSE = 1_000

/** `changed` is told of each counter that was written. */
export function memoryCounters(
  { clock, maxKeys = MAX_KEYS }: MemoryOptions,
  changed: (draw: Draw) => void = () => undefined,
): MemoryCounters {
  const entries = new Map<string, Entry>()
  const now = runningClock(clock)
  const makePlace = placeMaker(entries, maxKeys)
  let closed = false
  const cells: Cells = {
    get: (key) => entries.get(key),
    set(draw, { used, at, running }) {
      const { key, rule } = draw
      if (rule.kind === 'running' && running === 0) entries.delete(key)
      else entries.set(key, { used, at, running, rule })
      changed(draw)
    },
  }

  return {
    now,
    size: () => entries.size,
    cell: (key) => entries.get(key),
    restore: (key, rule, cell) => void entries.set(key, { ...cell, rule }),
    async left(draws) {
      const moment = now()
      return draws.map(({ key, rule }) => leftIn(rule, bring(rule, entries.get(key), moment)))
    },
    async take(draws) {
      if (closed) throw new GatewayError('limits_unavailable', 'the limits are closed')
      const moment = now()
      makePlace(draws, moment)
      return drawAll(cells, draws, moment)
    },
    end: (taken, spent) => endAll(cells, taken, spent, now()),
    giveBack: (taken) => giveBackAll(cells, taken, now()),
    async close() {
      closed = true
    },
  }
}

/** Time that a clock repeats, because it was set back, is time that passes all the same. */
function runningClock(clock: Clock): () => Moment {
  let wall = Math.floor(clock())
  let run = wall
  return () => {
    const current = Math.floor(clock())
    run += Math.max(0, current - wall)
    wall = current
    return { wall, run }
  }
}

/**
 * Sees to it that there is place for the counters of some draws. A counter that is in use is never
 * forgotten: keys are the callers' to choose, and forgetting would be their way out.
 */
function placeMaker(
  entries: Map<string, Entry>,
  maxKeys: number,
): (draws: readonly Draw[], now: Moment) => void {
  const sweep = sweeper(entries)
  const hasPlace = (count: number): boolean => entries.size + count <= maxKeys
  return (draws, now) => {
    const { length: fresh } = draws.filter(({ key }) => !entries.has(key))
    if (fresh === 0) return
    sweep.some(fresh * LOOKED_AT, now)
    // The sweep may have forgotten counters of these draws too.
    if (hasPlace(draws.length)) return
    sweep.all(now)
    if (hasPlace(draws.length)) return
    throw new GatewayError('limits_unavailable', 'too many callers are being counted')
  }
}

/** Forgets counters that are full: `some` goes on where it stopped, `all` does so now and then. */
function sweeper(entries: Map<string, Entry>) {
  let hand = entries.entries()
  let lookedAtAll = Number.NEGATIVE_INFINITY
  const forget = (key: string, entry: Entry, now: Moment): void => {
    if (isIdle(entry.rule, entry, now)) entries.delete(key)
  }
  return {
    some(count: number, now: Moment): void {
      for (let left = count; left > 0; left -= 1) {
        const next = hand.next()
        if (next.done) hand = entries.entries()
        else forget(...next.value, now)
      }
    },
    all(now: Moment): void {
      if (now.run - lookedAtAll < PAUSE) return
      lookedAtAll = now.run
      for (const [key, entry] of entries) forget(key, entry, now)
    },
  }
}
