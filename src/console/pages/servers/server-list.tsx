import { Server as ServerSign } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useRead } from '../../api/queries.ts'
import { fitting } from '../../app/fitting.ts'
import { pageOf } from '../../app/pages.ts'
import { PlaceLink, useFilter, useGo } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { RISK_TONES, reachLine, type Server, stateOf, worstRisk } from './server-state.ts'
import { ServerStateChip } from './state-chip.tsx'

const RANKS: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 }

const COLUMNS: readonly Column<Server>[] = [
  {
    id: 'name',
    header: 'Server',
    width: 'minmax(8rem, 1fr)',
    cell: ({ name }) => <b>{name}</b>,
    sort: ({ name }) => name,
  },
  {
    id: 'reach',
    header: 'Reached by',
    width: 'minmax(10rem, 2fr)',
    cell: ({ reaching }) => (
      <code className="quiet" title={reachLine(reaching)}>
        <VisibleText text={reachLine(reaching)} />
      </code>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '9rem',
    cell: (server) => <ServerStateChip server={server} />,
    sort: (server) => stateOf(server).word,
  },
  {
    id: 'era',
    header: 'Protocol',
    width: '6.5rem',
    cell: ({ claim }) =>
      claim === undefined ? <span className="quiet">unknown</span> : claim.revision,
    sort: ({ claim }) => claim?.revision ?? '',
  },
  {
    id: 'mode',
    header: 'Mode',
    width: '6rem',
    cell: ({ mode }) => <Chip tone={mode === 'observe' ? 'note' : 'plain'}>{mode}</Chip>,
    sort: ({ mode }) => mode,
  },
  {
    id: 'tools',
    header: 'Tools',
    width: '8.5rem',
    cell: (server) => <Tools server={server} />,
    sort: ({ tools }) => tools,
  },
  {
    id: 'risk',
    header: 'Worst risk',
    width: '7rem',
    cell: ({ risks }) => <WorstRisk risks={risks} />,
    sort: ({ risks }) => RANKS[worstRisk(risks) ?? ''] ?? 3,
  },
  {
    id: 'failed',
    header: 'Last error',
    width: 'minmax(9rem, 1.6fr)',
    cell: ({ state: { failed } }) =>
      failed === undefined ? (
        ''
      ) : (
        <span title={failed.message}>
          <VisibleText text={failed.message} />{' '}
          <span className="quiet">
            <Time at={failed.at} />
          </span>
        </span>
      ),
    sort: ({ state: { failed } }) => failed?.at ?? '',
  },
]

/** How many, and of how many nobody stated what they do. */
function Tools({ server: { tools, inferred, state } }: { readonly server: Server }): ReactNode {
  if (tools === 0) return <span className="quiet">{state.listed ? 'none' : 'not listed'}</span>
  return (
    <>
      {tools}
      {inferred > 0 && (
        <span className="quiet">, {inferred === tools ? 'all' : inferred} inferred</span>
      )}
    </>
  )
}

function WorstRisk({ risks }: Pick<Server, 'risks'>): ReactNode {
  const risk = worstRisk(risks)
  if (risk === undefined) return ''
  return (
    <Chip tone={RISK_TONES[risk] ?? 'plain'}>
      {risk} × {risks[risk]}
    </Chip>
  )
}

/** Every server, and how it fares. */
export function ServerList(): ReactNode {
  const { title, purpose } = pageOf('servers')
  const query = useRead('servers.list', {}, { every: 15_000 })
  return (
    <PageFrame fill title={title} purpose={purpose}>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name, address or command' }}
          filters={[
            {
              name: 'state',
              label: 'State',
              choices: ['failing', 'connected', 'idle', 'untried', 'virtual', 'disabled'].map(
                (value) => ({ value, label: value === 'untried' ? 'not reached yet' : value }),
              ),
            },
            {
              name: 'mode',
              label: 'Mode',
              choices: ['enforce', 'observe'].map((value) => ({ value, label: value })),
            },
          ]}
        />
      </div>
      <Loaded query={query} rows={9}>
        {({ servers }) => <Rows servers={servers} />}
      </Loaded>
    </PageFrame>
  )
}

function Rows({ servers }: { readonly servers: readonly Server[] }): ReactNode {
  const [search = ''] = useFilter('q')
  const [state] = useFilter('state')
  const [mode] = useFilter('mode')
  const go = useGo()
  const rows = useMemo(() => {
    const wanted = servers.filter(
      (one) =>
        (state === undefined || stateOf(one).name === state) &&
        (mode === undefined || one.mode === mode),
    )
    return fitting(wanted, search, ({ name, reaching }) => `${name} ${reachLine(reaching)}`)
  }, [servers, search, state, mode])
  return (
    <Table
      main
      label="Servers"
      columns={COLUMNS}
      rows={rows}
      idOf={({ name }) => name}
      onOpen={({ name }) => go({ page: 'servers', item: name })}
      empty={servers.length === 0 ? <NoServers /> : <NoneFits />}
      foot={<p className="load-more quiet">{counted(rows.length)}</p>}
    />
  )
}

function counted(count: number): string {
  return count === 1 ? '1 server' : `${count} servers`
}

function NoServers(): ReactNode {
  return (
    <EmptyState icon={ServerSign} title="No server yet">
      Servers stand under <code>servers</code> in the configuration file;{' '}
      <code>bailiwick connect</code> takes over those of a client. See the{' '}
      <PlaceLink to={{ page: 'settings', item: 'configuration' }}>configuration in force</PlaceLink>
      .
    </EmptyState>
  )
}

function NoneFits(): ReactNode {
  return <EmptyState icon={ServerSign} title="No server fits these filters" />
}
