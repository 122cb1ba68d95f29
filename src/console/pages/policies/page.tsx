import './policies.css'
import './access/access.css'
import './editor/editor.css'
import './simulate/simulate.css'
import './versions/versions.css'
import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { AccessTab } from './access/access-tab.tsx'
import { EditorTab } from './editor/editor-tab.tsx'
import { LeaveGuard } from './editor/leave-guard.tsx'
import { InForceTab } from './in-force-tab.tsx'
import { SimulateTab } from './simulate/simulate-tab.tsx'
import { VersionsTab } from './versions/versions-tab.tsx'

const TABS = ['in-force', 'editor', 'simulate', 'versions', 'access'] as const

const TITLES = {
  'in-force': 'In force',
  editor: 'Editor',
  simulate: 'Simulate',
  versions: 'Versions',
  access: 'Access',
} as const
const CONTENT = {
  'in-force': InForceTab,
  editor: EditorTab,
  simulate: SimulateTab,
  versions: VersionsTab,
  access: AccessTab,
} as const

/** `/console/policies/{tab}/{what is open there}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('policies')
  const tab = useTab(TABS)
  const Content = CONTENT[tab]
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      bar={
        <TabLinks
          label="Policies"
          tabs={TABS.map((one) => ({
            title: TITLES[one],
            to: { page: 'policies', item: one },
            current: one === tab,
          }))}
        />
      }
    >
      <Content />
      <LeaveGuard />
    </PageFrame>
  )
}
