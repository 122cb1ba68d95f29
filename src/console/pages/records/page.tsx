import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { PlaceLink } from '../../app/place.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks, useTab } from '../../design/tabs.tsx'
import { CallsTab } from './calls-tab.tsx'
import { ChainTab } from './chain-tab.tsx'
import { CheckChip } from './check-chip.tsx'
import { EventsTab } from './events-tab.tsx'
import './records.css'

const TABS = ['calls', 'events', 'chain'] as const
const TITLES = { calls: 'Calls', events: 'Events', chain: 'Chain and export' } as const
const CONTENT = { calls: CallsTab, events: EventsTab, chain: ChainTab } as const

/** `/console/records/{tab}/{id}`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('records')
  const tab = useTab(TABS)
  const Content = CONTENT[tab]
  const { data } = useRead('records.status', {})
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      actions={
        data !== undefined && (
          <PlaceLink to={{ page: 'records', item: 'chain' }} className="records-state">
            <span className="numbers">{data.head.seq} records</span>
            <CheckChip check={data.check} />
          </PlaceLink>
        )
      }
      bar={
        <TabLinks
          label="Records"
          tabs={TABS.map((one) => ({
            title: TITLES[one],
            to: { page: 'records', item: one },
            current: one === tab,
          }))}
        />
      }
    >
      <Content />
    </PageFrame>
  )
}
