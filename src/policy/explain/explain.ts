import type { AccessRequest, Decision } from '../../kernel/access.ts'
import { POLICY_ERROR, UNPARSABLE } from '../annotations.ts'
import { compileRule } from '../language/compile-policy.ts'
import type { Environment } from '../language/environment.ts'
import { printConstraint } from '../language/print.ts'
import type { Rule } from '../language/read-policy.ts'
import { slices } from '../language/slices.ts'
import type { Policy } from '../load-policy.ts'
import { decisionPoint, type PolicySet } from '../policy.ts'
import { requestEnvironment } from '../request-environment.ts'
import { changesOf } from './changes.ts'
import { clausesOf } from './clause.ts'
import { explainScreens, screenChanges } from './explain-screens.ts'
import type { Explanation, PolicyExplanation, ScopePart } from './explanation.ts'

/**
 * Explains a decision about a request: what every policy came to, clause by clause, and what would
 * change it. `decision` is that of the decision point when it is left out. Total, as deciding is.
 */
export function explain(
  set: PolicySet,
  request: AccessRequest,
  decision: Decision = decisionPoint(set).decide(request),
): Explanation {
  const environment = environmentOf(set, request)
  const candidates = environment === undefined ? [] : slices(set.policies)(environment)
  const determining = new Set(decision.determining.map(({ policy }) => policy))
  const errors = new Set(decision.effect === 'deny' ? decision.errors : [])
  const pairs = [...candidates]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .flatMap((policy) =>
      environment === undefined
        ? []
        : [
            {
              policy,
              explained: explainPolicy(
                policy,
                environment,
                determining.has(policy.id) || errors.has(policy.id),
              ),
            },
          ],
    )
  const screens = explainScreens(set, request, determining)
  const lift = decision.effect === 'deny' ? decision.lift : undefined
  const obligations = decision.effect === 'permit' ? decision.obligations : undefined
  return {
    verdict: lift === undefined ? decision.effect : 'ask',
    decision,
    determining: decision.determining,
    ...(lift === undefined ? {} : { lift }),
    ...(obligations === undefined ? {} : { obligations }),
    policies: pairs.map(({ explained }) => explained),
    screens,
    unparsable: determining.has(UNPARSABLE) ? request.facts.unparsable : [],
    changes:
      environment === undefined || decision.effect === 'permit'
        ? []
        : [
            ...changesOf(pairs, {
              set,
              request,
              environment,
              faulted: determining.has(POLICY_ERROR),
            }),
            ...screenChanges(screens, decision.determining),
          ],
  }
}

function environmentOf(set: PolicySet, request: AccessRequest): Environment | undefined {
  try {
    return requestEnvironment(request, { guards: set.guards })
  } catch {
    // A request that cannot be put to policies is denied before any of them.
    return undefined
  }
}

function explainPolicy(
  policy: Policy,
  environment: Environment,
  determines: boolean,
): PolicyExplanation {
  const { id, rule, mode, file, line, reason, remedy } = policy
  const scope = scopeOf(rule, environment)
  const fits = scope.every((part) => part.fits)
  return {
    policy: id,
    effect: rule.effect,
    mode,
    file,
    line,
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined ? {} : { remedy }),
    scope,
    determines,
    outcome: outcomeOf(policy, environment),
    clauses: fits ? clausesOf(rule.conditions, environment) : [],
  }
}

function outcomeOf(policy: Policy, environment: Environment): PolicyExplanation['outcome'] {
  try {
    return policy.compiled.applies(environment) ? 'applies' : 'does not apply'
  } catch {
    return 'faults'
  }
}

function scopeOf(rule: Rule, environment: Environment): readonly ScopePart[] {
  return (['principal', 'action', 'resource'] as const).map((variable) => {
    const all = { kind: 'all' } as const
    const only = { principal: all, action: all, resource: all, [variable]: rule[variable] }
    const { applies } = compileRule({ effect: 'permit', ...only, conditions: [] }, new Set())
    return { text: printConstraint(variable, rule[variable]), fits: applies(environment) }
  })
}
