import { Bot } from 'lucide-react'
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
import { AgentDrawer } from './agent-drawer.tsx'
import { NewAgent } from './new-agent.tsx'
import { useRows } from './use-rows.ts'

type Agent = Output<'agents.list'>['items'][number]

const COLUMNS: readonly Column<Agent>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(10rem, 1.2fr)',
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
    id: 'owner',
    header: 'Owner',
    width: '9rem',
    cell: ({ owner }) => <code>{owner}</code>,
    sort: ({ owner }) => owner,
  },
  { id: 'scopes', header: 'Scopes', cell: ({ scopes }) => <Chips of={scopes} /> },
  {
    id: 'seen',
    header: 'Last seen',
    width: '7rem',
    cell: ({ seen }) => <Time at={seen} />,
    sort: ({ seen }) => seen ?? '',
  },
]

/** Machine identities. */
export function AgentsTab(): ReactNode {
  const { part, search } = usePlace()
  const [view] = useFilter('show')
  const go = useGo()
  const list = useList('agents.list', { limit: '200', ...narrowed(view) })
  const rows = useRows(list.items, ({ id, name, owner }) => `${id} ${name} ${owner}`)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name, id or owner' }}
          filters={[
            {
              name: 'show',
              label: 'Show',
              choices: [
                { value: 'active', label: 'active' },
                { value: 'disabled', label: 'disabled' },
                { value: 'orphans', label: 'without an active owner' },
              ],
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="agents"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'identity', item: 'agents', part: id, search })}
        empty={
          <EmptyState icon={Bot} title="No agent here" action={<NewAgent />}>
            An agent is a program with an identity of its own, a purpose, and somebody who answers
            for it.
          </EmptyState>
        }
      />
      {part !== undefined && <AgentDrawer key={part} id={part} />}
    </>
  )
}

function narrowed(view: string | undefined) {
  if (view === 'orphans') return { orphans: 'true' } as const
  if (view === 'active') return { status: 'active' } as const
  return view === 'disabled' ? ({ status: 'disabled' } as const) : {}
}
