import { fault } from './fault.ts'
import { add, divide, type Long, multiply, parseLong, subtract, toLong } from './long.ts'
import type { Datetime, Duration } from './value.ts'

const DAY = 86_400_000
const PATTERN =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/
const DURATION = /^-?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/
const UNITS = [DAY, 3_600_000, 60_000, 1000, 1]

/** Cedar's `datetime("…")` (RFC 80): a date, or a date and time with `Z` or an offset. @throws {Fault} otherwise. */
export function parseDatetime(text: string): Datetime {
  const parts = PATTERN.exec(text) ?? fault('a datetime is malformed')
  const [year, month, day, hour, minute, second, milli] = parts
    .slice(1, 8)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number]
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)]
  const date = new Date(0).setUTCFullYear(year, month - 1, day)
  const exists = new Date(date).getUTCMonth() === month - 1 && new Date(date).getUTCDate() === day
  const inRange = hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60
  if (!exists || !inRange) fault('a datetime names no moment')
  const offset = (offsetHour * 60 + offsetMinute) * (parts[8] === '-' ? -1 : 1)
  return {
    kind: 'datetime',
    ms: date + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milli,
  }
}

/** Cedar's `duration("…")` (RFC 80): days to milliseconds in that order, each at most once. @throws {Fault} otherwise. */
export function parseDuration(text: string): Duration {
  const parts = DURATION.exec(text)
  if (parts === null || text === '' || text === '-') return fault('a duration is malformed')
  const sign = text.startsWith('-') ? '-' : ''
  const ms = UNITS.reduce<Long>(
    (sum, unit, index) => add(sum, scale(`${sign}${parts[index + 1] ?? 0}`, unit)),
    0,
  )
  return { kind: 'duration', ms }
}

function scale(count: string, unit: number): Long {
  return multiply(parseLong(count) ?? fault('a duration is out of range'), unit)
}

export function offset(from: Datetime, by: Duration): Datetime {
  return { kind: 'datetime', ms: add(from.ms, by.ms) }
}

export function durationSince(later: Datetime, earlier: Datetime): Duration {
  return { kind: 'duration', ms: subtract(later.ms, earlier.ms) }
}

/** The start of the day in UTC. @throws {Fault} when that is before the first moment of 64 bits. */
export function toDate({ ms }: Datetime): Datetime {
  return { kind: 'datetime', ms: subtract(ms, sinceMidnight(ms)) }
}

/** The time since the start of the day in UTC. */
export function toTime({ ms }: Datetime): Duration {
  return { kind: 'duration', ms: sinceMidnight(ms) }
}

/** Whole units of `unit` milliseconds in a duration, rounded towards zero. */
export function inUnits({ ms }: Duration, unit: number): Long {
  return divide(ms, unit)
}

function sinceMidnight(ms: Long): Long {
  const rest = BigInt(ms) % BigInt(DAY)
  return toLong(rest < 0n ? rest + BigInt(DAY) : rest) ?? 0
}
