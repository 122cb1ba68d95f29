import type { WalkQuery } from '../../audit/audit.ts'
import type { PolicySet } from '../../policy/policy.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { withRecords } from '../open-records.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { draftPolicies } from '../policy/draft.ts'
import { replayLimits } from '../policy/replay-limits.ts'
import { type FlipGroup, type Simulation, simulate } from '../policy/simulate.ts'
import { subjectQuery } from '../subject-option.ts'
import { paint, show, table, talk } from '../terminal.ts'
import { timesOf } from '../time-option.ts'

export interface SimulateOptions {
  readonly server?: string
  readonly subject?: string
  readonly group: readonly string[]
  readonly last?: number
  readonly since?: string
  readonly before?: string
}

/** `bailiwick policy simulate [POLICIES...]`: what a draft would have done to recorded calls. */
export async function policySimulate(
  context: Context,
  names: readonly string[],
  options: SimulateOptions,
): Promise<Exit> {
  const draft = draftPolicies(await configInForce(context), context.cwd, names)
  return withRecords(context, async (records) => {
    const started = performance.now()
    const simulation = await simulate({
      records,
      query: queryOf(options),
      draft,
      groups: options.group,
      limits: replayLimits(draft),
      onProgress: (calls) => talk(context, `${calls} calls …`),
    })
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    await show(context, simulation, () => textOf(context, simulation, draft))
    talk(context, `${simulation.calls} calls in ${seconds} s`)
    return simulation.flipped > 0 ? 'findings' : 'ok'
  })
}

function queryOf({ server, subject, last, since, before }: SimulateOptions): WalkQuery {
  return {
    ...(server === undefined ? {} : { server }),
    ...(last === undefined ? {} : { last }),
    ...subjectQuery(subject),
    ...timesOf({ since, before }),
  }
}

function textOf(context: Context, simulation: Simulation, draft: PolicySet): readonly string[] {
  const { calls, same, flipped, undecided, unknown, verdicts, groups } = simulation
  const rows: readonly (readonly [string, number, string])[] = [
    ['calls', calls, ''],
    ['same verdict', same, ''],
    ['flipped', flipped, ''],
    ...verdicts.map(({ from, to, calls: some }) => [`  ${from} → ${to}`, some, ''] as const),
    ['undecided', undecided, 'failed before anything was decided'],
    ['unknown', unknown, 'the record does not keep what the draft decides by'],
  ]
  const head = [
    `draft ${draft.hash.slice(0, 12)}, ${draft.policies.length} policies`,
    ...rows.map(([name, count, why]) =>
      `${name.padEnd(16)}${String(count).padStart(8)}${why === '' ? '' : `  ${why}`}`.trimEnd(),
    ),
  ]
  if (simulation.assumed > 0)
    head.push(
      `${simulation.assumed} calls are from before groups and authorizations: seen as by the owner’s own client`,
    )
  if (draft.limits.some(({ unit }) => unit === 'rows'))
    head.push('limits on rows are not replayed: records do not count rows')
  if (groups.length === 0) return [...head, '', paint(context, 'green', 'no verdict flips')]
  const columns = ['CALLS', 'FROM', 'TO', 'TARGET', 'SUBJECT', 'BY THE DRAFT’S', 'FOR EXAMPLE']
  return [...head, '', ...table(columns, groups.map(rowOf))]
}

function rowOf({ calls, from, to, target, subject, after, examples }: FlipGroup): string[] {
  return [String(calls), from, to, target, subject, after.join(', '), examples[0] ?? '']
}
