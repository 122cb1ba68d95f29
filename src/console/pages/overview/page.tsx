import './overview.css'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { DayTraffic } from './day-traffic.tsx'
import { FirstRun } from './first-run.tsx'
import { LatestDenials } from './latest-denials.tsx'
import { LiveTraffic } from './live-traffic.tsx'
import { NewServers } from './new-servers.tsx'
import { Numbers } from './numbers.tsx'
import { Posture } from './posture.tsx'

/** Milliseconds between two looks; calls come by the stream meanwhile. */
const LOOK = 5_000

/** `/console/`: how the gateway stands. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('overview')
  const query = useRead('overview.show', {}, { every: LOOK })
  return (
    <PageFrame title={title} purpose={purpose}>
      <Loaded query={query} rows={8}>
        {(overview) => <Content overview={overview} />}
      </Loaded>
    </PageFrame>
  )
}

function Content({ overview }: { readonly overview: Output<'overview.show'> }): ReactNode {
  const { traffic, posture, pendingApprovals, servers } = overview
  const ever = useRead('calls.list', { limit: '1' }, { when: traffic.day.calls === 0 })
  const isFresh = traffic.day.calls === 0 && ever.data?.items.length === 0
  if (isFresh)
    return (
      <>
        <FirstRun servers={servers.total} />
        <Posture items={posture} />
      </>
    )
  return (
    <>
      <Numbers day={traffic.day} pendingApprovals={pendingApprovals} servers={servers} />
      <div className="overview-columns">
        <Posture items={posture} />
        <div className="overview-side">
          <LiveTraffic overview={overview} />
          <DayTraffic hours={traffic.hours} now={overview.at} />
          {traffic.day.denied > 0 && <LatestDenials />}
          <NewServers servers={servers} />
        </div>
      </div>
    </>
  )
}
