import type { Policy } from '../load-policy.ts'
import { conjunctTexts } from './conditions.ts'
import type { LintRule } from './finding.ts'
import { scopeCovers } from './scope.ts'

/** A forbid wins: where it always holds beside a permit, the permit permits nothing. */
export const shadowedPermit: LintRule = {
  id: 'shadowed-permit',
  severity: 'warning',
  about: 'a `permit` that permits nothing, because a `forbid` holds whenever it does',
  fix: 'remove the permit, or narrow the forbid',
  check: ({ set }) => {
    const forbids = set.policies.filter(
      ({ rule, mode }) => rule.effect === 'forbid' && mode === 'enforce',
    )
    return set.policies
      .filter(({ rule }) => rule.effect === 'permit')
      .flatMap((policy) => {
        const shadow = forbids.find((forbid) => holdsWhenever(forbid, policy))
        if (shadow === undefined) return []
        return [{ policy, message: `permits nothing: \`${shadow.id}\` forbids all of it` }]
      })
  },
}

/** Certain: the forbid asks for nothing that the permit does not ask for. */
function holdsWhenever(forbid: Policy, permit: Policy): boolean {
  if (!scopeCovers(forbid.rule, permit.rule)) return false
  const given = conjunctTexts(permit.rule)
  return [...conjunctTexts(forbid.rule)].every((text) => text === 'true' || given.has(text))
}
