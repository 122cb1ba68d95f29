import type { AccessRequest } from '../../kernel/access.ts'
import { explainGuard } from '../guards/explain-guard.ts'
import type { Environment } from '../language/environment.ts'
import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import { type Clause, decisive } from './clause.ts'
import type { Change, ChangeClause, PolicyExplanation } from './explanation.ts'
import { originsBehind } from './origins.ts'

export interface Pair {
  readonly policy: Policy
  readonly explained: PolicyExplanation
}

export interface Denied {
  readonly set: PolicySet
  readonly request: AccessRequest
  readonly environment: Environment
  /** Whether a fault denied. */
  readonly faulted: boolean
}

/** What stands in the way of a call that was denied: faults before forbids before missing permits. */
export function changesOf(pairs: readonly Pair[], denied: Denied): readonly Change[] {
  const enforced = pairs.filter(({ policy }) => policy.mode !== 'observe')
  const faults = enforced.filter(({ explained }) => explained.outcome === 'faults')
  const forbids = enforced.filter(
    ({ policy, explained }) => policy.rule.effect === 'forbid' && explained.outcome === 'applies',
  )
  const permits = enforced.filter(({ policy }) => policy.rule.effect === 'permit')
  const permitted = permits.some(({ explained }) => explained.outcome === 'applies')
  const near = permits.filter(
    ({ explained }) =>
      explained.outcome === 'does not apply' && explained.scope.every((part) => part.fits),
  )
  return [
    ...faults.map((pair) => changeOf(pair, 'not fault', denied)),
    ...forbids.map((pair) => changeOf(pair, 'not hold', denied)),
    ...(permitted ? [] : near.map((pair) => changeOf(pair, 'hold', denied))),
  ]
}

function changeOf(
  { policy, explained }: Pair,
  must: Change['must'],
  { set, request, environment }: Denied,
): Change {
  const wanted = must === 'hold' ? 'false' : must === 'not hold' ? 'true' : 'fault'
  const clauses = explained.clauses
    .filter((clause) => clause.outcome === wanted && (clause.reached || wanted === 'false'))
    .flatMap(decisive)
    .map((clause) => changeClause(clause, set, request))
  const { true: mayHold, false: mayFail } = policy.compiled.mayApply(environment)
  return {
    policy: policy.id,
    must,
    clauses,
    byCaller: must === 'hold' ? mayHold : must === 'not hold' ? mayFail : mayHold || mayFail,
    ...(policy.remedy === undefined ? {} : { remedy: policy.remedy }),
  }
}

function changeClause(
  clause: Clause,
  { guards }: PolicySet,
  { facts, flow }: AccessRequest,
): ChangeClause {
  const influences = [...new Set(clause.reads.map(({ influence }) => influence))].sort()
  const named = guards.filter(({ name }) => clause.reads.some(({ path }) => namesGuard(path, name)))
  return {
    clause,
    influences,
    because: [
      ...named.flatMap((guard) => explainGuard(guard, facts).reasons),
      ...originsBehind(clause.reads, flow),
    ],
  }
}

function namesGuard(path: string, name: string): boolean {
  return path === `context.facts.guards["${name}"]` || path === `context.facts.guards.${name}`
}
