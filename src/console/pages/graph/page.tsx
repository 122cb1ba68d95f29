import { RefreshCw, Waypoints } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { PlaceLink, useFilter, useGo, usePlace } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Time } from '../../design/time.tsx'
import { TimeFilter } from '../../design/time-filter.tsx'
import { rangeIn } from '../../design/time-span.ts'
import { BlastDrawer } from './blast-drawer.tsx'
import { EdgeTable } from './edge-table.tsx'
import { FlowPicture } from './flow-picture.tsx'
import { bounded, decidedAs, type FlowNode, KINDS, VERDICTS } from './flows.ts'
import { Legend } from './legend.tsx'
import './graph.css'

/** Of one kind, those that stand for others included. */
const MOST_NODES = 14

/** `/console/graph/{kind}/{name}?view=table&span=7d&decision=deny`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('graph')
  const { item, part, search } = usePlace()
  const [asked, ask] = useState(() => Date.now())
  const range = useMemo(() => rangeIn(search, asked, '24h'), [search, asked])
  const query = useRead('graph.show', range, { keep: true })
  const kind = KINDS.find((one) => one === item)
  const isTable = search['view'] === 'table'
  const { view: _, ...picture } = search
  return (
    <PageFrame
      fill
      title={title}
      purpose={purpose}
      actions={
        <Button icon={RefreshCw} busy={query.isFetching} onClick={() => ask(Date.now())}>
          Refresh
        </Button>
      }
      bar={
        <>
          <TabLinks
            label="Views"
            tabs={[
              { title: 'Picture', to: { page: 'graph', search: picture }, current: !isTable },
              {
                title: 'Table',
                to: { page: 'graph', search: { ...search, view: 'table' } },
                current: isTable,
              },
            ]}
          />
          <TimeFilter other="24h" />
          {query.data !== undefined && <Extent shown={query.data} />}
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {(shown) => <Content shown={shown} isTable={isTable} />}
      </Loaded>
      {kind !== undefined && part !== undefined && (
        <BlastDrawer key={`${kind} ${part}`} kind={kind} name={part} range={range} />
      )}
    </PageFrame>
  )
}

/** How much stands behind the picture, and what does not. */
function Extent({ shown }: { readonly shown: Output<'graph.show'> }): ReactNode {
  const { calls, cutAt, left } = shown
  return (
    <span className="quiet graph-extent" role="status">
      {calls} {calls === 1 ? 'call' : 'calls'}
      {cutAt !== undefined && (
        <>
          , those since <Time at={cutAt} />: older ones were not looked at
        </>
      )}
      {left > 0 && `, ${left} paths with less traffic left out`}
    </span>
  )
}

function Content({
  shown,
  isTable,
}: {
  readonly shown: Output<'graph.show'>
  readonly isTable: boolean
}): ReactNode {
  const { search, item, part } = usePlace()
  const go = useGo()
  const [wanted] = useFilter('decision')
  const verdict = VERDICTS.find((one) => one === wanted)
  const all = useMemo(
    () =>
      decidedAs(
        { nodes: shown.nodes.map((node) => ({ ...node, stands: 1 })), edges: shown.edges },
        verdict,
      ),
    [shown, verdict],
  )
  const flows = useMemo(() => bounded(all, MOST_NODES), [all])
  if (shown.edges.length === 0) return <NoTraffic />
  const open = ({ kind, name, stands }: Pick<FlowNode, 'kind' | 'name' | 'stands'>): void =>
    go(
      stands > 1
        ? { page: 'graph', search: { ...search, view: 'table', q: kind } }
        : { page: 'graph', item: kind, part: name, search },
    )
  if (isTable) return <EdgeTable edges={all.edges} onOpen={open} />
  return (
    <div className="graph-scroll">
      <Legend edges={shown.edges} />
      {flows.edges.length === 0 ? (
        <EmptyState icon={Waypoints} title="No call of this time was decided so" />
      ) : (
        <FlowPicture
          flows={flows}
          openId={item === undefined ? undefined : `${item} ${part}`}
          onOpen={open}
        />
      )}
      {!flows.nodes.some(({ kind }) => kind === 'destination') && flows.edges.length > 0 && (
        <p className="quiet graph-note">
          No destinations: hosts are known where arguments name them and records keep inputs.
        </p>
      )}
    </div>
  )
}

function NoTraffic(): ReactNode {
  return (
    <EmptyState
      icon={Waypoints}
      title="Nobody called anything in this time"
      action={
        <PlaceLink to={{ page: 'graph', search: { span: '90d' } }} className="button">
          Look at the last 90 days
        </PlaceLink>
      }
    >
      The graph is made of calls that went through the gateway: who made them, by which client, to
      which tool.
    </EmptyState>
  )
}
