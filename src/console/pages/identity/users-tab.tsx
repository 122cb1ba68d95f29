import { UserPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chips, StateChip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { NewUser } from './new-user.tsx'
import { useRows } from './use-rows.ts'
import { UserDrawer } from './user-drawer.tsx'

type User = Output<'users.list'>['items'][number]

const COLUMNS: readonly Column<User>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(12rem, 1.4fr)',
    cell: ({ name }) => <VisibleText text={name} />,
    sort: ({ name }) => name.toLowerCase(),
  },
  { id: 'id', header: 'Id', cell: ({ id }) => <code>{id}</code>, sort: ({ id }) => id },
  {
    id: 'status',
    header: 'Status',
    width: '7rem',
    cell: ({ status }) => <StateChip state={status} />,
    sort: ({ status }) => status,
  },
  {
    id: 'groups',
    header: 'Groups',
    width: 'minmax(8rem, 1.4fr)',
    cell: ({ groups }) => <Chips of={groups} />,
  },
  {
    id: 'provider',
    header: 'Signs in with',
    width: '8rem',
    cell: ({ provider }) => provider ?? 'this gateway',
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: '7rem',
    cell: ({ seen }) => <Time at={seen} />,
    sort: ({ seen }) => seen ?? '',
  },
]

/** People. */
export function UsersTab(): ReactNode {
  const { part } = usePlace()
  const [status] = useFilter('status')
  const [group] = useFilter('group')
  const go = useGo()
  const { search } = usePlace()
  const list = useList('users.list', {
    limit: '200',
    ...(status === 'active' || status === 'disabled' ? { status } : {}),
    ...(group === undefined ? {} : { group }),
  })
  const rows = useRows(list.items, ({ id, name, groups }) => `${id} ${name} ${groups.join(' ')}`)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name, id or group' }}
          filters={[
            {
              name: 'status',
              label: 'Status',
              choices: [
                { value: 'active', label: 'active' },
                { value: 'disabled', label: 'disabled' },
              ],
            },
            {
              name: 'group',
              label: 'Group',
              choices: ['owners', 'operators', 'approvers', 'auditors'].map((value) => ({
                value,
                label: value,
              })),
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="users"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'identity', item: 'users', part: id, search })}
        empty={
          <EmptyState icon={UserPlus} title="Nobody fits" action={<NewUser />}>
            Take a filter out, or let somebody in.
          </EmptyState>
        }
      />
      {part !== undefined && <UserDrawer key={part} id={part} />}
    </>
  )
}
