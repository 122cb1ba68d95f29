import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useGo, usePlace } from '../../app/place.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

/** Filters that a link has put into the address and no control offers: shown, and taken out by pressing. */
export function ExactFilters({
  names,
}: {
  readonly names: Readonly<Record<string, string>>
}): ReactNode {
  const here = usePlace()
  const go = useGo()
  return Object.entries(names).map(([name, label]) => {
    const value = here.search[name]
    if (value === undefined) return null
    const { [name]: _, ...search } = here.search
    return (
      <button
        key={name}
        type="button"
        className="records-exact"
        aria-label={`Any ${label}, not only ${value}`}
        onClick={() => go({ page: 'records', item: here.item, search })}
      >
        <span className="quiet">{label}:</span> <VisibleText text={value} />
        <X aria-hidden />
      </button>
    )
  })
}
