import type {
  AccessRequest,
  Decision,
  Denial,
  Determining,
  Obligations,
  Permit,
} from '../kernel/access.ts'
import { joinedLift } from '../kernel/lift.ts'
import { POLICY_ERROR } from './annotations.ts'
import type { Environment } from './language/environment.ts'
import { Fault } from './language/fault.ts'
import type { Policy } from './load-policy.ts'
import { noPermit } from './no-permit.ts'
import { unparsable } from './unparsable.ts'

/** A policy that could not be evaluated, and what was thrown. */
export interface Failure {
  readonly id: string
  readonly cause: unknown
}

/** What policies come to, each list by id. Those that only observe stand apart. */
export interface Outcome {
  readonly permits: readonly Policy[]
  readonly forbids: readonly Policy[]
  readonly failures: readonly Failure[]
  readonly observed: Omit<Outcome, 'observed'>
}

/** What a decision is made of: the policies that concern a request, and what they see of it. */
export interface Case {
  readonly request: AccessRequest
  readonly candidates: readonly Policy[]
  readonly environment: Environment
  /** The same, once a human has approved the call. */
  readonly approved: () => Environment
}

/** Decides by the policies that concern a request. Any order of candidates gives the same answer. */
export function decide(one: Case): Decision {
  const { request, candidates, environment } = one
  const { permits, forbids, failures, observed } = evaluate(candidates, environment)
  if (failures.length > 0) return failed(failures, forbids)
  if (forbids.length > 0) return forbidden(one, forbids)
  if (permits.length === 0) {
    const near = candidates.filter((policy) => mayPermit(policy, environment)).sort(byId)
    return { effect: 'deny', determining: [noPermit(request.target, near)], errors: [] }
  }
  const unread = unreadBy(request, permits)
  return unread === undefined ? permitted(permits, observed) : denial([unread])
}

/** Evaluates every candidate: one that is never reached cannot fault, and so could not deny. */
export function evaluate(candidates: readonly Policy[], environment: Environment): Outcome {
  const satisfied: Policy[] = []
  const failures: { readonly policy: Policy; readonly cause: unknown }[] = []
  for (const policy of candidates) {
    try {
      if (policy.compiled.applies(environment)) satisfied.push(policy)
    } catch (cause) {
      failures.push({ policy, cause })
    }
  }
  satisfied.sort(byId)
  failures.sort((left, right) => byId(left.policy, right.policy))
  const among = (counts: (policy: Policy) => boolean): Omit<Outcome, 'observed'> => ({
    permits: satisfied.filter((policy) => counts(policy) && policy.rule.effect === 'permit'),
    forbids: satisfied.filter((policy) => counts(policy) && policy.rule.effect === 'forbid'),
    failures: failures
      .filter(({ policy }) => counts(policy))
      .map(({ policy: { id }, cause }) => ({ id, cause })),
  })
  return { ...among((policy) => !observes(policy)), observed: among(observes) }
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

/** A human may lift it when all forbids say so, and the call would be permitted then. */
function forbidden(one: Case, forbids: readonly Policy[]): Denial {
  const lift = joinedLift(forbids.map((policy) => policy.lift))
  const answer = denial(forbids.map(says))
  return lift === undefined || !permitsOnceApproved(one) ? answer : { ...answer, lift }
}

function permitsOnceApproved({ request, candidates, approved }: Case): boolean {
  const { permits, forbids, failures } = evaluate(candidates, approved())
  if (failures.length > 0 || forbids.length > 0 || permits.length === 0) return false
  return unreadBy(request, permits) === undefined
}

/** What permits is worth nothing for arguments that nobody could read, unless it says otherwise. */
function unreadBy({ facts }: AccessRequest, permits: readonly Policy[]): Determining | undefined {
  if (facts.unparsable.length === 0) return undefined
  return permits.some((policy) => policy.acceptsUnparsable)
    ? undefined
    : unparsable(facts.unparsable)
}

function permitted(permits: readonly Policy[], observed: Outcome['observed']): Permit {
  const obligations = joinedObligations(permits)
  const { forbids, failures } = observed
  return {
    effect: 'permit',
    determining: permits.map(says),
    ...(obligations === undefined ? {} : { obligations }),
    ...(failures.length > 0 ? { observed: failed(failures, forbids) } : {}),
    ...(failures.length === 0 && forbids.length > 0 ? { observed: denial(forbids.map(says)) } : {}),
  }
}

/** What any determining permit asks for is asked: one that asks for nothing does not free the others. */
function joinedObligations(permits: readonly Policy[]): Obligations | undefined {
  const all = permits.flatMap(({ obligations }) => obligations ?? [])
  if (all.length === 0) return undefined
  const union = (name: keyof Obligations): readonly string[] =>
    [...new Set(all.flatMap((one) => one[name]))].sort()
  return { redact: union('redact'), mark: union('mark'), limit: union('limit') }
}

function denial(determining: readonly Determining[]): Denial {
  return { effect: 'deny', determining, errors: [] }
}

function mayPermit(policy: Policy, environment: Environment): boolean {
  const { rule, compiled } = policy
  return !observes(policy) && rule.effect === 'permit' && compiled.mayApply(environment).true
}

function observes({ mode }: Policy): boolean {
  return mode === 'observe'
}

function says({ says }: Policy): Policy['says'] {
  return says
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? -1 : 1
}
