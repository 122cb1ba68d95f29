import { joinedLift } from '../kernel/lift.ts'
import type { Ends } from './language/approximate.ts'
import type { Environment } from './language/environment.ts'
import type { Policy } from './load-policy.ts'

/** What calls of a target may come to, while their arguments are not known. False is certain. */
export interface Prospects {
  /** Whether some arguments may be permitted. */
  readonly permit: boolean
  /** Whether some arguments may be denied so that a human can lift it, and be permitted then. */
  readonly ask: boolean
}

/** A policy, and how it may end whatever the arguments are. */
export interface Foreseen {
  readonly policy: Policy
  readonly ends: Ends
}

/**
 * What may become of calls. Of what every such call needs, nothing may be missing for certain: for a
 * permit, a permit and no forbid; to ask, a forbid that can be lifted together with those that always
 * hold, and a permit once it is approved. A policy that always faults leaves neither.
 */
export function prospectsOf(
  candidates: readonly Policy[],
  environment: Environment,
  /** The same, once a human has approved the call. */
  approved: () => Environment,
): Prospects {
  const before = foresee(candidates, environment)
  return {
    permit: mayPass(before),
    ask: mayBeLifted(before) && mayPass(foresee(candidates, approved())),
  }
}

/** Every policy that takes part in decisions. */
export function foresee(
  candidates: readonly Policy[],
  environment: Environment,
): readonly Foreseen[] {
  return candidates
    .filter(({ mode }) => mode !== 'observe')
    .map((policy) => ({ policy, ends: policy.compiled.mayApply(environment) }))
}

/** Whether a policy holds whatever the arguments are. */
export function surelyHolds({ ends }: Foreseen): boolean {
  return ends.true && !ends.false && !ends.fault
}

/** Whether a policy faults whatever the arguments are. */
export function surelyFaults({ ends }: Foreseen): boolean {
  return ends.fault && !ends.true && !ends.false
}

export function isForbid({ policy }: Foreseen): boolean {
  return policy.rule.effect === 'forbid'
}

function mayPass(all: readonly Foreseen[]): boolean {
  if (all.some((one) => surelyFaults(one) || (isForbid(one) && surelyHolds(one)))) return false
  return all.some((one) => !isForbid(one) && one.ends.true)
}

function mayBeLifted(all: readonly Foreseen[]): boolean {
  if (all.some(surelyFaults)) return false
  const forbids = all.filter(isForbid)
  const always = forbids.filter(surelyHolds).map(({ policy }) => policy.lift)
  return forbids.some(
    ({ policy, ends }) => ends.true && joinedLift([...always, policy.lift]) !== undefined,
  )
}
