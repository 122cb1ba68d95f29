import type { LiveNews, LiveSource } from '../../admin/admin.ts'
import { newsOf } from '../../admin/calls/news.ts'
import { definitionNewsOf } from '../../admin/definitions/news.ts'
import type { Records } from '../../audit/audit.ts'
import type { LiveHub } from './live-hub.ts'

/** The hub, and the records of all replicas as they are made. */
export interface LiveRecords extends LiveSource {
  close(): void
}

/** Milliseconds between two looks while somebody listens. */
const POLL = 250
/** Records of one look. Whoever listens to more of them than this is told of the newest. */
const PAGE = 500

/** Follows the chain, in one loop for all who listen, and only while somebody does. */
export function liveRecords(
  hub: LiveHub,
  { heads, tail }: Pick<Records, 'heads' | 'tail'>,
  poll = POLL,
): LiveRecords {
  const listeners = new Set<(news: LiveNews) => void>()
  let loop: { stopped: boolean } | undefined
  let timer: NodeJS.Timeout | undefined

  /** Tells of what came after a place, and says how far it came. */
  const tellFrom = async (mine: { stopped: boolean }, seq: number | undefined) => {
    const { head } = await heads()
    // Who begins to listen hears of what comes from now on; a crowd of news is not caught up with.
    const from = Math.max(seq ?? head.seq, head.seq - PAGE)
    const rows = head.seq > from ? await tail(from, PAGE) : []
    const news = mine.stopped
      ? []
      : rows.flatMap((row) => [newsOf(row) ?? [], definitionNewsOf(row) ?? []].flat())
    for (const one of news) for (const listener of listeners) listener(one)
    return rows.at(-1)?.seq ?? from
  }
  const look = async (mine: { stopped: boolean }, seq: number | undefined): Promise<void> => {
    // A store that is away for a moment: the next look goes on from the same place.
    const next = await tellFrom(mine, seq).catch(() => seq)
    if (!mine.stopped) timer = setTimeout(() => void look(mine, next), poll).unref()
  }
  const stop = (): void => {
    if (loop !== undefined) loop.stopped = true
    loop = undefined
    clearTimeout(timer)
  }
  return {
    subscribe(listener) {
      const tell = (news: LiveNews): void => listener(news)
      const leave = hub.subscribe(tell)
      listeners.add(tell)
      if (loop === undefined) {
        loop = { stopped: false }
        void look(loop, undefined)
      }
      return () => {
        leave()
        listeners.delete(tell)
        if (listeners.size === 0) stop()
      }
    },
    close() {
      stop()
      listeners.clear()
    },
  }
}
