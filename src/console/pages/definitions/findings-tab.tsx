import { SearchCheck } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useList } from '../../api/lists.ts'
import { useRead } from '../../api/queries.ts'
import { fitting } from '../../app/fitting.ts'
import { PlaceLink, useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Drawer, Facts } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { Pointer } from './changes.tsx'
import { FindingStateChip, SeverityChip, StatusChip } from './chips.tsx'
import { PassageView } from './finding-card.tsx'
import { itemPlace } from './item-address.ts'
import { TriageActions, TriageLine } from './triage.tsx'
import { KINDS, nameOf, SEVERITY_RANKS, type Triaged } from './words.ts'

const COLUMNS: readonly Column<Triaged>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: '6rem',
    cell: ({ finding }) => <SeverityChip severity={finding.severity} />,
    sort: ({ finding }) => SEVERITY_RANKS[finding.severity],
  },
  {
    id: 'why',
    header: 'Finding',
    width: 'minmax(14rem, 3fr)',
    cell: ({ finding }) => <span title={finding.why}>{finding.why}</span>,
    sort: ({ finding }) => finding.why,
  },
  {
    id: 'in',
    header: 'In',
    width: 'minmax(9rem, 1.4fr)',
    cell: (row) => (
      <b>
        <VisibleText text={nameOf(row)} />
      </b>
    ),
    sort: nameOf,
  },
  {
    id: 'server',
    header: 'Server',
    width: 'minmax(6rem, 1fr)',
    cell: ({ server }) => server,
    sort: ({ server }) => server,
  },
  {
    id: 'status',
    header: 'Definition',
    width: '7.5rem',
    cell: ({ status }) => <StatusChip status={status} />,
    sort: ({ status }) => status,
  },
  {
    id: 'state',
    header: 'State',
    width: '8rem',
    cell: ({ state }) => <FindingStateChip state={state} />,
    sort: ({ state }) => state,
  },
]

const STATES = ['open', 'accepted', 'expired'] as const

/** What is wrong with definitions that wait or count, and what people live with. */
export function FindingsTab(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [server] = useFilter('server')
  const [state] = useFilter('state')
  const [text = ''] = useFilter('q')
  const servers = useRead('servers.list', {}).data?.servers ?? []
  const list = useList('findings.list', {
    limit: '200',
    ...(server === undefined ? {} : { server }),
    ...(state === undefined ? {} : { state: state as Triaged['state'] }),
  })
  const rows = useMemo(
    () =>
      fitting(
        list.items,
        text,
        (row) => `${row.finding.why} ${row.finding.rule} ${nameOf(row)} ${row.server}`,
      ),
    [list.items, text],
  )
  const open = list.items.find((row) => idOf(row) === part)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Finding, rule or name' }}
          filters={[
            {
              name: 'state',
              label: 'State',
              choices: STATES.map((value) => ({ value, label: value })),
            },
            {
              name: 'server',
              label: 'Server',
              choices: servers.map(({ name }) => ({ value: name, label: name })),
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="findings"
        columns={COLUMNS}
        idOf={idOf}
        openId={part}
        onOpen={(row) => go({ page: 'definitions', item: 'findings', part: idOf(row), search })}
        empty={<NoRows filtered={Object.keys(search).length > 0} />}
      />
      {part !== undefined && !list.loading && (
        <Drawer
          open
          eyebrow="Finding"
          title={open?.finding.why ?? 'No such finding'}
          onClose={() => go({ page: 'definitions', item: 'findings', search })}
        >
          {open === undefined ? (
            <EmptyState icon={SearchCheck} title="It is not among those that are shown">
              What it was found in may have gone, or was replaced.
            </EmptyState>
          ) : (
            <Detail row={open} />
          )}
        </Drawer>
      )}
    </>
  )
}

function idOf({ fingerprint, digest }: Triaged): string {
  return `${fingerprint}.${digest}`
}

function Detail({ row }: { readonly row: Triaged }): ReactNode {
  const { finding, state, server, kind } = row
  return (
    <>
      <div className="definitions-change-head">
        <SeverityChip severity={finding.severity} />
        <FindingStateChip state={state} />
        <TriageActions triaged={row} />
      </div>
      <TriageLine triaged={row} />
      <PassageView finding={finding} />
      <Facts
        rows={[
          [
            'In',
            <PlaceLink key="in" to={itemPlace(row)}>
              <VisibleText text={nameOf(row)} />
            </PlaceLink>,
          ],
          ['Which is', `${KINDS[kind]} of ${server}`],
          ['At', <Pointer key="at" at={finding.at} />],
          ['Rule', <code key="rule">{finding.rule}</code>],
          ['Certainty', finding.certainty],
          ['Control', finding.control],
        ]}
      />
    </>
  )
}

function NoRows({ filtered }: { readonly filtered: boolean }): ReactNode {
  if (filtered) return <EmptyState icon={SearchCheck} title="No finding fits these filters" />
  return (
    <EmptyState
      icon={SearchCheck}
      title="Nothing was found"
      action={
        <PlaceLink to={{ page: 'definitions' }} className="button">
          See the definitions
        </PlaceLink>
      }
    >
      No definition that waits or counts holds anything that the analysis finds wrong.
    </EmptyState>
  )
}
