import type { Sender } from '../kernel/authentication.ts'

/** A request that is being answered. */
export interface Run {
  /** Streams that would never end by themselves are not waited for. */
  readonly endless: boolean
  /** Who asked, and by what right. */
  readonly sender: Sender
  stop(): void
}

/** All requests that are being answered. */
export interface Running {
  add(run: Run): void
  delete(run: Run): void
  /** Stops the runs that match. */
  stop(which: (run: Run) => boolean): void
  /** Resolves when nothing runs, or after so many milliseconds. */
  idle(milliseconds: number): Promise<void>
}

/** An empty set of runs. */
export function createRunning(): Running {
  const runs = new Set<Run>()
  let onEmpty = (): void => {}
  return {
    add: (run) => void runs.add(run),
    delete(run) {
      runs.delete(run)
      if (runs.size === 0) onEmpty()
    },
    stop(which) {
      for (const run of [...runs]) if (which(run)) run.stop()
    },
    idle(milliseconds) {
      if (runs.size === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, milliseconds)
      onEmpty = resolve
      return promise.finally(() => clearTimeout(timer))
    },
  }
}
