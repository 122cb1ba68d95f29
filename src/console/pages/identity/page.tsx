import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { AgentsTab } from './agents-tab.tsx'
import { ClientsTab } from './clients-tab.tsx'
import { GrantsTab } from './grants-tab.tsx'
import { GroupsTab } from './groups-tab.tsx'
import { KeysTab } from './keys-tab.tsx'
import { NewAgent } from './new-agent.tsx'
import { NewClient } from './new-client.tsx'
import { NewUser } from './new-user.tsx'
import { SessionsTab } from './sessions-tab.tsx'
import { UsersTab } from './users-tab.tsx'

const TABS = ['users', 'groups', 'agents', 'clients', 'grants', 'sessions', 'keys'] as const
type Tab = (typeof TABS)[number]

const TITLES: Readonly<Record<Tab, string>> = {
  users: 'Users',
  groups: 'Groups and roles',
  agents: 'Agents',
  clients: 'Clients',
  grants: 'Grants',
  sessions: 'Sessions',
  keys: 'Keys and sources',
}

/** `/console/identity/{tab}/{id}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('identity')
  const tab = useTab(TABS)
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      actions={<NewButton tab={tab} />}
      bar={
        <TabLinks
          label="Identity"
          tabs={TABS.map((one) => ({
            title: TITLES[one],
            to: { page: 'identity', item: one },
            current: one === tab,
          }))}
        />
      }
    >
      <Content tab={tab} />
    </PageFrame>
  )
}

function Content({ tab }: { readonly tab: Tab }): ReactNode {
  switch (tab) {
    case 'users':
      return <UsersTab />
    case 'groups':
      return <GroupsTab />
    case 'agents':
      return <AgentsTab />
    case 'clients':
      return <ClientsTab />
    case 'grants':
      return <GrantsTab />
    case 'sessions':
      return <SessionsTab />
    case 'keys':
      return <KeysTab />
  }
}

function NewButton({ tab }: { readonly tab: Tab }): ReactNode {
  if (tab === 'users') return <NewUser />
  if (tab === 'agents') return <NewAgent />
  return tab === 'clients' ? <NewClient /> : null
}
