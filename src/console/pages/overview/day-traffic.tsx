import type { ReactNode } from 'react'
import { type Place, useGo } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { BarTable } from './bar-table.tsx'
import { Bars } from './bars.tsx'
import { type Bar, barOf, type Counts } from './buckets.ts'

const HOUR = 3_600_000
const HOURS = 24

/** Calls of each of the last twenty-four hours, and of the one that runs. */
export function DayTraffic({
  hours,
  now,
}: {
  readonly hours: readonly Counts[]
  readonly now: string
}): ReactNode {
  const go = useGo()
  const told = new Map(hours.map((one) => [Date.parse(one.at), one]))
  const current = Math.floor(Date.parse(now) / HOUR) * HOUR
  const bars = Array.from({ length: HOURS + 1 }, (_, index) => {
    const at = current - (HOURS - index) * HOUR
    return barOf(at, told.get(at) ?? { calls: 0, denied: 0, asked: 0 })
  })
  return (
    <Section title="Last 24 hours">
      <Bars
        bars={bars}
        label="Calls per hour in the last 24 hours"
        onOpen={(bar) => go(placeOf(bar))}
      />
      <BarTable
        bars={bars}
        caption="Calls per hour in the last 24 hours"
        timeOf={hourText}
        placeOf={placeOf}
      />
    </Section>
  )
}

function placeOf({ at }: Bar): Place {
  const [from, to] = [new Date(at).toISOString(), new Date(at + HOUR).toISOString()]
  return { page: 'live', search: { from, to } }
}

function hourText(at: number): string {
  return new Date(at).toLocaleString('en-GB', {
    ...{ day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' },
  })
}
