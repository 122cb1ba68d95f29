import type { ExplainedCall } from '../../admin/admin.ts'
import { verdictOf } from '../../admin/calls/call-views.ts'
import type { CallEvidence } from '../../admin/calls/ports.ts'
import { inputOf, type KeptInput } from '../../audit/audit.ts'
import { explain } from '../../policy/explain/explain.ts'
import type { Explanation, PolicyExplanation } from '../../policy/explain/explanation.ts'
import { writtenPolicy } from '../../policy/explain/written.ts'
import { objectOf } from '../call-view.ts'
import type { ReadPolicies } from '../live-policies.ts'

/** Records of calls have the form that the records module gave them. */
export function keptOf(call: CallEvidence): KeptInput | undefined {
  return inputOf(call)
}

/** Why policies decide a recorded call as they do; undefined where too little of it was kept. */
export function explained(call: CallEvidence, read: ReadPolicies): ExplainedCall | undefined {
  const kept = keptOf(call)
  if (kept === undefined) return undefined
  const body = (call.intent ?? call.outcome)?.body
  const found = explain(read.set, kept.request)
  const policySet = body?.['policies']
  return {
    policySet: read.set.hash,
    verdict: found.verdict,
    determining: found.determining.map(({ policy }) => policy),
    policies: found.policies.map((one) => written(one, read)),
    obstacles: obstaclesOf(found),
    unparsable: found.unparsable.map(({ kind }) => kind),
    recorded: {
      policySet: typeof policySet === 'string' ? policySet : undefined,
      verdict: verdictOf(objectOf(body?.['decision'])),
    },
    redacted: kept.redacted,
    assumed: kept.assumed,
  }
}

function written(
  { clauses, ...policy }: PolicyExplanation,
  { sources }: ReadPolicies,
): ExplainedCall['policies'][number] {
  const found = writtenPolicy(policy, clauses, sources)
  return {
    ...policy,
    ...(found === undefined ? {} : { text: found.text }),
    clauses: (found?.clauses ?? []).map(({ clause, decides, at }) => {
      const { text, outcome, fault, reached, reads } = clause
      return {
        ...{ text, outcome, reached, decides, reads },
        ...(fault === undefined ? {} : { fault }),
        ...(at === undefined ? {} : { at }),
      }
    }),
  }
}

function obstaclesOf({ changes }: Explanation): ExplainedCall['obstacles'] {
  return changes.map(({ policy, must, byCaller, remedy, clauses, because: screens = [] }) => ({
    ...{ policy, must, byCaller },
    ...(remedy === undefined ? {} : { remedy }),
    because: [...clauses.flatMap(({ because }) => because), ...screens],
  }))
}
