import { ScrollText, SearchX } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { Input, Output } from '../../api/call.ts'
import { type Listed, useList } from '../../api/lists.ts'
import { useRead } from '../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import type { Search } from '../../app/search-text.ts'
import { Button } from '../../design/button.tsx'
import { StateChip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { TimeFilter } from '../../design/time-filter.tsx'
import { rangeIn } from '../../design/time-span.ts'
import { VisibleText } from '../../design/visible-text.tsx'
import { CallDrawer } from './call-drawer.tsx'
import { ExactFilters } from './exact-filters.tsx'
import { VerdictChip } from './verdict-chip.tsx'
import { When } from './when.tsx'

type Call = Output<'calls.list'>['items'][number]
type Query = Omit<Input<'calls.list'>, 'cursor'>

const OUTCOMES = {
  answered: 'answered',
  asked: 'asked a human',
  tool_error: 'tool error',
  denied: 'denied',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<NonNullable<Query['outcome']>, string>

const EFFECTS = {
  permit: 'permitted',
  observed: 'would deny',
  ask: 'asked',
  deny: 'denied',
} as const satisfies Record<NonNullable<Query['effect']>, string>

/** Members of a search that only links name. */
const EXACT = {
  target: 'target',
  subject: 'for',
  client: 'client',
  grant: 'grant',
  policy: 'policy',
} as const

const COLUMNS: readonly Column<Call>[] = [
  {
    id: 'seq',
    header: 'Record',
    width: '4.5rem',
    end: true,
    cell: ({ seq }) => <span className="quiet">{seq}</span>,
  },
  { id: 'at', header: 'When', width: '9.5rem', cell: ({ at }) => <When at={at} /> },
  {
    id: 'target',
    header: 'What',
    width: 'minmax(11rem, 2fr)',
    cell: ({ server, target }) => (
      <code title={`${server}:${target}`}>
        <span className="quiet">{server}:</span>
        <VisibleText text={target} />
      </code>
    ),
  },
  {
    id: 'subject',
    header: 'For',
    width: 'minmax(8rem, 1fr)',
    cell: ({ subject, actors }) => (
      <span title={[subject, ...actors].join(' ← ')}>
        <VisibleText text={subject ?? 'nobody known'} />
        {actors.length > 0 && <span className="quiet"> by {actors.join(', ')}</span>}
      </span>
    ),
  },
  {
    id: 'client',
    header: 'Client',
    width: 'minmax(7rem, 1fr)',
    cell: ({ client, claims }) => <VisibleText text={client ?? claims} />,
  },
  {
    id: 'verdict',
    header: 'Decision',
    width: '7.5rem',
    cell: ({ verdict }) => <VerdictChip verdict={verdict} />,
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '7.5rem',
    cell: ({ outcome }) =>
      outcome === null ? <span className="quiet">no end</span> : <StateChip state={outcome} />,
  },
]

/** Searches the records of calls. */
export function CallsTab(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [now] = useState(() => Date.now())
  const input = useMemo(() => queryIn(search, now), [search, now])
  const list = useList('calls.list', input)
  const servers = useRead('servers.list', {})
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'text', placeholder: 'Begins: id, server, tool, user, client' }}
          filters={[
            {
              name: 'server',
              label: 'Server',
              choices: (servers.data?.servers ?? []).map(({ name }) => ({
                value: name,
                label: name,
              })),
            },
            { name: 'effect', label: 'Decision', choices: choices(EFFECTS) },
            { name: 'outcome', label: 'Outcome', choices: choices(OUTCOMES) },
          ]}
        >
          <TimeFilter />
          <ExactFilters names={EXACT} />
        </FilterBar>
      </div>
      <ListView
        list={list}
        what="calls"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'records', item: 'calls', part: id, search })}
        empty={<NoCalls list={list} narrowed={Object.keys(input).length > 1} />}
      />
      {part !== undefined && <CallDrawer key={part} id={part} />}
    </>
  )
}

function choices(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}

/** What an address asks for. A value that nothing can have is left to the gateway to refuse. */
function queryIn(search: Search, now: number): Query {
  const { text, server, effect, outcome } = search
  const named = { text, server, effect, outcome }
  const exact = Object.fromEntries(Object.keys(EXACT).map((name) => [name, search[name]]))
  const given = Object.entries({ ...named, ...exact }).filter(([, value]) => value !== undefined)
  return { limit: '100', ...rangeIn(search, now), ...Object.fromEntries(given) } as Query
}

function NoCalls({
  list,
  narrowed,
}: {
  readonly list: Listed<Call>
  readonly narrowed: boolean
}): ReactNode {
  if (list.more)
    return (
      <EmptyState
        icon={SearchX}
        title="Nothing among the newest records"
        action={
          <Button look="main" busy={list.loadingMore} onClick={list.loadMore}>
            Search further back
          </Button>
        }
      >
        A search looks at so many records at a time. Older ones may fit.
      </EmptyState>
    )
  if (narrowed) return <EmptyState icon={SearchX} title="No call fits these filters" />
  return (
    <EmptyState
      icon={ScrollText}
      title="No call yet"
      action={
        <PlaceLink to={{ page: 'servers' }} className="button">
          See the servers
        </PlaceLink>
      }
    >
      Connect a client to <code>/mcp</code>: every call it makes stands here, whether it was let
      through or not.
    </EmptyState>
  )
}
