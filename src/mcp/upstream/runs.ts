import type { Notification } from '../message.ts'
import type { Outbound } from './link.ts'
import { progressTokenOf, withToken } from './renumber.ts'
import { type Run, startRun } from './run.ts'
import { createSlots } from './slots.ts'

/** What a link does about one run; see `startRun`. */
export interface RunHooks {
  readonly onStop: (run: Run) => void
  readonly onSettled?: (how: 'answered' | 'failed') => void
}

/** The requests in flight on one channel, under numbers of our own that are never used twice. */
export interface Runs {
  start(outbound: Outbound, hooks: RunHooks): Run
  /** The run with this id on the wire; undefined for an id that is not, or no more, in flight. */
  get(id: unknown): Run | undefined
  /** The one run in flight, when there is exactly one. */
  only(): Run | undefined
  all(): readonly Run[]
  /**
   * Hands a progress notification to the run that its token names, under the caller's token.
   * Progress for a request that is over, or that asked for none, belongs to nobody: dropped.
   */
  progress(notification: Notification): void
  failAll(error: unknown): void
}

/** An empty table of runs for one server. */
export function createRuns(server: string): Runs {
  const running = createSlots<Run>()
  const slotOf = new Map<unknown, number>()
  let lastId = 0
  const get = (id: unknown): Run | undefined => {
    const slot = slotOf.get(id)
    return slot === undefined ? undefined : running.get(slot)
  }
  return {
    start: (outbound, hooks) => {
      lastId += 1
      const id = lastId
      let slot = -1
      const run: Run = startRun({
        server,
        id,
        outbound,
        onStop: () => hooks.onStop(run),
        onSettled: (how) => {
          slotOf.delete(id)
          running.free(slot)
          hooks.onSettled?.(how)
        },
      })
      if (run.settled()) return run
      slot = running.put(run)
      slotOf.set(id, slot)
      return run
    },
    get,
    only: () => (running.size() === 1 ? running.all()[0] : undefined),
    all: running.all,
    progress: (notification) => {
      const run = get(notification.params?.['progressToken'])
      const token = run === undefined ? undefined : progressTokenOf(run.outbound.request)
      if (token !== undefined) run?.notify(withToken(notification, token))
    },
    failAll: (error) => {
      for (const run of running.all()) run.fail(error)
    },
  }
}
