import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { type Place, PlaceLink, usePlace } from '../app/place.tsx'

/** Parts of a page that have addresses of their own. */
export function TabLinks({
  label,
  tabs,
}: {
  readonly label: string
  readonly tabs: readonly {
    readonly title: string
    readonly to: Place
    readonly count?: number | undefined
    readonly current: boolean
  }[]
}): ReactNode {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ title, to, count, current }) => (
        <PlaceLink key={title} to={to} className="tab" current={current}>
          {title}
          {count !== undefined && <span className="tab-count numbers">{count}</span>}
        </PlaceLink>
      ))}
    </nav>
  )
}

/** Parts of a drawer, one at a time. Which one stands in the address as `view`. */
export function Tabs({
  tabs,
  value,
  onChange,
}: {
  readonly tabs: readonly {
    readonly id: string
    readonly title: string
    readonly content: ReactNode
  }[]
  readonly value: string
  readonly onChange: (id: string) => void
}): ReactNode {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))} className="tab-root">
      <Base.List className="tabs">
        {tabs.map(({ id, title }) => (
          <Base.Tab key={id} value={id} className="tab">
            {title}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ id, content }) => (
        <Base.Panel key={id} value={id} className="tab-panel">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}

/** The part of the page that is open: its `item`, if it is one of these, else the first. */
export function useTab<const T extends string>(ids: readonly [T, ...T[]]): T {
  const { item } = usePlace()
  return ids.find((id) => id === item) ?? ids[0]
}
