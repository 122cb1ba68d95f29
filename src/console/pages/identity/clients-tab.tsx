import { AppWindow } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chip, StateChip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ClientDrawer } from './client-drawer.tsx'
import { NewClient } from './new-client.tsx'
import { useRows } from './use-rows.ts'

type Client = Output<'clients.list'>['items'][number]

const COLUMNS: readonly Column<Client>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(11rem, 1.2fr)',
    cell: ({ name }) => <VisibleText text={name} />,
    sort: ({ name }) => name.toLowerCase(),
  },
  {
    id: 'id',
    header: 'Id',
    width: 'minmax(10rem, 1.6fr)',
    cell: ({ id }) => (
      <code>
        <VisibleText text={id} />
      </code>
    ),
    sort: ({ id }) => id,
  },
  {
    id: 'trust',
    header: 'Known by',
    width: '9rem',
    cell: ({ trust }) => <Chip>{trust}</Chip>,
    sort: ({ trust }) => trust,
  },
  {
    id: 'status',
    header: 'Status',
    width: '7rem',
    cell: ({ status }) => <StateChip state={status} />,
    sort: ({ status }) => status,
  },
  {
    id: 'used',
    header: 'Last used',
    width: '7rem',
    cell: ({ used }) => <Time at={used} />,
    sort: ({ used }) => used ?? '',
  },
]

/** Programs that ask for access. */
export function ClientsTab(): ReactNode {
  const { part, search } = usePlace()
  const [status] = useFilter('status')
  const go = useGo()
  const list = useList('clients.list', { limit: '200' })
  const fitting = useRows(list.items, ({ id, name }) => `${id} ${name}`)
  const rows = status === undefined ? fitting : fitting.filter((one) => one.status === status)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name or id' }}
          filters={[
            {
              name: 'status',
              label: 'Status',
              choices: [
                { value: 'active', label: 'active' },
                { value: 'disabled', label: 'disabled' },
              ],
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="clients"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'identity', item: 'clients', part: id, search })}
        empty={
          <EmptyState icon={AppWindow} title="No client yet" action={<NewClient />}>
            Clients appear by themselves when somebody connects one, or an operator vouches for
            them.
          </EmptyState>
        }
      />
      {part !== undefined && <ClientDrawer key={part} id={part} />}
    </>
  )
}
