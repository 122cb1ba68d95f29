import { type ReactNode, useSyncExternalStore } from 'react'
import { relativeTime } from './relative-time.ts'

const watchers = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
/** Milliseconds between looks at the clock, one for all times on the page. */
const BEAT = 10_000

/** A moment (ISO 8601): how long ago, and on pointing at it exactly when. */
export function Time({ at }: { readonly at: string | undefined }): ReactNode {
  const current = useSyncExternalStore(watch, () => now)
  if (at === undefined) return <span className="quiet">never</span>
  const moment = Date.parse(at)
  if (Number.isNaN(moment)) return <span>{at}</span>
  return (
    <time dateTime={at} className="time numbers" title={exactTime(moment)}>
      {relativeTime(moment, Math.max(current, Math.min(moment, Date.now())))}
    </time>
  )
}

/** Made once: to make one takes longer than to draw a row. */
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })

/** A moment with its seconds and its zone. */
export function exactTime(moment: number): string {
  return EXACT.format(moment)
}

function watch(watcher: () => void): () => void {
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
