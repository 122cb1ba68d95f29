import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'

/** The head of a column; it sorts when it can. */
export function HeaderCell({
  title,
  end,
  sorted,
  onSort,
}: {
  readonly title: string
  readonly end: boolean
  readonly sorted: false | 'asc' | 'desc'
  readonly onSort: (() => void) | undefined
}): ReactNode {
  const order = { asc: 'ascending', desc: 'descending' } as const
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus
    <div
      role="columnheader"
      className="table-cell"
      data-end={end || undefined}
      aria-sort={sorted === false ? undefined : order[sorted]}
    >
      {onSort === undefined ? (
        title
      ) : (
        <button type="button" className="table-sort" onClick={onSort}>
          {title}
          <SortSign sorted={sorted} />
        </button>
      )}
    </div>
  )
}

function SortSign({ sorted }: { readonly sorted: false | 'asc' | 'desc' }): ReactNode {
  if (sorted === 'asc') return <ArrowUp aria-hidden />
  if (sorted === 'desc') return <ArrowDown aria-hidden />
  return <ChevronsUpDown aria-hidden className="table-sortable" />
}
