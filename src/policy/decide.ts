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
import { deniedBy, type ScreenDenial } from './screens/denial.ts'
import type { Plans } from './screens/plans.ts'
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
  readonly plans: Plans
}

/** Decides by the policies and screens that concern a request. Any order of candidates gives the same answer. */
export function decide(one: Case): Decision {
  const { request, candidates, environment } = one
  const { permits, forbids, failures, observed } = evaluate(candidates, environment)
  const stopped = stoppedBy(one, request.approval === undefined ? 'none' : 'granted')
  if (failures.length > 0)
    return failed(failures, [...forbids.map(says), ...(stopped?.determining ?? [])])
  if (forbids.length > 0 || stopped !== undefined) return forbidden(one, forbids, stopped)
  if (permits.length === 0) {
    const near = candidates.filter((policy) => mayPermit(policy, environment)).sort(byId)
    return { effect: 'deny', determining: [noPermit(request.target, near)], errors: [] }
  }
  const unread = unreadBy(request, permits)
  if (unread !== undefined) return denial([unread])
  return permitted(permits, observedDenial(one, observed))
}

/** What screens make of arguments. The plan is made only where something was found. */
function stoppedBy(
  { request, plans }: Case,
  approval: 'none' | 'granted',
): ScreenDenial | undefined {
  const { content = [] } = request.facts
  if (content.length === 0) return undefined
  return deniedBy(plans.inForce(request, 'outbound'), content, approval)
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
export function failed(failures: readonly Failure[], others: readonly Determining[]): Denial {
  const causes = failures.map(
    ({ id, cause }) => `\`${id}\` (${cause instanceof Fault ? cause.message : 'internal error'})`,
  )
  const reason = `policies could not be evaluated for this call: ${causes.join(', ')}`
  return {
    effect: 'deny',
    determining: [...others, { policy: POLICY_ERROR, reason }],
    errors: failures.map(({ id }) => id),
  }
}

/** A human may lift it when all that forbid it say so, and the call would be permitted then. */
function forbidden(
  one: Case,
  forbids: readonly Policy[],
  stopped: ScreenDenial | undefined,
): Denial {
  const lift = joinedLift([
    ...forbids.map((policy) => policy.lift),
    ...(stopped === undefined ? [] : [stopped.lift]),
  ])
  const answer = denial([...forbids.map(says), ...(stopped?.determining ?? [])])
  return lift === undefined || !permitsOnceApproved(one) ? answer : { ...answer, lift }
}

function permitsOnceApproved(one: Case): boolean {
  const { request, candidates, approved } = one
  const { permits, forbids, failures } = evaluate(candidates, approved())
  if (failures.length > 0 || forbids.length > 0 || permits.length === 0) return false
  return stoppedBy(one, 'granted') === undefined && unreadBy(request, permits) === undefined
}

/** What permits is worth nothing for arguments that nobody could read, unless it says otherwise. */
function unreadBy({ facts }: AccessRequest, permits: readonly Policy[]): Determining | undefined {
  if (facts.unparsable.length === 0) return undefined
  return permits.some((policy) => policy.acceptsUnparsable)
    ? undefined
    : unparsable(facts.unparsable)
}

function permitted(permits: readonly Policy[], observed: Denial | undefined): Permit {
  const obligations = joinedObligations(permits)
  return {
    effect: 'permit',
    determining: permits.map(says),
    ...(obligations === undefined ? {} : { obligations }),
    ...(observed === undefined ? {} : { observed }),
  }
}

/** What would have denied, had policies and screens not only observed. */
function observedDenial(
  { request, plans }: Case,
  { forbids, failures }: Outcome['observed'],
): Denial | undefined {
  const { content = [] } = request.facts
  const stopped =
    content.length === 0
      ? undefined
      : deniedBy(plans.observed(request, 'outbound'), content, 'none')
  const all = [...forbids.map(says), ...(stopped?.determining ?? [])]
  if (failures.length > 0) return failed(failures, all)
  return all.length > 0 ? denial(all) : undefined
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
