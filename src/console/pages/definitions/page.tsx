import type { ReactNode } from 'react'
import { useLive } from '../../api/live.ts'
import { reread } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { useWaitingDefinitions } from '../../app/waiting.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { CanariesTab } from './canaries-tab.tsx'
import { FindingsTab } from './findings-tab.tsx'
import { ItemsTab } from './items-tab.tsx'
import { PlantCanary } from './plant-canary.tsx'
import { SarifButton } from './sarif-button.tsx'
import './definitions.css'

const TABS = ['all', 'findings', 'canaries'] as const
type Tab = (typeof TABS)[number]

const TITLES: Readonly<Record<Tab, string>> = {
  all: 'Definitions',
  findings: 'Findings',
  canaries: 'Decoys',
}

/** Events after which definitions, or what is thought of them, may be others. */
const NEWS = /^(?:definition|finding|canary)\./

/** `/console/definitions/{tab}/{what is open}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('definitions')
  const tab = useTab(TABS)
  const waiting = useWaitingDefinitions()
  useLive(({ kind, data }) => {
    const { event } = (data ?? {}) as { readonly event?: unknown }
    if (kind === 'event' && NEWS.test(String(event)))
      void reread(['definitions', 'findings', 'canaries'])
  })
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      actions={<Actions tab={tab} />}
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
      <Content tab={tab} />
    </PageFrame>
  )
}

function Actions({ tab }: { readonly tab: Tab }): ReactNode {
  if (tab === 'findings') return <SarifButton />
  return tab === 'canaries' ? <PlantCanary /> : null
}

function Content({ tab }: { readonly tab: Tab }): ReactNode {
  switch (tab) {
    case 'all':
      return <ItemsTab />
    case 'findings':
      return <FindingsTab />
    case 'canaries':
      return <CanariesTab />
  }
}
