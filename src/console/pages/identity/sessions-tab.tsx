import { MonitorSmartphone } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useChange } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { PlaceLink } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { Chip, Chips } from '../../design/chip.tsx'
import { type Asked, useConfirm } from '../../design/confirm.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { useRows } from './use-rows.ts'

type Session = Output<'sessions.list'>['items'][number]

/** Browsers in which people are logged in. */
export function SessionsTab(): ReactNode {
  const may = useMay('identity.write')
  const me = useMe()
  const { ask, dialog } = useConfirm()
  const list = useList('sessions.list', { limit: '200' })
  const { mutateAsync: end } = useChange('sessions.end')
  const rows = useRows(list.items, ({ id, user }) => `${id} ${user}`)
  const columns = useMemo(
    () => columnsFor(me?.session, may ? (asked) => ask(asked) : undefined, (id) => end({ id })),
    [me?.session, may, end],
  )
  return (
    <>
      <div className="list-bar">
        <FilterBar search={{ name: 'q', placeholder: 'User' }} filters={[]} />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="sessions"
        columns={columns}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={MonitorSmartphone} title="Nobody is logged in">
            Somebody who signs in with a browser appears here.
          </EmptyState>
        }
      />
      {dialog}
    </>
  )
}

function columnsFor(
  own: string | undefined,
  ask: ((asked: Asked) => void) | undefined,
  end: (id: string) => Promise<unknown>,
): readonly Column<Session>[] {
  return [
    {
      id: 'user',
      header: 'User',
      cell: ({ id, user }) => (
        <>
          <PlaceLink to={{ page: 'identity', item: 'users', part: user }}>{user}</PlaceLink>{' '}
          {id === own && <Chip tone="accent">this browser</Chip>}
        </>
      ),
      sort: ({ user }) => user,
    },
    { id: 'methods', header: 'Proved by', cell: ({ methods }) => <Chips of={methods} /> },
    {
      id: 'begun',
      header: 'Since',
      width: '8rem',
      cell: ({ begun }) => <Time at={begun} />,
      sort: ({ begun }) => begun,
    },
    { id: 'expires', header: 'Ends', width: '8rem', cell: ({ expires }) => <Time at={expires} /> },
    {
      id: 'end',
      header: 'Action',
      width: '7rem',
      end: true,
      cell: ({ id, user }) =>
        ask !== undefined && (
          <Button
            size="small"
            look="danger"
            onClick={() =>
              ask({
                title: `End this session of ${user}?`,
                verb: 'End the session',
                words: 'The browser is logged out, and what its pages have open ends.',
                run: () => end(id),
              })
            }
          >
            End
          </Button>
        ),
    },
  ]
}
