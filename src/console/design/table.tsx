import {
  type ColumnDef,
  createSortedRowModel,
  type Row,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, type ReactNode, useId, useMemo, useRef, useState } from 'react'
import { useShortcuts } from '../app/shortcuts.ts'
import { stepIn } from './step-in.ts'
import { HeaderCell } from './table-header.tsx'

/** One column. Keep the list of them outside the component, or in a memo. */
export interface Column<T> {
  readonly id: string
  readonly header: string
  readonly cell: (row: T) => ReactNode
  /** A track of a CSS grid, such as `8rem` or `minmax(10rem, 2fr)`; one fraction if not given. */
  readonly width?: string
  /** Numbers stand at the end. */
  readonly end?: boolean
  /** What the rows can be sorted by. */
  readonly sort?: (row: T) => string | number
}

interface TableProps<T> {
  /** For screen readers. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** Keep it the same list while it holds the same rows. */
  readonly rows: readonly T[]
  readonly idOf: (row: T) => string
  /** Enter or a click on a row. */
  readonly onOpen?: (row: T) => void
  /** The row that is open beside the table. */
  readonly openId?: string | undefined
  /** How many there are when not all are loaded; unknown if not given. */
  readonly total?: number
  /** Shown instead of rows when there are none. */
  readonly empty?: ReactNode
  /** Below the rows, such as `LoadMore`. */
  readonly foot?: ReactNode
  /** The table of its page: takes the rest of the height, and `j`, `k` and Enter wherever the focus is. */
  readonly main?: boolean
}

const FEATURES = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
})
type Features = typeof FEATURES
/** Pixels; `--row` of the style. */
const ROW_HEIGHT = 36
const PAGE_STEP = 10

/** Rows of things, for mouse, keyboard and screen readers alike; only those in view are in the page. */
export function Table<T extends object>(props: TableProps<T>): ReactNode {
  const { label, columns, rows, idOf, total, empty, foot, main = false } = props
  const scroll = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const prefix = useId()
  const definitions = useMemo(() => columns.map((one) => definition(one)), [columns])
  const table = useTable<Features, T>({
    features: FEATURES,
    columns: definitions,
    data: rows as T[],
    getRowId: idOf,
  })
  const shown = table.getRowModel().rows
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 6,
  })
  const { active, onKeyDown } = useActiveRow(props, shown, virtual.scrollToIndex)
  const tracks = columns.map(({ width }) => width ?? 'minmax(0, 1fr)').join(' ')
  if (rows.length === 0 && empty !== undefined) return empty
  return (
    <div ref={scroll} className="table-scroll" data-main={main || undefined}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows out of view are not in the page */}
      <div
        ref={grid}
        role="grid"
        tabIndex={0}
        className="table"
        aria-label={label}
        aria-rowcount={total === undefined ? shown.length + 1 : total + 1}
        aria-colcount={columns.length}
        aria-activedescendant={active === undefined ? undefined : `${prefix}${active}`}
        style={{ '--tracks': tracks } as object}
        onKeyDown={onKeyDown}
      >
        {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus */}
        <div role="row" aria-rowindex={1} className="table-head">
          {table.getFlatHeaders().map(({ column }) => (
            <HeaderCell
              key={column.id}
              title={columns.find(({ id }) => id === column.id)?.header ?? ''}
              end={columns.find(({ id }) => id === column.id)?.end ?? false}
              sorted={column.getIsSorted()}
              onSort={column.getCanSort() ? () => column.toggleSorting() : undefined}
            />
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: rows out of view are not in the page */}
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = shown[index]
            return row === undefined ? null : (
              <TableRow
                key={row.id}
                id={`${prefix}${row.id}`}
                row={row.original}
                columns={columns as readonly Column<object>[]}
                index={index}
                start={start}
                state={stateOf(row.id, active, props.openId)}
                onOpen={props.onOpen as ((row: object) => void) | undefined}
              />
            )
          })}
        </div>
      </div>
      {foot}
    </div>
  )
}

function definition<T extends object>({ id, header, sort }: Column<T>): ColumnDef<Features, T> {
  return {
    id,
    header,
    accessorFn: (row: T) => sort?.(row),
    enableSorting: sort !== undefined,
  }
}

type RowState = 'plain' | 'active' | 'open' | 'open active'

function stateOf(id: string, active: string | undefined, open: string | undefined): RowState {
  if (id === open) return id === active ? 'open active' : 'open'
  return id === active ? 'active' : 'plain'
}

function useActiveRow<T extends object>(
  { onOpen, main = false }: TableProps<T>,
  shown: readonly Row<Features, T>[],
  scrollTo: (index: number) => void,
): {
  readonly active: string | undefined
  readonly onKeyDown: (event: KeyboardEvent) => void
} {
  const [active, setActive] = useState<string>()
  const at = shown.findIndex(({ id }) => id === active)
  const move = (key: string): boolean => {
    const next = stepIn(key, at, shown.length, PAGE_STEP)
    if (next === undefined) return false
    setActive(shown[next]?.id)
    scrollTo(next)
    return true
  }
  const open = (): void => {
    const row = shown[at]
    if (row !== undefined) onOpen?.(row.original)
  }
  const groups = 'In the list'
  useShortcuts(
    main
      ? [
          { keys: 'j', label: 'Next row', group: groups, run: () => move('ArrowDown') },
          { keys: 'k', label: 'Row before', group: groups, run: () => move('ArrowUp') },
          ...(onOpen === undefined
            ? []
            : ['enter', 'o'].map((keys) => ({
                keys,
                label: 'Open the row',
                group: groups,
                run: open,
              }))),
        ]
      : [],
  )
  const onKeyDown = (event: KeyboardEvent): void => {
    // A button in a cell has keys of its own.
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') open()
    else if (!move(event.key)) return
    event.preventDefault()
  }
  return { active: at < 0 ? undefined : active, onKeyDown }
}

interface RowProps {
  readonly id: string
  readonly row: object
  readonly columns: readonly Column<object>[]
  readonly index: number
  readonly start: number
  readonly state: RowState
  readonly onOpen: ((row: object) => void) | undefined
}

/** Drawn again only when something of it changed. */
const TableRow = memo(function TableRow({
  id,
  row,
  columns,
  index,
  start,
  state,
  onOpen,
}: RowProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the grid has the focus and the keys
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={state.includes('open')}
      data-state={state}
      data-opens={onOpen !== undefined || undefined}
      className="table-row"
      style={{ transform: `translateY(${start}px)` }}
      onClick={(event) => {
        const { target } = event
        if (target instanceof Element && target.closest('a, button, input, label') !== null) return
        if (window.getSelection()?.isCollapsed === false) return
        onOpen?.(row)
      }}
    >
      <Cells row={row} columns={columns} />
    </div>
  )
})

/** Apart from the row, which changes with every row that comes before it. */
const Cells = memo(function Cells({ row, columns }: Pick<RowProps, 'row' | 'columns'>): ReactNode {
  return columns.map((column) => (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus
    <div key={column.id} role="gridcell" className="table-cell" data-end={column.end || undefined}>
      {column.cell(row)}
    </div>
  ))
})
