import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useLive } from '../../api/live.ts'
import { reread, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { pageOf } from '../../app/pages.ts'
import { useFilter } from '../../app/place.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { ConnectDialog } from './connect-dialog.tsx'
import { Everybody } from './everybody.tsx'
import { Mine } from './mine.tsx'
import { Notices } from './notices.tsx'
import './connections.css'

const TABS = ['mine', 'all'] as const

/** `/console/connections/{mine|all}/{connection}?connect=SERVER`; `connected` and `failed` say what came of it. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('connections')
  const mayAll = useMay('identity.read')
  const tab = useTab(TABS)
  const all = mayAll && tab === 'all'
  const [server, connect] = useFilter('connect')
  useLive(({ kind, data }) => {
    const { event } = (data ?? {}) as { readonly event?: unknown }
    if (kind === 'event' && String(event).startsWith('connection.'))
      void reread(['connections', 'me'])
  })
  return (
    <PageFrame
      fill={all}
      title={title}
      purpose={purpose}
      {...(mayAll ? { bar: <Views all={all} /> } : {})}
    >
      {all ? <Everybody /> : <Own />}
      {server !== undefined && (
        <ConnectDialog
          key={server}
          server={server}
          onClose={() => connect(undefined, { replace: true })}
        />
      )}
    </PageFrame>
  )
}

function Views({ all }: { readonly all: boolean }): ReactNode {
  return (
    <TabLinks
      label="Connections"
      tabs={[
        { title: 'Mine', to: { page: 'connections' }, current: !all },
        { title: 'Everybody’s', to: { page: 'connections', item: 'all' }, current: all },
      ]}
    />
  )
}

function Own(): ReactNode {
  const query = useRead('me.connections', {})
  return (
    <>
      <Notices connected={useConnected(query.data)} />
      <Loaded query={query} rows={6}>
        {({ items, servers }) => <Mine connections={items} servers={servers} />}
      </Loaded>
    </>
  )
}

/** Servers to which there is a good connection that the person may know of; undefined while nobody knows. */
function useConnected(own: Output<'me.connections'> | undefined): ReadonlySet<string> | undefined {
  const mayAll = useMay('identity.read')
  const [server] = useFilter('connected')
  const shared = own?.servers.some((one) => one.server === server && one.shared) === true
  const when = shared && mayAll && server !== undefined
  const all = useRead('connections.list', { server: server ?? '', owner: 'shared' }, { when }).data
  if (own === undefined || (when && all === undefined)) return undefined
  const good = [...own.items, ...(all?.items ?? [])].filter(({ status }) => status === 'connected')
  return new Set(good.map((one) => one.server))
}
