import { Webhook } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useFilter } from '../../app/place.tsx'
import { Chip, type Tone } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'

type Message = Output<'webhooks.list'>['items'][number]

const STATES = ['due', 'sent', 'failed'] as const
const TONES: Readonly<Record<string, Tone>> = { due: 'wait', sent: 'good', failed: 'bad' }

const COLUMNS: readonly Column<Message>[] = [
  { id: 'event', header: 'Event', cell: ({ event }) => event, sort: ({ event }) => event },
  {
    id: 'endpoint',
    header: 'To',
    cell: ({ endpoint }) => <code>{endpoint}</code>,
    sort: ({ endpoint }) => endpoint,
  },
  {
    id: 'state',
    header: 'State',
    width: '7rem',
    cell: ({ state }) => <Chip tone={TONES[state] ?? 'plain'}>{state}</Chip>,
    sort: ({ state }) => state,
  },
  {
    id: 'status',
    header: 'Answered',
    width: '6rem',
    end: true,
    cell: ({ status }) => status ?? '',
  },
  {
    id: 'attempts',
    header: 'Tries',
    width: '5rem',
    end: true,
    cell: ({ attempts }) => attempts,
    sort: ({ attempts }) => attempts,
  },
  {
    id: 'created',
    header: 'Made',
    width: '7rem',
    cell: ({ created }) => <Time at={created} />,
    sort: ({ created }) => created,
  },
  {
    id: 'due',
    header: 'Next try',
    width: '7rem',
    cell: ({ state, due }) => state === 'due' && <Time at={due} />,
  },
]

/** Webhooks and chat messages: what is due, what was sent, what failed. */
export function MessagesTab(): ReactNode {
  const [wanted] = useFilter('state')
  const state = STATES.find((one) => one === wanted)
  const list = useList('webhooks.list', { limit: '100', ...(state === undefined ? {} : { state }) })
  return (
    <>
      <div className="list-bar">
        <FilterBar
          filters={[
            {
              name: 'state',
              label: 'State',
              choices: STATES.map((value) => ({ value, label: value })),
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        what="messages"
        columns={COLUMNS}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={Webhook} title="No message to anybody">
            With <code>webhooks</code> in the configuration others hear of requests for approval and
            of what is refused.
          </EmptyState>
        }
      />
    </>
  )
}
