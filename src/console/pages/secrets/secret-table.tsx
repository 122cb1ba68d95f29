import { type ReactNode, useMemo } from 'react'
import type { Listed } from '../../api/lists.ts'
import { fitting } from '../../app/fitting.ts'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Chips } from '../../design/chip.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { SecretDrawer } from './secret-drawer.tsx'
import { StateChip } from './state-chip.tsx'
import type { Secret } from './view.ts'
import { byUrgency, idOf, ownerWords, STATES } from './words.ts'

const NAME: Column<Secret> = {
  id: 'name',
  header: 'Name',
  width: 'minmax(9rem, 1.2fr)',
  cell: ({ name }) => <code>{name}</code>,
  sort: ({ name }) => name,
}
const OWNER: Column<Secret> = {
  id: 'owner',
  header: 'Whose',
  width: '9rem',
  cell: ({ owner }) => <VisibleText text={ownerWords(owner)} />,
  sort: ({ owner }) => owner,
}
const REST: readonly Column<Secret>[] = [
  {
    id: 'state',
    header: 'State',
    width: '7rem',
    cell: ({ state }) => <StateChip state={state} />,
    sort: ({ state }) => state,
  },
  {
    id: 'servers',
    header: 'Given to',
    width: 'minmax(7rem, 1fr)',
    cell: ({ servers }) => <Chips of={servers} />,
  },
  {
    id: 'purpose',
    header: 'Purpose',
    width: 'minmax(9rem, 1.4fr)',
    cell: ({ purpose }) => <VisibleText text={purpose} />,
  },
  {
    id: 'changed',
    header: 'Value since',
    width: '8rem',
    cell: ({ changed }) => <Time at={changed} />,
    sort: ({ changed }) => changed,
  },
  {
    id: 'used',
    header: 'Last use',
    width: '8rem',
    cell: ({ used }) => <Time at={used} />,
    sort: ({ used }) => used ?? '',
  },
  {
    id: 'due',
    header: 'Due',
    width: '8rem',
    cell: ({ due }) => <Time at={due} />,
    sort: ({ due }) => due ?? '\uffff',
  },
]
const COLUMNS = { mine: [NAME, ...REST], all: [NAME, OWNER, ...REST] } as const

const STATE_FILTER = {
  name: 'state',
  label: 'State',
  choices: Object.entries(STATES).map(([value, { word }]) => ({
    value,
    label: word.toLowerCase(),
  })),
}

/** Secrets, the most urgent first, and the one that is open. */
export function SecretTable({
  list,
  tab,
  empty,
}: {
  readonly list: Listed<Secret>
  readonly tab: 'mine' | 'all'
  readonly empty: ReactNode
}): ReactNode {
  const { part, search } = usePlace()
  const go = useGo()
  const [typed = ''] = useFilter('q')
  const [state] = useFilter('state')
  const rows = useMemo(() => {
    const wanted = list.items.filter((one) => state === undefined || one.state === state)
    const texts = (one: Secret): string =>
      `${one.name} ${one.owner} ${one.purpose} ${one.servers.join(' ')}`
    return fitting(wanted.toSorted(byUrgency), typed, texts)
  }, [list.items, state, typed])
  const close = (): void => go({ page: 'secrets', item: tab, search })
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Name, server or purpose' }}
          filters={[STATE_FILTER]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="secrets"
        columns={COLUMNS[tab]}
        idOf={idOf}
        openId={part}
        onOpen={(row) => go({ page: 'secrets', item: tab, part: idOf(row), search })}
        empty={empty}
      />
      {part !== undefined && !list.loading && (
        <SecretDrawer
          key={part}
          secret={list.items.find((one) => idOf(one) === part)}
          tab={tab}
          onClose={close}
        />
      )}
    </>
  )
}
