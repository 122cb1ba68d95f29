import type { ExplainedCall, Explanations } from '../../admin/admin.ts'
import { verdictOf } from '../../admin/calls/call-views.ts'
import type { CallEvidence } from '../../admin/calls/ports.ts'
import { inputOf, type KeptInput } from '../../audit/audit.ts'
import type { Config } from '../../config/config.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { explain } from '../../policy/explain/explain.ts'
import type { Explanation, PolicyExplanation } from '../../policy/explain/explanation.ts'
import { ruleOfCall } from '../../policy/explain/rule-of-call.ts'
import { writtenPolicy } from '../../policy/explain/written.ts'
import { loadPolicies } from '../../policy/policy.ts'
import { objectOf } from '../call-view.ts'
import type { LivePolicies, ReadPolicies } from '../live-policies.ts'
import { managedSources } from '../managed-policies.ts'
import { readAll } from '../policy-files.ts'

interface ExplanationParts {
  readonly config: Config
  readonly policies: Pick<LivePolicies, 'set' | 'sources'>
}

/** Recorded calls, put to the policies in force or to a draft. */
export function explanationsOf({ config, policies }: ExplanationParts): Explanations {
  return {
    explain: (call) => explained(call, { set: policies.set(), sources: policies.sources() }),
    replay: (call, files) => explained(call, readAll(config, managedSources(files, 'enforce'))),
    rule(call, wish) {
      const kept = keptOf(call)
      if (kept === undefined) return undefined
      const gone = wish.arguments.find((name) => isRedacted(kept, name))
      if (gone !== undefined)
        throw new GatewayError(
          'params_invalid',
          `the value of \`${gone.slice(0, 100)}\` was taken out of the record`,
        )
      const text = ruleOfCall(kept.request, wish)
      try {
        loadPolicies([{ file: 'rule.cedar', text }])
      } catch (error) {
        throw unfit(wish.id, error)
      }
      return text
    },
  }
}

function unfit(id: string, cause: unknown): GatewayError {
  return new GatewayError('params_invalid', `no rule can have the id \`${id}\``, { cause })
}

/** Records of calls have the form that the records module gave them. */
function keptOf(call: CallEvidence): KeptInput | undefined {
  return inputOf(call)
}

function isRedacted({ redacted }: KeptInput, name: string): boolean {
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return redacted.some((one) => one === pointer || one.startsWith(`${pointer}/`))
}

function explained(call: CallEvidence, read: ReadPolicies): ExplainedCall | undefined {
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
  return changes.map(({ policy, must, byCaller, remedy, clauses }) => ({
    ...{ policy, must, byCaller },
    ...(remedy === undefined ? {} : { remedy }),
    because: clauses.flatMap(({ because }) => because),
  }))
}
