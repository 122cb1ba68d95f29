import type { ReactNode } from 'react'
import type { Listed } from '../api/lists.ts'
import { ErrorPanel } from './error-panel.tsx'
import { LoadMore } from './load-more.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { type Column, Table } from './table.tsx'

/** A list of the API as the table of its page: waiting, errors, nothing there, rows, and more of them. */
export function ListView<T extends object>({
  list,
  rows = list.items,
  what,
  columns,
  idOf,
  onOpen,
  openId,
  empty,
}: {
  readonly list: Listed<T>
  /** Those of the loaded ones that fit a search. */
  readonly rows?: readonly T[]
  /** As a plural: `users`. */
  readonly what: string
  readonly columns: readonly Column<T>[]
  readonly idOf: (row: T) => string
  readonly onOpen?: (row: T) => void
  readonly openId?: string | undefined
  readonly empty: ReactNode
}): ReactNode {
  if (list.loading) return <Inset children={<SkeletonRows count={9} />} />
  if (list.error !== null && list.items.length === 0)
    return <Inset children={<ErrorPanel error={list.error} onRetry={list.again} />} />
  return (
    <Table
      main
      label={what}
      columns={columns}
      rows={rows}
      idOf={idOf}
      openId={openId}
      empty={empty}
      {...(onOpen === undefined ? {} : { onOpen })}
      foot={
        <LoadMore
          shown={rows.length}
          what={what}
          more={list.more}
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      }
    />
  )
}

function Inset({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="inset">{children}</div>
}
