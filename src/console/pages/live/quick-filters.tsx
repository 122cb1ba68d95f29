import type { ReactNode } from 'react'
import { usePlace } from '../../app/place.tsx'
import { TabLinks } from '../../design/tabs.tsx'

const QUICK: readonly {
  readonly title: string
  readonly search: Readonly<Record<string, string>>
}[] = [
  { title: 'All', search: {} },
  { title: 'Denied', search: { effect: 'deny' } },
  { title: 'Asked', search: { effect: 'ask' } },
  { title: 'Would deny', search: { effect: 'observed' } },
  { title: 'Tool errors', search: { outcome: 'tool_error' } },
  { title: 'Failed', search: { outcome: 'failed' } },
]

/** What people look for most, beside the other filters. */
export function QuickFilters(): ReactNode {
  const { search } = usePlace()
  const { effect, outcome, view: _, ...rest } = search
  return (
    <TabLinks
      label="What became of calls"
      tabs={QUICK.map((quick) => ({
        title: quick.title,
        to: { page: 'live', search: { ...rest, ...quick.search } },
        current: effect === quick.search['effect'] && outcome === quick.search['outcome'],
      }))}
    />
  )
}
