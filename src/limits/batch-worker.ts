import { setTimeout as sleep } from 'node:timers/promises'

export interface BatchWorkerOptions<Job> {
  /** Does some jobs, all of them or none. Never called while another call runs. */
  readonly run: (batch: readonly Job[]) => Promise<void>
  /** Is told what could not be done, and gives the jobs that must be tried again. */
  readonly failed: (batch: readonly Job[], cause: unknown) => readonly Job[]
  /** Jobs in one batch at most. */
  readonly maxBatch: number
  /** Milliseconds between a failure and the next batch. */
  readonly pause: number
}

/** Does jobs in the order in which they come; while one batch is done, the next gathers. */
export interface BatchWorker<Job> {
  add(job: Job): void
  /** Jobs that wait. */
  waiting(): number
  /** Resolves when all jobs are done; from now on, those that fail are not tried again. */
  close(): Promise<void>
}

/** Does nothing, and holds nothing, while there are no jobs. */
export function batchWorker<Job>(options: BatchWorkerOptions<Job>): BatchWorker<Job> {
  const jobs: Job[] = []
  let working: Promise<void> | undefined
  let closed = false

  const doBatch = async (): Promise<void> => {
    const batch = jobs.splice(0, options.maxBatch)
    try {
      await options.run(batch)
    } catch (cause) {
      const again = options.failed(batch, cause)
      if (closed) return
      jobs.unshift(...again)
      await sleep(options.pause, undefined, { ref: false })
    }
  }
  const work = async (): Promise<void> => {
    // What comes in one turn goes into one batch.
    await undefined
    while (jobs.length > 0) await doBatch()
    working = undefined
  }
  return {
    add(job) {
      jobs.push(job)
      working ??= work()
    },
    waiting: () => jobs.length,
    async close() {
      closed = true
      await working
    },
  }
}
