import { minorDigits } from '../kernel/currency.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { LimitDefinition, LimitKey, LimitUnit } from '../kernel/limits.ts'
import { type Currency, majorUnits } from './amount.ts'
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
  /** What its counters are kept apart by, sorted. */
  readonly per: readonly LimitKey[]
  /** Public words: what it permits. */
  readonly words: string
  /** Of amounts. */
  readonly currency: Currency | undefined
}

/**
 * Checks a definition and prepares it.
 *
 * @throws GatewayError `limits_unavailable` for one that says nothing that can be counted.
 */
export function compileLimit(definition: LimitDefinition): Limit {
  const { name, unit, kind, every, per, currency } = definition
  const counted = currencyOf(definition)
  const sorted = per.toSorted()
  const identity = [name, unit, kind ?? null, every ?? null, sorted, currency ?? null]
  return {
    definition,
    rule: ruleOf(definition),
    prefix: JSON.stringify(identity),
    per: sorted,
    words: `limit \`${name}\` permits ${wordsOf(definition, counted)}`,
    currency: counted,
  }
}

function ruleOf({ name, unit, most, kind, every }: LimitDefinition): Rule {
  if (!Number.isSafeInteger(most) || most < 0) throw broken(name, '`most` is not a whole number')
  if (unit === 'concurrent') {
    if (every === undefined && kind === undefined) return { kind: 'running', most }
    throw broken(name, 'what runs at once has no window')
  }
  if (every === undefined || !Number.isSafeInteger(every) || every < 1)
    throw broken(name, '`every` is not a duration')
  if (kind === undefined) throw broken(name, 'it is neither a bucket nor a window')
  return { kind, most, every }
}

function currencyOf({ name, unit, currency }: LimitDefinition): Currency | undefined {
  if ((unit === 'amount') !== (currency !== undefined))
    throw broken(name, 'a currency belongs to amounts, and to them alone')
  if (currency === undefined) return undefined
  const digits = minorDigits(currency)
  if (digits === undefined) throw broken(name, `\`${currency}\` is not a currency`)
  return { code: currency, digits }
}

function broken(name: string, what: string): GatewayError {
  return new GatewayError('limits_unavailable', `limit \`${name}\` cannot be counted: ${what}`)
}

const NOUNS: Readonly<Record<Exclude<LimitUnit, 'amount'>, string>> = {
  calls: 'calls',
  bytes: 'bytes of results',
  rows: 'rows of results',
  concurrent: 'calls at once',
}

function wordsOf({ unit, most, every = 0 }: LimitDefinition, currency?: Currency): string {
  if (unit === 'amount')
    return currency ? `${majorUnits(most, currency)} in ${duration(every)}` : ''
  const what = `${most} ${most === 1 ? NOUNS[unit].replace(/s\b/, '') : NOUNS[unit]}`
  return unit === 'concurrent' ? what : `${what} in ${duration(every)}`
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
