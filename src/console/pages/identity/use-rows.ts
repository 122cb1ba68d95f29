import { useMemo } from 'react'
import { fitting } from '../../app/fitting.ts'
import { useFilter } from '../../app/place.tsx'

/** Those of the loaded rows that fit what was typed into the search field (`q`). */
export function useRows<T>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  const [search = ''] = useFilter('q')
  return useMemo(() => fitting(items, search, textOf), [items, search])
}
