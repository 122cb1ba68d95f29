import { setImmediate } from 'node:timers/promises'
import type { Records, WalkQuery } from '../../audit/audit.ts'
import type { PolicySet } from '../../policy/policy.ts'
import { decisionPoint } from '../../policy/policy.ts'
import {
  type Draft,
  type RecordedCall,
  type Replayed,
  replayer,
  VERDICTS,
  type Verdict,
} from '../../policy/replay/replay.ts'
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
  /** How many calls flip from which verdict to which. */
  readonly verdicts: readonly (Pick<Flip, 'from' | 'to'> & { readonly calls: number })[]
  readonly groups: readonly FlipGroup[]
  readonly flips: readonly Flip[]
  /** Flips of kinds that found no room in `groups`. */
  readonly others: number
}

const EXAMPLES = 3
/** Milliseconds after which others get their turn, and calls after which progress is told. */
const TURN = 10
const TOLD = 1_000
const EVERYTHING = { flips: Number.POSITIVE_INFINITY, groups: Number.POSITIVE_INFINITY }

export interface SimulationOptions {
  readonly records: Records
  readonly query: WalkQuery
  readonly draft: PolicySet
  /** Instead of those that subjects were in; empty: those. */
  readonly groups: readonly string[]
  readonly limits: Pick<Draft, 'limits' | 'setTime'>
  /** Told now and then how many calls are done. */
  readonly onProgress: (calls: number) => void
  /** Ends it: it rejects with the reason. */
  readonly signal?: AbortSignal
  /** How many flips are kept, and how many kinds of them; all, unless told. */
  readonly most?: { readonly flips: number; readonly groups: number }
}

/** Replays recorded calls against a draft: every verdict that it changes, grouped by target and subject. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { records, query, draft, groups, limits, onProgress, signal } = options
  const replay = replayer({ point: decisionPoint(draft), ...limits })
  const counts = { same: 0, flipped: 0, undecided: 0, unknown: 0 }
  const found = collector(options.most)
  let [calls, assumed, turn] = [0, 0, performance.now()]
  for await (const recorded of records.walk(query)) {
    signal?.throwIfAborted()
    const call = recordedCall(recorded, groups)
    if (call === undefined) continue
    const replayed: Replayed = await replay(call)
    calls += 1
    if (call.assumed) assumed += 1
    counts[replayed.kind] += 1
    if (performance.now() - turn > TURN) {
      await setImmediate()
      turn = performance.now()
    }
    if (calls % TOLD === 0) onProgress(calls)
    if (replayed.kind === 'flipped') found.add(flipOf(call, replayed))
  }
  return { policies: draft.hash, calls, ...counts, assumed, ...found.result() }
}

function flipOf(
  { call, at, subject, server, target }: RecordedCall,
  { from, to, before, after }: Extract<Replayed, { readonly kind: 'flipped' }>,
): Flip {
  const when = new Date(at).toISOString()
  return { call, at: when, subject, target: `${server}:${target}`, from, to, before, after }
}

/** Keeps flips and their groups, as many as there is room for. */
function collector({ flips: mostFlips, groups: mostGroups } = EVERYTHING) {
  const flips: Flip[] = []
  const groups = new Map<
    string,
    { group: Omit<FlipGroup, 'calls'>; calls: number; ids: string[] }
  >()
  const verdicts = new Map<string, number>()
  let others = 0
  return {
    add(flip: Flip): void {
      const turn = turnOf(flip)
      verdicts.set(turn, (verdicts.get(turn) ?? 0) + 1)
      if (flips.length < mostFlips) flips.push(flip)
      const { from, to, subject, target, after, call } = flip
      const key = JSON.stringify([from, to, target, subject, after])
      const known = groups.get(key)
      if (known === undefined && groups.size >= mostGroups) {
        others += 1
        return
      }
      const ids = known?.ids ?? []
      if (ids.length < EXAMPLES) ids.push(call)
      const group = { from, to, subject, target, after, examples: ids }
      groups.set(key, { group, calls: (known?.calls ?? 0) + 1, ids })
    },
    result() {
      const sorted = [...groups.values()]
        .map(({ group, calls }): FlipGroup => ({ ...group, calls }))
        .sort((a, b) => b.calls - a.calls || (a.target < b.target ? -1 : 1))
      return { verdicts: verdictsOf(verdicts), groups: sorted, flips, others }
    },
  }
}

function turnOf({ from, to }: Pick<Flip, 'from' | 'to'>): string {
  return `${from} ${to}`
}

/** In the order of the outcomes, so that what opens stands together. */
function verdictsOf(counts: ReadonlyMap<string, number>): Simulation['verdicts'] {
  return VERDICTS.flatMap((from) => VERDICTS.map((to) => ({ from, to }))).flatMap((turn) => {
    const calls = counts.get(turnOf(turn))
    return calls === undefined ? [] : [{ ...turn, calls }]
  })
}
