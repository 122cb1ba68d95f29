import { GatewayError } from '../kernel/errors.ts'
import type { LimitDefinition, LimitUnit } from '../kernel/limits.ts'
import { majorUnits } from './amount.ts'
import type { Rule } from './counters.ts'

/** A definition in the form in which it is counted. */
export interface Limit {
  readonly definition: LimitDefinition
  readonly rule: Rule
  /**
   * The beginning of the keys of its counters: all that makes it this limit. `most` is no part of it:
   * a limit that is raised or lowered goes on counting.
   */
  readonly prefix: string
  /** Public words: what it permits. */
  readonly words: string
}

/**
 * Checks a definition and prepares it.
 *
 * @throws GatewayError `limits_unavailable` for one that says nothing that can be counted.
 */
export function compileLimit(definition: LimitDefinition): Limit {
  const { name, unit, kind, every, per, currency } = definition
  const identity = [name, unit, kind ?? null, every ?? null, per.toSorted(), currency ?? null]
  return {
    definition,
    rule: ruleOf(definition),
    prefix: JSON.stringify(identity),
    words: `limit \`${name}\` permits ${wordsOf(definition)}`,
  }
}

function ruleOf({ name, unit, most, kind, every, currency }: LimitDefinition): Rule {
  const broken = (what: string): GatewayError =>
    new GatewayError('limits_unavailable', `limit \`${name}\` cannot be counted: ${what}`)
  if (!Number.isSafeInteger(most) || most < 0) throw broken('`most` is not a whole number')
  if ((unit === 'amount') !== (currency !== undefined))
    throw broken('a currency belongs to amounts, and to them alone')
  if (unit === 'concurrent') {
    if (every !== undefined || kind !== undefined) throw broken('what runs at once has no window')
    return { kind: 'running', most }
  }
  if (every === undefined || !Number.isSafeInteger(every) || every < 1)
    throw broken('`every` is not a duration')
  if (kind === undefined) throw broken('it is neither a bucket nor a window')
  return { kind, most, every }
}

const NOUNS: Readonly<Record<Exclude<LimitUnit, 'amount'>, string>> = {
  calls: 'calls',
  bytes: 'bytes of results',
  rows: 'rows of results',
  concurrent: 'calls at once',
}

function wordsOf({ unit, most, every, currency }: LimitDefinition): string {
  if (unit === 'amount') return `${majorUnits(most, currency ?? '')} in ${duration(every ?? 0)}`
  const what = `${most} ${most === 1 ? NOUNS[unit].replace(/s\b/, '') : NOUNS[unit]}`
  return unit === 'concurrent' ? what : `${what} in ${duration(every ?? 0)}`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

function duration(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => milliseconds % length === 0) ?? ['ms', 1]
  return `${milliseconds / length} ${unit}`
}
