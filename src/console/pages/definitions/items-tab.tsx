import { FileDiff } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useList } from '../../api/lists.ts'
import { useRead } from '../../api/queries.ts'
import { fitting } from '../../app/fitting.ts'
import { PlaceLink, useFilter, useGo, usePlace } from '../../app/place.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { SeverityChip, StatusChip, VerdictChip } from './chips.tsx'
import { itemPlace } from './item-address.ts'
import { ItemDrawer } from './item-drawer.tsx'
import {
  CAUSES,
  counted,
  KINDS,
  nameOf,
  SEVERITY_RANKS,
  STATUS_RANKS,
  type Version,
} from './words.ts'

const COLUMNS: readonly Column<Version>[] = [
  {
    id: 'name',
    header: 'Definition',
    width: 'minmax(11rem, 2fr)',
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
    width: 'minmax(7rem, 1fr)',
    cell: ({ server }) => server,
    sort: ({ server }) => server,
  },
  {
    id: 'kind',
    header: 'Kind',
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ kind }) => <span className="quiet">{KINDS[kind]}</span>,
    sort: ({ kind }) => KINDS[kind],
  },
  {
    id: 'status',
    header: 'Status',
    width: '7.5rem',
    cell: ({ status }) => <StatusChip status={status} />,
    sort: ({ status }) => STATUS_RANKS[status],
  },
  {
    id: 'cause',
    header: 'Why it came',
    width: '8.5rem',
    cell: ({ cause, listed }) => (
      <>
        {CAUSES[cause]}
        {!listed && <span className="quiet">, gone</span>}
      </>
    ),
    sort: ({ cause }) => CAUSES[cause],
  },
  {
    id: 'verdict',
    header: 'Verdict',
    width: '8rem',
    cell: ({ verdict }) => <VerdictChip verdict={verdict} />,
    sort: ({ verdict }) => ['poisoned', 'review', 'clean'].indexOf(verdict),
  },
  {
    id: 'findings',
    header: 'Findings',
    width: '8rem',
    cell: ({ findings, worst }) =>
      worst === undefined ? (
        ''
      ) : (
        <>
          <SeverityChip severity={worst} /> <span className="quiet">× {findings}</span>
        </>
      ),
    sort: ({ worst }) => (worst === undefined ? 9 : SEVERITY_RANKS[worst]),
  },
  {
    id: 'seen',
    header: 'Seen',
    width: '7rem',
    cell: ({ seen }) => <Time at={seen} />,
    sort: ({ seen }) => seen,
  },
]

const STATUSES = [
  { value: 'quarantined', label: 'waits' },
  { value: 'approved', label: 'approved' },
  { value: 'rejected', label: 'rejected' },
  { value: 'superseded', label: 'replaced' },
]

/** Definitions of all servers: those that wait first. */
export function ItemsTab(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [server] = useFilter('server')
  const [status] = useFilter('status')
  const [kind] = useFilter('kind')
  const [text = ''] = useFilter('q')
  const servers = useRead('servers.list', {}).data?.servers ?? []
  const list = useList(
    'definitions.list',
    {
      limit: '200',
      ...(server === undefined ? {} : { server }),
      ...(kind === undefined ? {} : { kind: kind as Version['kind'] }),
      ...(status === undefined ? {} : { status: status as Version['status'], history: 'true' }),
    },
    { every: 15_000 },
  )
  const rows = useMemo(() => {
    const sorted = list.items.toSorted(
      (one, other) => STATUS_RANKS[one.status] - STATUS_RANKS[other.status],
    )
    return fitting(sorted, text, (row) => `${nameOf(row)} ${row.server}`)
  }, [list.items, text])
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name or server' }}
          filters={[
            { name: 'status', label: 'Status', choices: STATUSES },
            {
              name: 'server',
              label: 'Server',
              choices: servers.map(({ name }) => ({ value: name, label: name })),
            },
            {
              name: 'kind',
              label: 'Kind',
              choices: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
            },
          ]}
        >
          <Waiting rows={list.items} />
        </FilterBar>
      </div>
      <ListView
        list={list}
        rows={rows}
        what="definitions"
        columns={COLUMNS}
        idOf={idOf}
        openId={part === undefined ? undefined : `${part} ${search['name'] ?? ''}`}
        onOpen={(row) => go(itemPlace(row, search))}
        empty={<NoRows filtered={list.items.length > 0 || status !== undefined} />}
      />
      {part !== undefined && <ItemDrawer key={`${part} ${search['name'] ?? ''}`} part={part} />}
    </>
  )
}

function idOf({ server, kind, digest, name }: Version): string {
  return `${server}.${kind}.${digest} ${name}`
}

function Waiting({ rows }: { readonly rows: readonly Version[] }): ReactNode {
  const waiting = rows.filter(({ status }) => status === 'quarantined').length
  if (waiting === 0) return null
  return (
    <span className="definitions-waiting" role="status">
      {counted(waiting, 'definition')} {waiting === 1 ? 'waits' : 'wait'}
    </span>
  )
}

function NoRows({ filtered }: { readonly filtered: boolean }): ReactNode {
  if (filtered) return <EmptyState icon={FileDiff} title="No definition fits these filters" />
  return (
    <EmptyState
      icon={FileDiff}
      title="No definition was seen yet"
      action={
        <PlaceLink to={{ page: 'servers' }} className="button">
          See the servers
        </PlaceLink>
      }
    >
      What a server tells models of its tools is pinned when it is listed for the first time. From
      then on every change waits here.
    </EmptyState>
  )
}
