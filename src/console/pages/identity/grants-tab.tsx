import { Ticket, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { Chip, Chips, StateChip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Drawer, Facts } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { ListView } from '../../design/list-view.tsx'
import { Loaded } from '../../design/loaded.tsx'
import type { Column } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { useRows } from './use-rows.ts'

type Grant = Output<'grants.list'>['items'][number]

const COLUMNS: readonly Column<Grant>[] = [
  {
    id: 'subject',
    header: 'Of',
    width: 'minmax(9rem, 1fr)',
    cell: ({ subject }) => <code>{subject}</code>,
    sort: ({ subject }) => subject,
  },
  {
    id: 'client',
    header: 'Client',
    width: 'minmax(9rem, 1.3fr)',
    cell: ({ client }) => <VisibleText text={client} />,
    sort: ({ client }) => client,
  },
  { id: 'resource', header: 'For', cell: ({ resource }) => <code>{resource}</code> },
  { id: 'scopes', header: 'Scopes', cell: ({ scopes }) => <Chips of={scopes} /> },
  { id: 'via', header: 'By', width: '7rem', cell: ({ via }) => <Chip>{via}</Chip> },
  {
    id: 'used',
    header: 'Last used',
    width: '6.5rem',
    cell: ({ used }) => <Time at={used} />,
    sort: ({ used }) => used ?? '',
  },
  {
    id: 'expires',
    header: 'Ends',
    width: '6.5rem',
    cell: ({ revoked, expires }) =>
      revoked === undefined ? <Time at={expires} /> : <StateChip state="revoked" />,
    sort: ({ expires }) => expires,
  },
]

/** What programs hold of people and agents. */
export function GrantsTab(): ReactNode {
  const { part, search } = usePlace()
  const [all] = useFilter('all')
  const go = useGo()
  const list = useList('grants.list', { limit: '200', ...(all === 'yes' ? { all: 'true' } : {}) })
  const rows = useRows(list.items, ({ id, subject, client }) => `${id} ${subject} ${client}`)
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'User, agent, client or id' }}
          filters={[
            { name: 'all', label: 'Ended ones', choices: [{ value: 'yes', label: 'shown, too' }] },
          ]}
        />
      </div>
      <ListView
        list={list}
        rows={rows}
        what="grants"
        columns={COLUMNS}
        idOf={({ id }) => id}
        openId={part}
        onOpen={({ id }) => go({ page: 'identity', item: 'grants', part: id, search })}
        empty={
          <EmptyState icon={Ticket} title="Nothing is granted">
            A grant appears when somebody allows a client to act for them.
          </EmptyState>
        }
      />
      {part !== undefined && <GrantDrawer key={part} id={part} />}
    </>
  )
}

function GrantDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('grants.show', { id })
  return (
    <Drawer
      open
      eyebrow="Grant"
      title={<code>{id}</code>}
      onClose={() => go({ page: 'identity', item: 'grants', search })}
    >
      <Loaded query={query}>
        {({ grant }) => (
          <>
            <Facts rows={factsOf(grant)} />
            <Revoke grant={grant} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function factsOf(grant: Grant): readonly (readonly [string, ReactNode])[] {
  const { subject, client, resource, scopes, actors, via, reason, revoked } = grant
  return [
    ['Of', <code key="subject">{subject}</code>],
    ['Client', <VisibleText key="client" text={client} />],
    ['For', <code key="resource">{resource}</code>],
    ['Scopes', <Chips key="scopes" of={scopes} />],
    ['Acting', actors.length === 0 ? undefined : actors.join(' → ')],
    ['By', via],
    ['Given', <Time key="created" at={grant.created} />],
    ['Last used', <Time key="used" at={grant.used} />],
    ['Ends', <Time key="expires" at={grant.expires} />],
    ['Revoked', revoked === undefined ? undefined : <Time key="revoked" at={revoked} />],
    ['Why', reason],
  ]
}

function Revoke({ grant: { id, client, subject, revoked } }: { readonly grant: Grant }): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const revoke = useChange('grants.revoke')
  if (!may || revoked !== undefined) return null
  return (
    <div className="actions">
      <Button
        look="danger"
        icon={Unplug}
        onClick={() =>
          ask({
            title: 'Revoke this grant?',
            verb: 'Revoke',
            words: `The tokens of ${client} for ${subject} are void at once.`,
            run: () => revoke.mutateAsync({ id }),
          })
        }
      >
        Revoke
      </Button>
      {dialog}
    </div>
  )
}
