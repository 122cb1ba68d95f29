import { SearchX } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { Input } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useGo, usePlace } from '../../app/place.tsx'
import type { Search } from '../../app/search-text.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { TimeFilter } from '../../design/time-filter.tsx'
import { rangeIn } from '../../design/time-span.ts'
import { VisibleText } from '../../design/visible-text.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { type Event, OutcomeChip, subjectIn } from './event-parts.tsx'
import { EVENT_WORDS, eventWords } from './event-words.ts'
import { ExactFilters } from './exact-filters.tsx'
import { When } from './when.tsx'

type Query = Omit<Input<'events.list'>, 'cursor'>

const COLUMNS: readonly Column<Event>[] = [
  {
    id: 'seq',
    header: 'Record',
    width: '4.5rem',
    end: true,
    cell: ({ seq }) => <span className="quiet">{seq}</span>,
  },
  { id: 'at', header: 'When', width: '9.5rem', cell: ({ at }) => <When at={at} /> },
  {
    id: 'event',
    header: 'Event',
    width: 'minmax(10rem, 1.2fr)',
    cell: ({ event }) => <span title={event}>{eventWords(event)}</span>,
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '7rem',
    cell: ({ outcome }) => <OutcomeChip outcome={outcome} />,
  },
  {
    id: 'subject',
    header: 'About',
    width: 'minmax(8rem, 1fr)',
    cell: ({ subject }) => (subject === null ? '' : <VisibleText text={subject} />),
  },
  {
    id: 'client',
    header: 'Client',
    width: 'minmax(7rem, 1fr)',
    cell: ({ client }) => (client === null ? '' : <VisibleText text={client} />),
  },
  {
    id: 'target',
    header: 'What was acted on',
    width: 'minmax(9rem, 1.4fr)',
    cell: ({ target }) =>
      target === undefined ? (
        ''
      ) : (
        <code title={target}>
          <VisibleText text={target} />
        </code>
      ),
  },
  {
    id: 'by',
    header: 'Done by',
    width: 'minmax(7rem, 1fr)',
    cell: ({ by }) => <VisibleText text={subjectIn(by) ?? ''} />,
  },
]

/** Searches the records of what happened besides calls. */
export function EventsTab(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [now] = useState(() => Date.now())
  const input = useMemo(() => queryIn(search, now), [search, now])
  const list = useList('events.list', input)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          filters={[
            {
              name: 'event',
              label: 'Event',
              choices: Object.entries(EVENT_WORDS).map(([value, label]) => ({ value, label })),
            },
            {
              name: 'outcome',
              label: 'Outcome',
              choices: [
                { value: 'done', label: 'done' },
                { value: 'refused', label: 'refused' },
              ],
            },
          ]}
        >
          <TimeFilter />
          <ExactFilters names={{ subject: 'about', client: 'client' }} />
        </FilterBar>
      </div>
      <ListView
        list={list}
        what="events"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'records', item: 'events', part: id, search })}
        empty={<EmptyState icon={SearchX} title="No event fits these filters" />}
      />
      {part !== undefined && <EventDrawer key={part} id={part} />}
    </>
  )
}

function queryIn(search: Search, now: number): Query {
  const { event, outcome, subject, client } = search
  const given = Object.entries({ event, outcome, subject, client }).filter(
    ([, value]) => value !== undefined,
  )
  return { limit: '100', ...rangeIn(search, now), ...Object.fromEntries(given) } as Query
}
