import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { type Place, PlaceLink } from '../../app/place.tsx'

type Overview = Output<'overview.show'>

interface Tile {
  readonly label: string
  readonly value: number
  readonly tone?: 'bad' | 'wait'
  readonly more: string
  readonly to: Place
}

/** The last day in numbers; each leads to what it counts. */
export function Numbers({
  day,
  pendingApprovals,
  servers,
}: {
  readonly day: Overview['traffic']['day']
  readonly pendingApprovals: number
  readonly servers: Overview['servers']
}): ReactNode {
  const since = { since: '24h' }
  // Those that were asked about are among the denied.
  const denied = day.denied - day.asked
  const tiles: readonly Tile[] = [
    {
      label: 'Calls',
      value: day.calls,
      more: 'last 24 hours',
      to: { page: 'live', search: since },
    },
    {
      ...{ label: 'Denied', value: denied, tone: 'bad', more: share(denied, day.calls) },
      to: { page: 'live', search: { ...since, effect: 'deny' } },
    },
    {
      ...{ label: 'Asked', value: day.asked, tone: 'wait', more: share(day.asked, day.calls) },
      to: { page: 'live', search: { ...since, effect: 'ask' } },
    },
    {
      ...{ label: 'Failed', value: day.failed, tone: 'bad', more: share(day.failed, day.calls) },
      to: { page: 'live', search: { ...since, outcome: 'failed' } },
    },
    {
      ...{ label: 'Waiting for a human', value: pendingApprovals, tone: 'wait' },
      more: pendingApprovals === 0 ? 'nobody waits' : 'now',
      to: { page: 'approvals' },
    },
    {
      ...{ label: 'Servers', value: servers.total },
      more: servers.new.length === 0 ? 'none is new' : `${servers.new.length} new`,
      to: { page: 'servers' },
    },
  ]
  return (
    <ul className="overview-numbers" aria-label="In numbers">
      {tiles.map(({ label, value, tone, more, to }) => (
        <li key={label}>
          <PlaceLink to={to} className="overview-number">
            <span className="overview-label">{label}</span>
            <span className="overview-value numbers" data-tone={value > 0 ? tone : undefined}>
              {value.toLocaleString('en')}
            </span>
            <span className="overview-more">
              {more}
              <ChevronRight aria-hidden />
            </span>
          </PlaceLink>
        </li>
      ))}
    </ul>
  )
}

/** A part of all calls, honest about small ones. */
function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return 'none of them'
  const percent = (part / whole) * 100
  return `${percent < 0.1 ? '<0.1' : percent.toFixed(percent < 10 ? 1 : 0)} % of calls`
}
