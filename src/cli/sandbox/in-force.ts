import type { InForce, SandboxControl, SandboxProfile } from '../../kernel/sandbox.ts'
import { controlsOf } from '../../sandbox/bwrap/in-force.ts'
import type { Preflight } from '../../sandbox/preflight/preflight.ts'

/**
 * What would hold one server: what was proven on this machine, less what its own profile gives away. Empty
 * where the sandbox does not hold.
 */
export function inForceFor(
  profile: SandboxProfile,
  { ok, machine, inForce }: Preflight,
): readonly InForce[] {
  if (!ok || profile.backend === 'none') return []
  const isRoot = machine.isRoot && profile.runAs === 'inherit'
  const own = new Map(controlsOf(profile, isRoot).map((one) => [one.control, one]))
  return inForce.map((proven) => weaker(proven, own.get(proven.control)))
}

const RANK = { none: 0, soft: 1, hard: 2 } as const

function weaker(proven: InForce, own: InForce | undefined): InForce {
  return own === undefined || RANK[proven.strength] < RANK[own.strength] ? proven : own
}

/** Controls that are less than hard, by name. */
export function weakOnes(inForce: readonly InForce[]): readonly SandboxControl[] {
  return inForce.filter(({ strength }) => strength !== 'hard').map(({ control }) => control)
}
