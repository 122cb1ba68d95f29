import { ASSURANCES, type Lift } from './access.ts'

/**
 * Whoever lifts several denials is entitled to lift each: the approvers are those that all of them
 * name, and everything else is as strict as any of them has it. Undefined when one of them cannot be
 * lifted, or when nobody could meet all of them.
 */
export function joinedLift(lifts: readonly (Lift | undefined)[]): Lift | undefined {
  const known = lifts.filter((lift) => lift !== undefined)
  const [first, ...others] = known
  if (first === undefined || known.length < lifts.length) return undefined
  const approvers = first.approvers.filter((name) =>
    others.every((other) => other.approvers.includes(name)),
  )
  const quorum = Math.max(...known.map((lift) => lift.quorum))
  if (approvers.length === 0 || quorum > mostPeople(approvers)) return undefined
  // Where each is needed, none of them may be one whom another does not name.
  if (known.some((lift) => lift.each && lift.approvers.length > approvers.length)) return undefined
  const strictest = Math.max(...known.map(({ assurance }) => ASSURANCES.indexOf(assurance)))
  return {
    by: 'approval',
    approvers,
    quorum,
    each: known.some(({ each }) => each),
    assurance: ASSURANCES[strictest] ?? 'passkey',
    pattern: Math.min(...known.map(({ pattern }) => pattern)),
    maxAge: Math.min(...known.map(({ maxAge }) => maxAge)),
  }
}

/** How many people approvers may be: a group holds any number, every other name is one person. */
export function mostPeople(approvers: readonly string[]): number {
  return approvers.some((name) => name.startsWith('group:'))
    ? Number.POSITIVE_INFINITY
    : approvers.length
}
