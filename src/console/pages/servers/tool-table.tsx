import { EyeOff, TriangleAlert, Wrench } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { fitting } from '../../app/fitting.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chip, Chips } from '../../design/chip.tsx'
import { Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { RISK_TONES, type ServerDetail, type Tool } from './server-state.ts'
import { sourceOf } from './tool-words.ts'

const RANKS = { high: 0, medium: 1, low: 2 } as const

const COLUMNS: readonly Column<Tool>[] = [
  {
    id: 'name',
    header: 'Tool',
    width: 'minmax(9rem, 1.5fr)',
    cell: (tool) => (
      <span className="servers-tool" title={tool.name}>
        <Signs tool={tool} />
        <code className="cut">
          <VisibleText text={tool.name} />
        </code>
      </span>
    ),
    sort: ({ name }) => name,
  },
  {
    id: 'effects',
    header: 'Effects',
    width: 'minmax(7rem, 1fr)',
    cell: ({ classification: { effects } }) => <Chips of={effects} />,
    sort: ({ classification: { effects } }) => effects.join(' '),
  },
  {
    id: 'risk',
    header: 'Risk',
    width: '5rem',
    cell: ({ classification: { risk } }) => <Chip tone={RISK_TONES[risk] ?? 'plain'}>{risk}</Chip>,
    sort: ({ classification: { risk } }) => RANKS[risk],
  },
  {
    id: 'reads',
    header: 'Reads',
    width: 'minmax(6rem, 1fr)',
    cell: ({ classification: { reads } }) =>
      reads.length === 0 ? <span className="quiet">not said</span> : <Chips of={reads} />,
    sort: ({ classification: { reads } }) => reads.join(' '),
  },
  {
    id: 'trust',
    header: 'Results',
    width: '5.5rem',
    cell: ({ classification: { trust } }) => trust,
    sort: ({ classification: { trust } }) => trust,
  },
  {
    id: 'source',
    header: 'Classes from',
    width: '8rem',
    cell: (tool) => (
      <span className={tool.classed === 'inferred' ? 'quiet' : undefined}>{sourceOf(tool)}</span>
    ),
    sort: (tool) => sourceOf(tool),
  },
]

function Signs({ tool: { hidden, contradictions } }: { readonly tool: Tool }): ReactNode {
  return (
    <>
      {hidden.length > 0 && (
        <EyeOff className="servers-sign" role="img" aria-label="hides characters" />
      )}
      {contradictions.length > 0 && (
        <TriangleAlert className="servers-sign" role="img" aria-label="contradicts itself" />
      )}
    </>
  )
}

/** The tools of a server, and what each does to the world. */
export function ToolTable({ server }: { readonly server: ServerDetail }): ReactNode {
  const { name, toolList, state } = server
  const { part, search: filters } = usePlace()
  const [search = ''] = useFilter('q')
  const [source] = useFilter('from')
  const [risk] = useFilter('risk')
  const go = useGo()
  const rows = useMemo(() => {
    const wanted = toolList.filter(
      ({ classed, classification }) =>
        (source === undefined || classed === source) &&
        (risk === undefined || classification.risk === risk),
    )
    return fitting(
      wanted,
      search,
      (tool) => `${tool.name} ${tool.classification.effects.join(' ')}`,
    )
  }, [toolList, search, source, risk])
  return (
    <Section title={`Tools (${toolList.length})`}>
      <FilterBar
        search={{ name: 'q', placeholder: 'Tool or effect' }}
        filters={[
          {
            name: 'risk',
            label: 'Risk',
            choices: ['high', 'medium', 'low'].map((value) => ({ value, label: value })),
          },
          {
            name: 'from',
            label: 'Classes from',
            choices: [
              { value: 'inferred', label: 'an inference' },
              { value: 'configuration', label: 'the configuration' },
              { value: 'console', label: 'the console' },
            ],
          },
        ]}
      />
      <Table
        label="Tools"
        columns={COLUMNS}
        rows={rows}
        idOf={(tool) => tool.name}
        openId={part}
        onOpen={(tool) => go({ page: 'servers', item: name, part: tool.name, search: filters })}
        empty={<NoTools listed={state.listed} any={toolList.length > 0} />}
      />
    </Section>
  )
}

function NoTools({ listed, any }: { readonly listed: boolean; readonly any: boolean }): ReactNode {
  if (any) return <EmptyState icon={Wrench} title="No tool fits these filters" />
  return (
    <EmptyState icon={Wrench} title={listed ? 'It offers no tools' : 'Its tools are not known yet'}>
      {listed
        ? 'Its list was read to the end, and it was empty.'
        : 'They are listed when a client first asks for them, or when somebody asks the server again.'}
    </EmptyState>
  )
}
