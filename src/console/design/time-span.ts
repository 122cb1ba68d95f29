import type { Search } from '../app/search-text.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Times that end now, by how they stand in an address (`span=7d`). */
const SPANS = {
  '1h': { label: 'last hour', length: HOUR },
  '24h': { label: 'last day', length: DAY },
  '7d': { label: 'last 7 days', length: 7 * DAY },
  '30d': { label: 'last 30 days', length: 30 * DAY },
  '90d': { label: 'last 90 days', length: 90 * DAY },
} as const satisfies Readonly<Record<string, { label: string; length: number }>>
export type Span = keyof typeof SPANS

export const SPAN_CHOICES = Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))

/** A time as operations take it: ISO 8601; open where a member is absent. */
export interface TimeRange {
  readonly from?: string
  readonly to?: string
}

/**
 * The time that an address names: `from` and `to`, or else a span that ends now; `other` when it names
 * neither. What cannot be read counts as not there. Moments of spans are whole minutes.
 */
export function rangeIn(search: Search, now: number, other?: Span): TimeRange {
  const [from, to] = [momentIn(search['from']), momentIn(search['to'])]
  if (from !== undefined || to !== undefined)
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const span = spanIn(search) ?? other
  if (span === undefined) return {}
  const start = Math.floor((now - SPANS[span].length) / MINUTE) * MINUTE
  return { from: new Date(start).toISOString() }
}

/** The span that an address names. */
export function spanIn({ span }: Search): Span | undefined {
  return span !== undefined && Object.hasOwn(SPANS, span) ? (span as Span) : undefined
}

function momentIn(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** A moment as `<input type="datetime-local">` writes it, in the zone of the browser. */
export function localMoment(moment: string | undefined): string {
  if (moment === undefined) return ''
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16)
}
