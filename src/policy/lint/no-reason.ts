import type { LintRule } from './finding.ts'

/** A denial that says nothing leaves the model to guess, and it guesses again. */
export const noReason: LintRule = {
  id: 'no-reason',
  severity: 'warning',
  about: 'a `forbid` without `@reason`: who is denied learns nothing',
  fix: 'say why in `@reason("…")`',
  check: ({ set }) =>
    set.policies
      .filter(({ rule, reason }) => rule.effect === 'forbid' && reason === undefined)
      .map((policy) => ({ policy, message: 'forbids without saying why' })),
}
