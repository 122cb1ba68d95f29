import type { Observed } from '../../../admin/policies/ports.ts'
import type { CallRecords, Records } from '../../../audit/audit.ts'
import type { Rollout } from '../../../rollout/rollout.ts'
import { objectOf, policiesOf } from '../../call-view.ts'

/** Calls that are looked at. */
const MOST = 100_000

/**
 * What the version in force would have denied since it only observes, by what decisions noted then.
 * Undefined while it does not only observe.
 *
 * @param own ids of the policies of that version.
 */
export async function observedSince(
  records: Records,
  { mode, version, at }: Rollout,
  own: ReadonlySet<string>,
): Promise<Observed | undefined> {
  if (mode !== 'observe' || version === 0) return undefined
  const by = new Map<string, number>()
  let [calls, denied] = [0, 0]
  for await (const found of records.walk({ since: at })) {
    if (calls === MOST) return { since: at, calls, denied, by: sorted(by), complete: false }
    calls += 1
    const deniers = wouldDeny(found).filter((id) => own.has(id))
    if (deniers.length > 0) denied += 1
    for (const id of deniers) by.set(id, (by.get(id) ?? 0) + 1)
  }
  return { since: at, calls, denied, by: sorted(by), complete: true }
}

function wouldDeny({ intent, outcome }: CallRecords): readonly string[] {
  const observed = objectOf(objectOf((intent ?? outcome)?.body?.['decision'])['observed'])
  if (observed['effect'] !== 'deny') return []
  const { errors } = observed
  return [
    ...new Set([...policiesOf(observed), ...(Array.isArray(errors) ? errors.map(String) : [])]),
  ]
}

function sorted(by: ReadonlyMap<string, number>): Observed['by'] {
  return [...by]
    .map(([policy, calls]) => ({ policy, calls }))
    .sort((a, b) => b.calls - a.calls || (a.policy < b.policy ? -1 : 1))
}
