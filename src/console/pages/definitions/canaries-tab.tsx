import { Bird } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useList } from '../../api/lists.ts'
import { fitting } from '../../app/fitting.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { CanaryDrawer } from './canary-drawer.tsx'
import { CANARY_KINDS, type Canary } from './canary-words.ts'

const COLUMNS: readonly Column<Canary>[] = [
  {
    id: 'place',
    header: 'Planted in',
    width: 'minmax(12rem, 2fr)',
    cell: ({ place }) => (
      <b>
        <VisibleText text={place} />
      </b>
    ),
    sort: ({ place }) => place,
  },
  {
    id: 'kind',
    header: 'Looks like',
    width: 'minmax(9rem, 1fr)',
    cell: ({ kind }) => CANARY_KINDS[kind],
    sort: ({ kind }) => CANARY_KINDS[kind],
  },
  {
    id: 'server',
    header: 'Server',
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ server }) => server ?? <span className="quiet">any</span>,
    sort: ({ server }) => server ?? '',
  },
  {
    id: 'principal',
    header: 'Among the data of',
    width: 'minmax(8rem, 1fr)',
    cell: ({ principal }) =>
      principal === undefined ? <span className="quiet">everybody</span> : <code>{principal}</code>,
    sort: ({ principal }) => principal ?? '',
  },
  {
    id: 'planted',
    header: 'Planted',
    width: '7rem',
    cell: ({ planted }) => <Time at={planted} />,
    sort: ({ planted }) => planted,
  },
  {
    id: 'sightings',
    header: 'Sighted',
    width: '11rem',
    cell: ({ sightings, lastSeen }) =>
      sightings === 0 ? (
        <span className="quiet">never</span>
      ) : (
        <>
          <Chip tone="bad">{sightings} ×</Chip> <Time at={lastSeen} />
        </>
      ),
    sort: ({ sightings }) => sightings,
  },
  {
    id: 'state',
    header: 'State',
    width: '6.5rem',
    cell: ({ retired }) =>
      retired === undefined ? <Chip tone="good">counts</Chip> : <Chip>retired</Chip>,
    sort: ({ retired }) => retired ?? '',
  },
]

/** Decoys that nobody has a reason to use, and whether somebody did. */
export function CanariesTab(): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [text = ''] = useFilter('q')
  const [state] = useFilter('state')
  const list = useList('canaries.list', { limit: '200' }, { every: 15_000 })
  const rows = useMemo(() => {
    const wanted = list.items.filter((one) => state === undefined || stateOf(one) === state)
    return fitting(wanted, text, ({ place, kind, server = '', principal = '' }) =>
      [place, CANARY_KINDS[kind], server, principal].join(' '),
    )
  }, [list.items, text, state])
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Place, kind, server or person' }}
          filters={[
            {
              name: 'state',
              label: 'State',
              choices: ['sighted', 'silent', 'retired'].map((value) => ({ value, label: value })),
            },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="decoys"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'definitions', item: 'canaries', part: id, search })}
        empty={<NoRows filtered={list.items.length > 0} />}
      />
      {part !== undefined && !list.loading && (
        <CanaryDrawer key={part} canary={list.items.find(({ id }) => id === part)} />
      )}
    </>
  )
}

function stateOf({ retired, sightings }: Canary): 'sighted' | 'silent' | 'retired' {
  if (retired !== undefined) return 'retired'
  return sightings > 0 ? 'sighted' : 'silent'
}

function NoRows({ filtered }: { readonly filtered: boolean }): ReactNode {
  if (filtered) return <EmptyState icon={Bird} title="No decoy fits these filters" />
  return (
    <EmptyState icon={Bird} title="No decoy was planted yet">
      A decoy looks like a key, a password or a customer, and nobody has a reason to use it.
      Wherever it turns up, something carried it there.
    </EmptyState>
  )
}
