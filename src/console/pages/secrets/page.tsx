import { KeyRound } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { type Listed, useList } from '../../api/lists.ts'
import { useLive } from '../../api/live.ts'
import { reread, useRead } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { pageOf } from '../../app/pages.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { ExposedSecrets } from './exposed.tsx'
import { NewSecret } from './new-secret.tsx'
import { SecretTable } from './secret-table.tsx'
import type { Secret } from './view.ts'
import './secrets.css'

const TABS = ['mine', 'all'] as const

/** `/console/secrets/{mine|all}/{secret}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('secrets')
  const mayAll = useMay('identity.read')
  const mayShare = useMay('servers.write')
  const all = useTab(TABS) === 'all' && mayAll
  useLive(({ kind, data }) => {
    const { event } = (data ?? {}) as { readonly event?: unknown }
    if (kind === 'event' && String(event).startsWith('secret.')) void reread(['secrets', 'me'])
  })
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      {...(all && !mayShare ? {} : { actions: <NewSecret key={String(all)} shared={all} /> })}
      {...(mayAll ? { bar: <Views all={all} /> } : {})}
    >
      {all ? <Everybodys /> : <Mine />}
    </PageFrame>
  )
}

function Views({ all }: { readonly all: boolean }): ReactNode {
  return (
    <TabLinks
      label="Secrets"
      tabs={[
        { title: 'Mine', to: { page: 'secrets' }, current: !all },
        { title: 'Everybody’s', to: { page: 'secrets', item: 'all' }, current: all },
      ]}
    />
  )
}

function Mine(): ReactNode {
  const { data, error, refetch } = useRead('me.secrets', {})
  const items = useMemo(() => data?.items ?? [], [data])
  const list: Listed<Secret> = {
    ...{ items, error, loading: data === undefined && error === null },
    ...{ more: false, loadingMore: false, loadMore: () => undefined },
    again: () => void refetch(),
  }
  return (
    <>
      <ExposedSecrets secrets={items} tab="mine" mayChange={() => true} />
      <SecretTable
        list={list}
        tab="mine"
        empty={
          <EmptyState icon={KeyRound} title="No secret of yours here">
            A secret is a key or a token of yours for a server that does not know how to ask for
            one. It is sealed here, given to the servers that you name, and never shown again.
          </EmptyState>
        }
      />
    </>
  )
}

function Everybodys(): ReactNode {
  const me = useMe()
  const mayShare = useMay('servers.write')
  const list = useList('secrets.list', { limit: '200' })
  return (
    <>
      <ExposedSecrets
        secrets={list.items}
        tab="all"
        mayChange={({ owner }) => (owner === 'shared' ? mayShare : owner === me?.subject)}
      />
      <SecretTable
        list={list}
        tab="all"
        empty={
          <EmptyState icon={KeyRound} title="No secret here">
            Secrets that all use are named in the configuration of servers; those of people are
            theirs alone, and nobody else can change them.
          </EmptyState>
        }
      />
    </>
  )
}
