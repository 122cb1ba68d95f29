import type { AccessRequest, Decision, Denial } from '../kernel/access.ts'
import { POLICY_ERROR } from './annotations.ts'
import type { Environment } from './language/environment.ts'
import { Fault } from './language/fault.ts'
import type { Policy } from './load-policy.ts'
import { noPermit } from './no-permit.ts'

/** A policy that could not be evaluated, and what was thrown. */
export interface Failure {
  readonly id: string
  readonly cause: unknown
}

/** What policies come to, each list by id. */
export interface Outcome {
  readonly permits: readonly Policy[]
  readonly forbids: readonly Policy[]
  readonly failures: readonly Failure[]
}

/** Decides by the policies that concern a request. Any order of `candidates` gives the same answer. */
export function decide(
  request: AccessRequest,
  candidates: readonly Policy[],
  environment: Environment,
): Decision {
  const { permits, forbids, failures } = evaluate(candidates, environment)
  if (failures.length > 0) return failed(failures, forbids)
  if (forbids.length > 0) return { effect: 'deny', determining: forbids.map(says), errors: [] }
  if (permits.length > 0) return { effect: 'permit', determining: permits.map(says) }
  const near = candidates.filter((policy) => mayPermit(policy, environment)).sort(byId)
  return { effect: 'deny', determining: [noPermit(request.target, near)], errors: [] }
}

/** Evaluates every candidate: one that is never reached cannot fault, and so could not deny. */
export function evaluate(candidates: readonly Policy[], environment: Environment): Outcome {
  const satisfied: Policy[] = []
  const failures: Failure[] = []
  for (const policy of candidates) {
    try {
      if (policy.compiled.applies(environment)) satisfied.push(policy)
    } catch (cause) {
      failures.push({ id: policy.id, cause })
    }
  }
  satisfied.sort(byId)
  return {
    permits: satisfied.filter(({ rule }) => rule.effect === 'permit'),
    forbids: satisfied.filter(({ rule }) => rule.effect === 'forbid'),
    failures: failures.sort(byId),
  }
}

/**
 * False only when every call is denied, whatever its arguments: no permit can hold, or a forbid
 * holds, or a policy faults, with all arguments.
 */
export function isVisible(candidates: readonly Policy[], environment: Environment): boolean {
  let permitted = false
  for (const { rule, compiled } of candidates) {
    const ends = compiled.mayApply(environment)
    const holds = ends.true && !ends.false && !ends.fault
    const faults = ends.fault && !ends.true && !ends.false
    if (faults || (holds && rule.effect === 'forbid')) return false
    permitted ||= ends.true && rule.effect === 'permit'
  }
  return permitted
}

/** The denial that any fault brings. What is not a policy's own fault is not told. */
export function failed(failures: readonly Failure[], forbids: readonly Policy[]): Denial {
  const causes = failures.map(
    ({ id, cause }) => `\`${id}\` (${cause instanceof Fault ? cause.message : 'internal error'})`,
  )
  const reason = `policies could not be evaluated for this call: ${causes.join(', ')}`
  return {
    effect: 'deny',
    determining: [...forbids.map(says), { policy: POLICY_ERROR, reason }],
    errors: failures.map(({ id }) => id),
  }
}

function mayPermit({ rule, compiled }: Policy, environment: Environment): boolean {
  return rule.effect === 'permit' && compiled.mayApply(environment).true
}

function says({ says }: Policy): Policy['says'] {
  return says
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1
}
