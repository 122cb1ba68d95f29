import type { Policies, SimulationJob, SimulationResult } from '../../../admin/policies/ports.ts'
import type { Records } from '../../../audit/audit.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Clock, RandomId } from '../../../kernel/ports.ts'
import type { PolicySet } from '../../../policy/policy.ts'
import { replayLimits } from '../../policy/replay-limits.ts'
import { simulate } from '../../policy/simulate.ts'
import { type DraftParts, loadDraft, loadSound } from './drafts.ts'

/** Replays that run at once, and that are remembered. */
const MOST_RUNNING = 2
const MOST_KEPT = 20
/** What is kept of one: kinds of flips, and a few calls of each. */
const KEPT = { flips: 0, groups: 500 }

interface Parts extends DraftParts {
  readonly records: Records
  readonly clock: Clock
  readonly randomId: RandomId
  readonly log: (message: string, cause?: unknown) => void
}

export interface Simulations {
  readonly ports: Policies['simulations']
  /** Ends all that run, and waits for them. */
  close(): Promise<void>
}

interface Running {
  job: SimulationJob
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** Runs replays beside the calls of the gateway: few at a time, each in bounded memory. */
export function openSimulations(parts: Parts): Simulations {
  const jobs = new Map<string, Running>()
  const running = (): readonly Running[] =>
    [...jobs.values()].filter(({ job }) => job.state === 'running')

  const run = (id: string, set: PolicySet, job: SimulationJob, query: Query): void => {
    const stop = new AbortController()
    const change = (next: Partial<SimulationJob>): void => {
      const one = jobs.get(id)
      if (one !== undefined && one.job.state === 'running') one.job = { ...one.job, ...next }
    }
    const ended = replayAll(parts, set, query, {
      signal: stop.signal,
      onProgress: (calls) => change({ calls }),
    }).then(
      (result) => change({ state: 'done', calls: result.calls, result }),
      (cause: unknown) => {
        if (stop.signal.aborted) return
        parts.log('a simulation failed', cause)
        const error = cause instanceof GatewayError ? cause.message : 'internal error'
        change({ state: 'failed', error })
      },
    )
    jobs.set(id, { job, stop, ended })
  }
  const stopOne = (one: Running): void => {
    if (one.job.state !== 'running') return
    one.job = { ...one.job, state: 'cancelled' }
    one.stop.abort()
  }
  return {
    ports: {
      async start(by, draft, query) {
        if (running().length >= MOST_RUNNING) throw busy()
        const { sources } = await loadDraft(parts, draft)
        // Asked again: others may have started meanwhile.
        if (running().length >= MOST_RUNNING) throw busy()
        const set = loadSound(parts.config, sources)
        const [oldest] = [...jobs].filter(([, { job }]) => job.state !== 'running')
        if (jobs.size >= MOST_KEPT && oldest !== undefined) jobs.delete(oldest[0])
        const id = parts.randomId()
        const job = { id, by, started: parts.clock(), state: 'running', calls: 0 } as const
        run(id, set, job, query)
        return job
      },
      find: (id) => jobs.get(id)?.job,
      list: () => [...jobs.values()].map(({ job }) => job).toReversed(),
      cancel(id) {
        const one = jobs.get(id)
        if (one !== undefined) stopOne(one)
      },
    },
    async close() {
      for (const one of running()) stopOne(one)
      await Promise.all([...jobs.values()].map(({ ended }) => ended))
    },
  }
}

type Query = Parameters<Policies['simulations']['start']>[2]

async function replayAll(
  { records }: Parts,
  draft: PolicySet,
  query: Query,
  watch: Pick<Parameters<typeof simulate>[0], 'signal' | 'onProgress'>,
): Promise<SimulationResult> {
  const limits = replayLimits(draft)
  const found = await simulate({ records, query, draft, groups: [], limits, most: KEPT, ...watch })
  const { flips: _, ...result } = found
  return result
}

function busy(): GatewayError {
  return new GatewayError('too_many_requests', 'other simulations run; wait for one, or end it')
}
