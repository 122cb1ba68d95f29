import type { Notification, RequestId } from '../message.ts'
import type { Outbound } from './link.ts'
import { progressTokenOf, withToken } from './renumber.ts'
import { type Run, startRun } from './run.ts'

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
  all(): Iterable<Run>
  /**
   * Hands a progress notification to the run that its token names, under the caller's token.
   * Progress for a request that is over, or that asked for none, belongs to nobody: dropped.
   */
  progress(notification: Notification): void
  failAll(error: unknown): void
}

/** An empty table of runs for one server. */
export function createRuns(server: string): Runs {
  const running = new Map<RequestId, Run>()
  let lastId = 0
  return {
    start: (outbound, hooks) => {
      lastId += 1
      const id = lastId
      const run: Run = startRun({
        server,
        id,
        outbound,
        onStop: () => hooks.onStop(run),
        onSettled: (how) => {
          running.delete(id)
          hooks.onSettled?.(how)
        },
      })
      if (!run.settled()) running.set(id, run)
      return run
    },
    get: (id) => running.get(id as RequestId),
    only: () => (running.size === 1 ? running.values().next().value : undefined),
    all: () => running.values(),
    progress: (notification) => {
      const run = running.get(notification.params?.['progressToken'] as RequestId)
      const token = run === undefined ? undefined : progressTokenOf(run.outbound.request)
      if (token !== undefined) run?.notify(withToken(notification, token))
    },
    failAll: (error) => {
      for (const run of [...running.values()]) run.fail(error)
    },
  }
}
