import './live.css'
import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { usePlace } from '../../app/place.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { CallDrawer } from './call/call-drawer.tsx'
import { FeedView } from './feed-view.tsx'
import { QuickFilters } from './quick-filters.tsx'

/** `/console/live/{call}?view=…`, with filters. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('live')
  const { item } = usePlace()
  return (
    <PageFrame fill title={title} purpose={purpose} bar={<QuickFilters />}>
      <FeedView openId={item} />
      {item !== undefined && <CallDrawer key={item} id={item} />}
    </PageFrame>
  )
}
