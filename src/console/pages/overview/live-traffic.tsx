import { type ReactNode, useEffect, useReducer, useRef } from 'react'
import type { Output } from '../../api/call.ts'
import { useLive } from '../../api/live.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { BarTable } from './bar-table.tsx'
import { BarLegend, Bars } from './bars.tsx'
import { barsOf, counted, type Heard, heardOf } from './buckets.ts'

const SECONDS = 60
/** Seconds over which the rate is taken. */
const RATE = 5
const BEAT = 1_000
/** Milliseconds after which a second is told of as a whole: the stream looks that often, and a bit. */
const LATE = 1_000

/** Calls of each of the last sixty seconds, as they happen. */
export function LiveTraffic({
  overview,
}: {
  readonly overview: Output<'overview.show'>
}): ReactNode {
  const { traffic, at } = overview
  const heard = useRef(new Map<number, Heard>())
  const [, draw] = useReducer((count: number) => count + 1, 0)
  // The clock of this machine may be another than that of the gateway.
  const ahead = useRef(0)
  useEffect(() => {
    ahead.current = Date.parse(at) - Date.now()
  }, [at])
  useLive(({ kind, data }) => {
    const one = kind === 'call' ? heardOf(data) : undefined
    if (one !== undefined) counted(heard.current, one, one.second - 2 * SECONDS * BEAT)
  })
  useEffect(() => {
    const timer = setInterval(draw, BEAT)
    return () => clearInterval(timer)
  }, [])
  const bars = barsOf(traffic.seconds, heard.current, Date.now() + ahead.current - LATE, SECONDS)
  const rate = bars.slice(-RATE).reduce((sum, { calls }) => sum + calls, 0) / RATE
  return (
    <Section title="Now" actions={<BarLegend />}>
      <p className="overview-rate">
        <PlaceLink to={{ page: 'live' }} className="overview-rate-link">
          <b className="numbers">{rateText(rate)}</b> calls per second
        </PlaceLink>
      </p>
      <Bars bars={bars} label="Calls per second in the last minute" />
      <BarTable
        bars={bars}
        caption="Calls per second in the last minute"
        timeOf={(second) => new Date(second).toLocaleTimeString('en-GB')}
      />
    </Section>
  )
}

function rateText(rate: number): string {
  if (rate === 0) return '0'
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')
}
