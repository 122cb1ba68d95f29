import { z } from 'zod'
import { GatewayError } from '../kernel/errors.ts'
import type { LimitCounterTable } from '../store/schema.ts'
import type { Moment, Rule } from './counters.ts'
import { type Cell, fullAt } from './rule.ts'

/** Milliseconds that the row of a counter of what runs is kept: it is a lock, and says nothing. */
const LOCK_KEPT = 24 * 3_600_000

const amount = z.int().nonnegative()
const every = z.int().positive()
const RULE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bucket'), most: amount, every }),
  z.strictObject({ kind: z.literal('window'), most: amount, every }),
  z.strictObject({ kind: z.literal('running'), most: amount }),
])

/** The row that keeps a counter. Rows hold times since the epoch: nothing else outlives a process. */
export function rowOf(key: string, rule: Rule, cell: Cell, now: Moment): LimitCounterTable {
  const ahead = rule.kind === 'bucket' ? now.run - now.wall : 0
  return {
    key,
    rule: JSON.stringify(rule),
    used: String(cell.used),
    at: cell.at - ahead,
    till: rule.kind === 'running' ? now.wall + LOCK_KEPT : fullAt(rule, cell) - ahead,
  }
}

/**
 * The counter that a row keeps.
 *
 * @throws GatewayError `limits_unavailable` for a row that cannot be read.
 */
export function cellOf(
  { key, used, at }: LimitCounterTable,
  rule: Rule,
  { wall, run }: Moment,
): Cell {
  if (!/^\d+$/.test(used)) throw unreadable(key)
  return { used: BigInt(used), at: rule.kind === 'window' ? at : at + run - wall, running: 0 }
}

/**
 * A counter that an earlier process kept. One from the future, by a clock that has been set back since,
 * counts from now on: its use is not forgotten, and nobody waits for that time to come.
 */
export function reopened(rule: Rule, cell: Cell, { wall, run }: Moment): Cell {
  const latest = rule.kind === 'window' ? wall - (wall % rule.every) : run
  return cell.at > latest ? { ...cell, at: latest } : cell
}

/** @throws GatewayError `limits_unavailable` for a rule that cannot be read. */
export function ruleOf({ key, rule }: LimitCounterTable): Rule {
  try {
    return RULE.parse(JSON.parse(rule))
  } catch (cause) {
    throw unreadable(key, cause)
  }
}

function unreadable(key: string, cause?: unknown): GatewayError {
  const detail = `the counter \`${key}\``
  return new GatewayError('limits_unavailable', 'a count cannot be read', { detail, cause })
}
