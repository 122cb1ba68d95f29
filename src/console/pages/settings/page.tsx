import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { ConfigurationTab } from './configuration-tab.tsx'
import { HealthTab } from './health-tab.tsx'
import { MessagesTab } from './messages-tab.tsx'

const TABS = ['health', 'configuration', 'messages'] as const
const TITLES = {
  health: 'Health',
  configuration: 'Configuration',
  messages: 'Messages to others',
} as const
const CONTENT = {
  health: HealthTab,
  configuration: ConfigurationTab,
  messages: MessagesTab,
} as const

/** `/console/settings/{tab}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('settings')
  const tab = useTab(TABS)
  const Content = CONTENT[tab]
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      bar={
        <TabLinks
          label="Settings"
          tabs={TABS.map((one) => ({
            title: TITLES[one],
            to: { page: 'settings', item: one },
            current: one === tab,
          }))}
        />
      }
    >
      <Content />
    </PageFrame>
  )
}
