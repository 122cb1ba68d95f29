import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import type { ApiError } from '../../api/api-error.ts'
import { call } from '../../api/call.ts'
import { useLive } from '../../api/live.ts'
import {
  type CallNews,
  extended,
  type Feed,
  held,
  loaded,
  missed,
  NO_FEED,
  newsOf,
  type Older,
  released,
  told,
} from './feed.ts'
import type { FeedCall, FeedFilters } from './filters.ts'

/** Calls as they happen. */
export interface LiveFeed {
  readonly feed: Feed
  readonly loading: boolean
  readonly loadingMore: boolean
  readonly error: ApiError | null
  /** Everything newer was looked at, when a search ended early. */
  readonly searchedTo: string | undefined
  readonly again: () => void
  readonly loadMore: () => void
  readonly hold: () => void
  readonly release: () => void
}

type Step =
  | { readonly kind: 'began' }
  | { readonly kind: 'loaded' | 'extended'; readonly page: readonly FeedCall[]; older: Older }
  | { readonly kind: 'told'; readonly news: readonly CallNews[]; readonly filters: FeedFilters }
  | { readonly kind: 'held' | 'released' | 'missed' }

function stepped(feed: Feed, step: Step): Feed {
  switch (step.kind) {
    case 'began':
      return NO_FEED
    case 'loaded':
      return loaded(feed, step.page, step.older)
    case 'extended':
      return extended(feed, step.page, step.older)
    case 'told':
      return told(feed, step.news, step.filters)
    case 'held':
      return held(feed)
    case 'released':
      return released(feed)
    case 'missed':
      return missed(feed)
  }
}

const PAGE = '200'
/** The gateway tells of several calls at once; rows that come together make a frame late. */
const OF_ONE_FRAME = 12
/** Of what waits, however much it is, a frame takes this part at least. */
const PART = 1 / 8
/** What waits for the next frame; a page in the background draws none, and is read again then. */
const MOST_QUEUED = 4_000

/**
 * The calls that fit, from the newest on, with those that happen as they happen. Keep `filters` the same
 * object while they are the same.
 */
export function useFeed(filters: FeedFilters): LiveFeed {
  const [feed, step] = useReducer(stepped, NO_FEED)
  const [busy, setBusy] = useState<'no' | 'first' | 'more'>('first')
  const [error, setError] = useState<ApiError | null>(null)
  const [searchedTo, setSearchedTo] = useState<string>()
  const asking = useRef<AbortController>(undefined)

  const ask = useCallback(
    async (kind: 'loaded' | 'extended', older: Older): Promise<void> => {
      asking.current?.abort()
      const asked = new AbortController()
      asking.current = asked
      setBusy(kind === 'loaded' ? 'first' : 'more')
      try {
        const page = await call('calls.list', { ...filters, limit: PAGE, ...older }, asked)
        const next = page.next === undefined ? undefined : { cursor: page.next }
        step({ kind, page: page.items, older: next })
        setSearchedTo(page.searchedTo)
        setError(null)
      } catch (thrown) {
        if (!asked.signal.aborted) setError(thrown as ApiError)
      } finally {
        if (asking.current === asked) setBusy('no')
      }
    },
    [filters],
  )
  useEffect(() => {
    step({ kind: 'began' })
    void ask('loaded', undefined)
    return () => asking.current?.abort()
  }, [ask])

  const again = useCallback(() => void ask('loaded', undefined), [ask])
  useStream(filters, step, again, feed.heldAt !== undefined)
  return {
    ...{ feed, error, searchedTo, again },
    loading: busy === 'first' && feed.calls.length === 0,
    loadingMore: busy === 'more',
    loadMore: () => void ask('extended', feed.older),
    hold: useCallback(() => step({ kind: 'held' }), []),
    release: () => {
      if (feed.behind) again()
      else step({ kind: 'released' })
    },
  }
}

/** What the stream says, once a frame. */
function useStream(
  filters: FeedFilters,
  step: (step: Step) => void,
  again: () => void,
  isHeld: boolean,
): void {
  const queue = useRef<CallNews[]>([])
  const frame = useRef(0)
  const flush = (): void => {
    frame.current = 0
    const { length } = queue.current
    const news = queue.current.splice(0, Math.max(OF_ONE_FRAME, Math.ceil(length * PART)))
    if (length > MOST_QUEUED) {
      queue.current = []
      gap()
    } else step({ kind: 'told', news, filters })
    if (queue.current.length > 0) frame.current = requestAnimationFrame(flush)
  }
  const gap = (): void => {
    if (isHeld) step({ kind: 'missed' })
    else again()
  }
  useLive(
    ({ kind, data }) => {
      const news = kind === 'call' ? newsOf(data) : undefined
      if (news === undefined) return
      if (queue.current.length <= MOST_QUEUED) queue.current.push(news)
      if (frame.current === 0) frame.current = requestAnimationFrame(flush)
    },
    { onGap: gap, when: filters.to === undefined },
  )
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
}
