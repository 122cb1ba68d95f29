import { minorDigits } from '../../kernel/currency.ts'
import type { LimitDefinition, LimitUnit } from '../../kernel/limits.ts'
import type { Finding } from './findings.ts'
import type { Made } from './read-document.ts'
import type { WrittenLimit } from './schema.ts'

const UNITS: readonly LimitUnit[] = ['calls', 'bytes', 'rows', 'amount', 'concurrent']

/** The code for none (ISO 4217). */
const NO_CURRENCY = 'XXX'

/** Makes the limit that somebody wrote, or says what does not go together in it. */
export function toLimit(name: string, written: WrittenLimit): Made<LimitDefinition> {
  const [unit, ...others] = UNITS.filter((one) => written[one] !== undefined)
  if (unit === undefined || others.length > 0) {
    const list = UNITS.map((one) => `\`${one}\``).join(', ')
    return { findings: [{ path: [], message: `needs exactly one of ${list}` }] }
  }
  const findings = [...checkTime(unit, written), ...checkCurrency(unit, written)]
  const most = mostOf(unit, written)
  if (most === undefined) {
    const message = 'has more places than the currency, or is not above zero, or is too large'
    findings.push({ path: [unit], message })
  }
  if (findings.length > 0 || most === undefined) return { findings }
  const { every, kind = 'bucket', per, currency, for: applies } = written
  return {
    item: {
      name,
      unit,
      most,
      ...(every === undefined ? {} : { every, kind }),
      per,
      ...(currency === undefined ? {} : { currency }),
      ...(applies === undefined ? {} : { applies: withoutUndefined(applies) }),
    },
  }
}

function checkTime(unit: LimitUnit, { every, kind }: WrittenLimit): Finding[] {
  if (unit !== 'concurrent') {
    return every === undefined ? [{ path: [], message: 'needs `every`, such as `1m`' }] : []
  }
  return [...(every === undefined ? [] : ['every']), ...(kind === undefined ? [] : ['kind'])].map(
    (key) => ({ path: [key], message: 'what runs at once has no time to count in' }),
  )
}

function checkCurrency(unit: LimitUnit, { currency }: WrittenLimit): readonly Finding[] {
  if (unit === 'amount') {
    return currency === undefined ? [{ path: [], message: 'an `amount` needs its `currency`' }] : []
  }
  return currency === undefined ? [] : [{ path: ['currency'], message: 'goes with `amount` only' }]
}

function mostOf(unit: LimitUnit, written: WrittenLimit): number | undefined {
  const most = written[unit]
  if (typeof most !== 'string') return most
  return minorUnits(most, written.currency ?? NO_CURRENCY)
}

/** An amount in the smallest unit of its currency (ISO 4217): exact, or undefined. */
function minorUnits(amount: string, currency: string): number | undefined {
  const places = minorDigits(currency) ?? 0
  const [whole = '', fraction = ''] = amount.split('.')
  if (fraction.length > places) return undefined
  const minor = Number(`${whole}${fraction.padEnd(places, '0')}`)
  return minor > 0 && Number.isSafeInteger(minor) ? minor : undefined
}

function withoutUndefined(
  scope: NonNullable<WrittenLimit['for']>,
): NonNullable<LimitDefinition['applies']> {
  const { servers, tools, effects } = scope
  return {
    ...(servers === undefined ? {} : { servers }),
    ...(tools === undefined ? {} : { tools }),
    ...(effects === undefined ? {} : { effects }),
  }
}
