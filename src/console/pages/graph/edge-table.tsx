import { Waypoints } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { fitting } from '../../app/fitting.ts'
import { useFilter } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import {
  type FlowNode,
  type GraphEdge,
  KIND_WORDS,
  KINDS,
  type Kind,
  sumOf,
  VERDICTS,
} from './flows.ts'
import { VERDICT_WORDS } from './legend.tsx'

interface Row {
  readonly id: string
  readonly from: End
  readonly to: End
  readonly edge: GraphEdge
}
interface End {
  readonly kind: Kind
  readonly name: string
}

const COLUMNS: readonly Column<Row>[] = [
  ...(['from', 'to'] as const).map(
    (side): Column<Row> => ({
      id: side,
      header: side === 'from' ? 'From' : 'To',
      width: 'minmax(14rem, 2fr)',
      cell: (row) => <EndCell end={row[side]} />,
      sort: (row) => `${KINDS.indexOf(row[side].kind)} ${row[side].name}`,
    }),
  ),
  ...VERDICTS.map(
    (verdict): Column<Row> => ({
      id: verdict,
      header: VERDICT_WORDS[verdict],
      width: '7rem',
      end: true,
      cell: ({ edge }) =>
        edge.calls[verdict] === 0 ? <span className="quiet">–</span> : edge.calls[verdict],
      sort: ({ edge }) => edge.calls[verdict],
    }),
  ),
  {
    id: 'calls',
    header: 'All calls',
    width: '7rem',
    end: true,
    cell: ({ edge }) => <b>{sumOf(edge.calls)}</b>,
    sort: ({ edge }) => sumOf(edge.calls),
  },
]

function EndCell({ end: { kind, name } }: { readonly end: End }): ReactNode {
  return (
    <span className="graph-end" title={name}>
      <Chip>{KIND_WORDS[kind].one}</Chip>
      <span className="cut">
        <VisibleText text={name} />
      </span>
    </span>
  )
}

/** The graph as a table: each step with its traffic. */
export function EdgeTable({
  edges,
  onOpen,
}: {
  readonly edges: readonly GraphEdge[]
  readonly onOpen: (node: Pick<FlowNode, 'kind' | 'name' | 'stands'>) => void
}): ReactNode {
  const [search = ''] = useFilter('q')
  const rows = useMemo(() => {
    const all = edges.map((edge): Row => {
      const { from, to } = edge
      return { id: JSON.stringify([from, to]), from: endOf(from), to: endOf(to), edge }
    })
    return fitting(all, search, ({ edge: { from, to } }) => `${from} ${to}`)
  }, [edges, search])
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name or kind' }}
          filters={[
            {
              name: 'decision',
              label: 'Decision',
              choices: VERDICTS.map((value) => ({
                value,
                label: VERDICT_WORDS[value].toLowerCase(),
              })),
            },
          ]}
        />
      </div>
      <Table
        main
        label="Who reaches what"
        columns={COLUMNS}
        rows={rows}
        idOf={({ id }) => id}
        onOpen={({ to }) => onOpen({ ...to, stands: 1 })}
        empty={<EmptyState icon={Waypoints} title="Nothing fits these filters" />}
        foot={<p className="load-more quiet">{rows.length} steps</p>}
      />
    </>
  )
}

function endOf(id: string): End {
  const space = id.indexOf(' ')
  return { kind: id.slice(0, space) as Kind, name: id.slice(space + 1) }
}
