import type { LintRule } from './finding.ts'
import { scopesOverlap } from './scope.ts'

/** What no policy permits is denied anyway. */
export const redundantForbid: LintRule = {
  id: 'redundant-forbid',
  severity: 'info',
  about:
    'a `forbid` of what no `permit` permits: it is denied without it, until someone permits it',
  fix: 'remove it, unless it stands against permits to come',
  check: ({ set }) => {
    const permits = set.policies.filter(
      ({ rule, mode }) => rule.effect === 'permit' && mode === 'enforce',
    )
    return set.policies
      .filter(
        ({ rule }) =>
          rule.effect === 'forbid' && !permits.some((permit) => scopesOverlap(rule, permit.rule)),
      )
      .map((policy) => ({ policy, message: 'forbids what no policy permits' }))
  },
}
