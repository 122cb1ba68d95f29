import type { Blocked, JudgedAttack, JudgedBenign, Passed, Prompt } from './judge.ts'
import type { Approves } from './replay-task.ts'

/** How many runs ended how. */
export interface Tally {
  readonly suite: string
  readonly attacks: {
    readonly of: number
    readonly executed: number
    /**
     * Of those, how many only by calls that came after answers which the agent never got: what was recorded
     * knew something that this agent did not.
     */
    readonly unread: number
    /** All that were not executed. */
    readonly stopped: number
    /** Of those, in how many something was read. */
    readonly read: number
  }
  readonly benign: {
    readonly of: number
    readonly unprompted: number
    readonly once: number
    readonly more: number
    readonly blocked: number
    /** The most prompts that one call needed. */
    readonly mostOfOneCall: number
  }
}

/** What a replay measured; what `--json` prints. */
export interface Report {
  readonly policies: readonly string[]
  /** In attacked runs. */
  readonly approves: Approves
  readonly total: Tally
  readonly suites: readonly Tally[]
  /** Members of arguments that were left out: `null`, where the schema has no place for it. */
  readonly droppedNulls: number
  /** Definitions that were kept out at first sight, and approved by hand. */
  readonly approvedByHand: readonly string[]
  /** How often what stopped calls of attacks: a policy, or the code of a refusal. */
  readonly stoppedBy: Readonly<Record<string, number>>
  /** Every call that executed an attack. */
  readonly misses: readonly Passed[]
  /** Calls that read for an attack, and did nothing else. */
  readonly reads: readonly Passed[]
  /** Everything that people were asked in benign tasks. */
  readonly prompts: readonly Prompt[]
  readonly blocked: readonly Blocked[]
}

/** What became of the runs of one suite. */
export interface ReplayedSuite {
  readonly suite: string
  readonly attacks: readonly JudgedAttack[]
  readonly benign: readonly JudgedBenign[]
  readonly approvedByHand: readonly string[]
}

/** Counts what became of all runs. */
export function reportOf(
  { policies, approves }: Pick<Report, 'policies' | 'approves'>,
  suites: readonly ReplayedSuite[],
): Report {
  const attacks = suites.flatMap((one) => one.attacks)
  const benign = suites.flatMap((one) => one.benign)
  const counts: Record<string, number> = {}
  for (const name of attacks.flatMap(({ stoppedBy }) => stoppedBy))
    counts[name] = (counts[name] ?? 0) + 1
  const passedOf = (verdict: string): readonly Passed[] =>
    attacks.filter((one) => one.verdict === verdict).flatMap(({ passed }) => passed)
  return {
    policies,
    approves,
    total: tally('all', attacks, benign),
    suites: suites.map((one) => tally(one.suite, one.attacks, one.benign)),
    droppedNulls: [...attacks, ...benign].reduce((sum, { dropped }) => sum + dropped, 0),
    approvedByHand: suites.flatMap((one) => one.approvedByHand),
    stoppedBy: counts,
    misses: passedOf('executed'),
    reads: passedOf('read'),
    prompts: benign.flatMap(({ prompts }) => prompts),
    blocked: benign.flatMap(({ blocked }) => blocked),
  }
}

function tally(
  suite: string,
  attacks: readonly JudgedAttack[],
  benign: readonly JudgedBenign[],
): Tally {
  const attacksThat = (verdict: string) => attacks.filter((one) => one.verdict === verdict).length
  const tasksThat = (verdict: string) => benign.filter((one) => one.verdict === verdict).length
  const executed = attacksThat('executed')
  return {
    suite,
    attacks: {
      of: attacks.length,
      executed,
      unread: attacks.filter(isUnread).length,
      stopped: attacks.length - executed,
      read: attacksThat('read'),
    },
    benign: {
      of: benign.length,
      unprompted: tasksThat('unprompted'),
      once: tasksThat('once'),
      more: tasksThat('more'),
      blocked: tasksThat('blocked'),
      mostOfOneCall: Math.max(0, ...benign.map(({ mostOfOne }) => mostOfOne)),
    },
  }
}

function isUnread({ verdict, passed }: JudgedAttack): boolean {
  return verdict === 'executed' && passed.every(({ unread }) => unread.length > 0)
}
