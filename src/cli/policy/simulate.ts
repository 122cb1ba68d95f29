import type { Records, WalkQuery } from '../../audit/audit.ts'
import type { PolicySet } from '../../policy/policy.ts'
import { decisionPoint } from '../../policy/policy.ts'
import { type Draft, type Replayed, replayer, type Verdict } from '../../policy/replay/replay.ts'
import { recordedCall } from './recorded-call.ts'

/** A call whose verdict a draft changes. */
export interface Flip {
  readonly call: string
  /** ISO 8601. */
  readonly at: string
  readonly subject: string
  /** `server:name`. */
  readonly target: string
  readonly from: Verdict
  readonly to: Verdict
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Flips of one kind, of one subject, at one target. */
export interface FlipGroup extends Omit<Flip, 'call' | 'at' | 'before'> {
  readonly calls: number
  /** The first few, for a look at them. */
  readonly examples: readonly string[]
}

export interface Simulation {
  /** Hash of the draft. */
  readonly policies: string
  readonly calls: number
  readonly same: number
  readonly flipped: number
  /** Calls that failed before anything was decided. */
  readonly undecided: number
  /** Calls whose records do not keep what the draft decides by. */
  readonly unknown: number
  /** Calls whose records are too old to hold groups and authorization (see `KeptInput`). */
  readonly assumed: number
  readonly groups: readonly FlipGroup[]
  readonly flips: readonly Flip[]
}

const EXAMPLES = 3

export interface SimulationOptions {
  readonly records: Records
  readonly query: WalkQuery
  readonly draft: PolicySet
  /** Instead of those that subjects were in; empty: those. */
  readonly groups: readonly string[]
  readonly limits: Pick<Draft, 'limits' | 'setTime'>
  /** Told now and then how many calls are done. */
  readonly onProgress: (calls: number) => void
}

/** Replays recorded calls against a draft: every verdict that it changes, grouped by target and subject. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { records, query, draft, groups, limits, onProgress } = options
  const replay = replayer({ point: decisionPoint(draft), ...limits })
  const counts = { same: 0, flipped: 0, undecided: 0, unknown: 0 }
  const flips: Flip[] = []
  let [calls, assumed] = [0, 0]
  for await (const found of records.walk(query)) {
    const call = recordedCall(found, groups)
    if (call === undefined) continue
    const replayed: Replayed = await replay(call)
    calls += 1
    if (call.assumed) assumed += 1
    counts[replayed.kind] += 1
    if (calls % 1_000 === 0) onProgress(calls)
    if (replayed.kind !== 'flipped') continue
    const { from, to, before, after } = replayed
    flips.push({
      call: call.call,
      at: new Date(call.at).toISOString(),
      subject: call.subject,
      target: `${call.server}:${call.target}`,
      from,
      to,
      before,
      after,
    })
  }
  return { policies: draft.hash, calls, ...counts, assumed, groups: grouped(flips), flips }
}

function grouped(flips: readonly Flip[]): readonly FlipGroup[] {
  const groups = Map.groupBy(flips, ({ from, to, subject, target, after }) =>
    JSON.stringify([from, to, target, subject, after]),
  )
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members
      if (first === undefined) return []
      const { from, to, subject, target, after } = first
      const examples = members.slice(0, EXAMPLES).map(({ call }) => call)
      return [{ from, to, subject, target, after, calls: members.length, examples }]
    })
    .sort((a, b) => b.calls - a.calls || (a.target < b.target ? -1 : 1))
}
