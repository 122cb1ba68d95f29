import { Cable } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useList } from '../../api/lists.ts'
import { fitting } from '../../app/fitting.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chips } from '../../design/chip.tsx'
import { Drawer } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ConnectButton, DisconnectButton } from './actions.tsx'
import { ConnectionFacts } from './connection-facts.tsx'
import { StatusChip } from './status-chip.tsx'
import type { Connection } from './view.ts'
import { issuerHost } from './way-out.ts'
import { ownerWords, STATUSES } from './words.ts'

const COLUMNS: readonly Column<Connection>[] = [
  {
    id: 'server',
    header: 'Server',
    width: '10rem',
    cell: ({ server }) => <code>{server}</code>,
    sort: ({ server }) => server,
  },
  {
    id: 'owner',
    header: 'Whose',
    width: '10rem',
    cell: ({ owner }) => <VisibleText text={ownerWords(owner)} />,
    sort: ({ owner }) => owner,
  },
  {
    id: 'status',
    header: 'Status',
    width: '9rem',
    cell: ({ status }) => <StatusChip status={status} />,
    sort: ({ status }) => status,
  },
  {
    id: 'issuer',
    header: 'Authorization server',
    width: 'minmax(11rem, 1fr)',
    cell: ({ issuer }) => <VisibleText text={issuerHost(issuer)} />,
    sort: ({ issuer }) => issuerHost(issuer),
  },
  {
    id: 'scopes',
    header: 'Scopes',
    width: 'minmax(9rem, 1.4fr)',
    cell: ({ scopes }) => <Chips of={scopes} />,
  },
  {
    id: 'used',
    header: 'Last use',
    width: '8rem',
    cell: ({ used }) => <Time at={used} />,
    sort: ({ used }) => used ?? '',
  },
]

const STATUS_FILTER = {
  name: 'status',
  label: 'Status',
  choices: (['connected', 'reauth_required', 'disconnected'] as const).map((value) => ({
    value,
    label: STATUSES[value].word.toLowerCase(),
  })),
}

/** The connections of all, for administrators. */
export function Everybody(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [typed = ''] = useFilter('q')
  const [status] = useFilter('status')
  const list = useList('connections.list', { limit: '200' })
  const rows = useMemo(
    () =>
      fitting(
        list.items.filter((one) => status === undefined || one.status === status),
        typed,
        ({ server, owner, issuer }) => `${server} ${owner} ${issuer}`,
      ),
    [list.items, status, typed],
  )
  const open = list.items.find((one) => idOf(one) === part)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Server, owner or issuer' }}
          filters={[STATUS_FILTER]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="connections"
        columns={COLUMNS}
        idOf={idOf}
        openId={part}
        onOpen={(row) => go({ page: 'connections', item: 'all', part: idOf(row), search })}
        empty={
          <EmptyState icon={Cable} title="No connection here">
            Connections appear as soon as people connect to servers that want to know who a call is
            for.
          </EmptyState>
        }
      />
      {open !== undefined && (
        <ConnectionDrawer
          connection={open}
          onClose={() => go({ page: 'connections', item: 'all', search })}
        />
      )}
    </>
  )
}

function ConnectionDrawer({
  connection,
  onClose,
}: {
  readonly connection: Connection
  readonly onClose: () => void
}): ReactNode {
  const { server, owner, status } = connection
  return (
    <Drawer open eyebrow="Connection" title={server} onClose={onClose}>
      <p>
        <StatusChip status={status} /> <span className="quiet">of {ownerWords(owner)}</span>
      </p>
      <ConnectionFacts connection={connection} />
      <div className="actions">
        {owner === 'shared' && (status !== 'connected' || connection.wanted.length > 0) && (
          <ConnectButton server={server} again={status !== 'disconnected'} />
        )}
        {status !== 'disconnected' && <DisconnectButton connection={connection} onDone={onClose} />}
      </div>
    </Drawer>
  )
}

function idOf({ server, owner }: Connection): string {
  return `${server}~${owner}`
}
