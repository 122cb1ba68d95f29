import { Radio } from 'lucide-react'
import { type ReactNode, useMemo, useRef, useState } from 'react'
import { useGo, usePlace } from '../../app/place.tsx'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Button } from '../../design/button.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Table } from '../../design/table.tsx'
import { COLUMNS } from './columns.tsx'
import { shownOf } from './feed.ts'
import { FeedBar } from './feed-bar.tsx'
import { type FeedCall, filtersOf } from './filters.ts'
import { NoCalls } from './no-calls.tsx'
import { type LiveFeed, useFeed } from './use-feed.ts'

/** Pixels from the top within which what is new may push the rest down. */
const AT_TOP = 12

/** The stream of calls with its filters. */
export function FeedView({ openId }: { readonly openId: string | undefined }): ReactNode {
  const { search } = usePlace()
  const { view: _, ...narrowing } = search
  const written = JSON.stringify(narrowing)
  const filters = useMemo(() => filtersOf(JSON.parse(written), Date.now()), [written])
  const live = useFeed(filters)
  const [stopped, setStopped] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const calls = useMemo(() => shownOf(live.feed), [live.feed])
  const isLive = filters.to === undefined

  const follow = (): void => {
    setStopped(false)
    live.release()
    box.current?.querySelector('.table-scroll')?.scrollTo({ top: 0 })
  }
  const toggle = (): void => {
    if (live.feed.heldAt === undefined) {
      setStopped(true)
      live.hold()
    } else follow()
  }
  useShortcuts(
    isLive ? [{ keys: 'space', label: 'Pause, or go on', group: 'Live', run: toggle }] : [],
  )
  const onScroll = (top: number): void => {
    if (top > AT_TOP) live.hold()
    else if (!stopped && live.feed.heldAt !== undefined) live.release()
  }
  return (
    <>
      <FeedBar
        calls={live.feed.calls}
        held={live.feed.heldAt !== undefined}
        isLive={isLive}
        onToggle={toggle}
      />
      <div
        ref={box}
        className="live-feed"
        onScrollCapture={({ target }) =>
          target instanceof Element && onScroll((target as Element).scrollTop)
        }
      >
        {live.feed.waiting > 0 && (
          <div className="live-new">
            <Button look="main" size="small" onClick={follow}>
              {live.feed.waiting} new
            </Button>
          </div>
        )}
        <Rows live={live} calls={calls} openId={openId} narrowed={written !== '{}'} />
      </div>
    </>
  )
}

function Rows({
  live,
  calls,
  openId,
  narrowed,
}: {
  readonly live: LiveFeed
  readonly calls: readonly FeedCall[]
  readonly openId: string | undefined
  readonly narrowed: boolean
}): ReactNode {
  const go = useGo()
  const { search } = usePlace()
  if (live.loading) return <Inset children={<SkeletonRows count={12} />} />
  if (live.error !== null && calls.length === 0)
    return <Inset children={<ErrorPanel error={live.error} onRetry={live.again} />} />
  return (
    <>
      {live.error !== null && (
        <Inset children={<ErrorPanel error={live.error} onRetry={live.again} />} />
      )}
      <Table
        main
        label="Calls"
        columns={COLUMNS}
        rows={calls}
        idOf={idOf}
        openId={openId}
        onOpen={({ id }) => go({ page: 'live', item: id, search })}
        empty={
          narrowed || live.feed.older !== undefined ? (
            <EmptyState
              icon={Radio}
              title="No call fits so far"
              action={
                <>
                  {live.feed.older !== undefined && (
                    <Button busy={live.loadingMore} onClick={live.loadMore}>
                      Search further back
                    </Button>
                  )}
                  <Button onClick={() => go({ page: 'live' })}>Show all calls</Button>
                </>
              }
            >
              {live.searchedTo === undefined
                ? 'Those that come and fit appear here by themselves.'
                : `Searched back to ${new Date(live.searchedTo).toLocaleString()}.`}
            </EmptyState>
          ) : (
            <NoCalls />
          )
        }
        foot={
          <LoadMore
            shown={calls.length}
            what={calls.length === 1 ? 'call' : 'calls'}
            more={live.feed.older !== undefined}
            busy={live.loadingMore}
            onMore={live.loadMore}
          />
        }
      />
    </>
  )
}

function idOf({ id }: FeedCall): string {
  return id
}

function Inset({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="inset">{children}</div>
}
