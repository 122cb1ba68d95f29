import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { reread } from '../../api/queries.ts'
import { exactTime } from '../../design/time.tsx'
import { partLeft, timeLeft } from './time-left.ts'

/** Milliseconds between looks at the clock, one for all bars. */
const BEAT = 1_000
/** The part of the time in which one should hurry. */
const LAST = 0.2

const watchers = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** How much time is left: a bar that shrinks, and words. */
export function Expiry({
  from,
  until,
}: {
  /** ISO 8601. */
  readonly from: string
  readonly until: string
}): ReactNode {
  const current = useSyncExternalStore(watch, () => now)
  const end = Date.parse(until)
  const part = partLeft(Date.parse(from), end, current)
  const over = end <= current
  useEffect(() => {
    if (over) void reread(['approvals'])
  }, [over])
  return (
    <span className="approvals-expiry" data-last={part < LAST || undefined}>
      <span className="approvals-bar" aria-hidden>
        <span style={{ transform: `scaleX(${part})` }} />
      </span>
      <time dateTime={until} title={exactTime(end)} className="numbers">
        {timeLeft(end, current)}
      </time>
    </span>
  )
}

function watch(watcher: () => void): () => void {
  if (watchers.size === 0) now = Date.now()
  watchers.add(watcher)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const one of watchers) one()
  }, BEAT)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
