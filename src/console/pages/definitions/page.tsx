import type { ReactNode } from 'react'
import { useLive } from '../../api/live.ts'
import { reread } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { useWaitingDefinitions } from '../../app/waiting.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { FindingsTab } from './findings-tab.tsx'
import { ItemsTab } from './items-tab.tsx'
import './definitions.css'

const TABS = ['all', 'findings'] as const
type Tab = (typeof TABS)[number]

const TITLES: Readonly<Record<Tab, string>> = { all: 'Definitions', findings: 'Findings' }

/** Events after which definitions, or what is thought of them, may be others. */
const NEWS = /^(?:definition|finding)\./

/** `/console/definitions/{tab}/{what is open}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('definitions')
  const tab = useTab(TABS)
  const waiting = useWaitingDefinitions()
  useLive(({ kind, data }) => {
    const { event } = (data ?? {}) as { readonly event?: unknown }
    if (kind === 'event' && NEWS.test(String(event))) void reread(['definitions', 'findings'])
  })
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      bar={
        <TabLinks
          label={title}
          tabs={TABS.map((one) => ({
            title: TITLES[one],
            to: { page: 'definitions', item: one },
            current: one === tab,
            count: one === 'all' && waiting > 0 ? waiting : undefined,
          }))}
        />
      }
    >
      {tab === 'all' ? <ItemsTab /> : <FindingsTab />}
    </PageFrame>
  )
}
