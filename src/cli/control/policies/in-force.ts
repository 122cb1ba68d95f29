import type { PoliciesInForce, PolicyInForce } from '../../../admin/policies/ports.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { parseCedar } from '../../../policy/cedar-text.ts'
import type { Policy } from '../../../policy/load-policy.ts'
import type { PolicySource } from '../../../policy/policy.ts'
import { locator } from '../../../policy/problem.ts'
import type { LivePolicies } from '../../live-policies.ts'
import type { ManagedPolicies } from '../../managed-policies.ts'
import { findingsIn, originOf } from './findings.ts'

interface Parts {
  readonly policies: LivePolicies
  readonly managed: Pick<ManagedPolicies, 'rollout'>
}

/** Shows what is in force; texts are parsed once for each set. */
export function showInForce({ policies, managed }: Parts): () => PoliciesInForce {
  let last: { readonly hash: string; readonly shown: Shown } | undefined
  return () => {
    const [set, sources] = [policies.set(), policies.sources()]
    const hash = `${set.hash} ${managed.rollout().seq}`
    if (last?.hash !== hash) last = { hash, shown: show(set, sources) }
    const problem = policies.problem()
    return {
      ...last.shown,
      hash: set.hash,
      rollout: managed.rollout(),
      ...(problem === undefined ? {} : { problem }),
    }
  }
}

type Shown = Pick<PoliciesInForce, 'policies' | 'guards' | 'limits' | 'warnings'>

function show(set: ReturnType<LivePolicies['set']>, sources: readonly PolicySource[]): Shown {
  const texts = new Map(sources.flatMap(textsOf))
  const say = findingsIn(sources)
  return {
    policies: set.policies.map((policy) =>
      showPolicy(policy, texts.get(`${policy.file} ${policy.line}`) ?? ''),
    ),
    guards: set.guards.map(plain),
    limits: set.limits.map(plain),
    warnings: set.warnings.map(say.problem('warning')),
  }
}

function showPolicy(policy: Policy, text: string): PolicyInForce {
  const { id, rule, mode, acceptsUnparsable, file, line } = policy
  const { reason, remedy, lift, obligations } = policy
  const optional = Object.entries({ reason, remedy, lift, obligations })
  return {
    ...{ id, effect: rule.effect, ...originOf(file), line, text, mode, acceptsUnparsable },
    ...Object.fromEntries(optional.filter(([, value]) => value !== undefined)),
  }
}

/** The text of each policy of a file, by file and line. */
function textsOf({ file, text }: PolicySource): readonly (readonly [string, string])[] {
  if (/\.ya?ml$/i.test(file)) return []
  const locate = locator(file, text)
  const { policies } = parseCedar(text, locate)
  return policies.map((one) => [`${file} ${locate(one.offset).line}`, one.text] as const)
}

function plain(definition: object): JsonObject {
  return JSON.parse(JSON.stringify(definition)) as JsonObject
}
