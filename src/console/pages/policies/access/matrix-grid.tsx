import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { VisibleText } from '../../../design/visible-text.tsx'
import { AccessChip } from './access-chip.tsx'
import { type Cell, type Known, type Row, type Spot, stepTo } from './matrix.ts'

/** Pixels; as in the style. */
const ROW_HEIGHT = 36

interface MatrixGridProps {
  readonly rows: readonly Row[]
  readonly subjects: readonly Known[]
  readonly open: { readonly target: string | undefined; readonly subject: string | undefined }
  readonly onOpen: (cell: Cell) => void
}

/** A grid of cells with one focus: arrows lead through it, Enter opens a cell. */
export function MatrixGrid({ rows, subjects, open, onOpen }: MatrixGridProps): ReactNode {
  const scroll = useRef<HTMLDivElement>(null)
  const prefix = useId()
  const [active, setActive] = useState<Spot>()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.target ?? index,
    overscan: 12,
  })
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepTo(event.key, active, { rows: rows.length, columns: subjects.length })
    if (next !== undefined) {
      setActive(next)
      virtual.scrollToIndex(next.row)
    } else if (event.key === 'Enter' && active !== undefined) {
      const cell = rows[active.row]?.cells[active.column]
      if (cell !== undefined) onOpen(cell)
    } else return
    event.preventDefault()
  }
  return (
    <div ref={scroll} className="policies-matrix">
      {/* biome-ignore lint/a11y/useSemanticElements: rows out of view are not in the page */}
      <div
        role="grid"
        tabIndex={0}
        aria-label="Who can call what"
        aria-rowcount={rows.length + 1}
        aria-colcount={subjects.length + 1}
        aria-activedescendant={
          active === undefined ? undefined : `${prefix}${active.row}-${active.column}`
        }
        className="policies-grid"
        style={{ '--columns': subjects.length } as object}
        onKeyDown={onKeyDown}
      >
        <Head subjects={subjects} />
        {/* biome-ignore lint/a11y/useSemanticElements: rows out of view are not in the page */}
        <div
          role="rowgroup"
          className="policies-grid-body"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            return row === undefined ? null : (
              <GridRow
                key={row.target}
                row={row}
                index={index}
                start={start}
                prefix={prefix}
                active={active?.row === index ? active.column : undefined}
                open={open.target === row.target ? open.subject : undefined}
                onOpen={onOpen}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Head({ subjects }: { readonly subjects: readonly Known[] }): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus
    <div role="row" aria-rowindex={1} className="policies-grid-head">
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus */}
      <div role="columnheader" className="policies-grid-tool">
        Tool
      </div>
      {subjects.map(({ subject, name }) => (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus
        <div role="columnheader" key={subject} className="policies-grid-who" title={subject}>
          <VisibleText text={name === '' ? subject : name} />
          <span className="policies-grid-id">{subject}</span>
        </div>
      ))}
    </div>
  )
}

function GridRow({
  row: { target, cells },
  index,
  start,
  prefix,
  active,
  open,
  onOpen,
}: {
  readonly row: Row
  readonly index: number
  readonly start: number
  readonly prefix: string
  readonly active: number | undefined
  readonly open: string | undefined
  readonly onOpen: (cell: Cell) => void
}): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus
    <div
      role="row"
      aria-rowindex={index + 2}
      className="policies-grid-row"
      style={{ transform: `translateY(${start}px)` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: the grid has the focus */}
      <div role="rowheader" className="policies-grid-tool" title={target}>
        <VisibleText text={target} />
      </div>
      {cells.map((cell, column) => (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the grid has the focus and the keys
        <div
          role="gridcell"
          key={column}
          id={`${prefix}${index}-${column}`}
          className="policies-grid-cell"
          data-active={active === column || undefined}
          data-open={(cell !== undefined && open === cell.subject) || undefined}
          onClick={() => (cell === undefined ? undefined : onOpen(cell))}
        >
          {cell !== undefined && <AccessChip access={cell.access} />}
        </div>
      ))}
    </div>
  )
}
