import { looksAtFlow } from './conditions.ts'
import type { LintRule } from './finding.ts'

/** Likeness errs: somebody must be able to say so, or work that is right cannot be done. */
export const flowWithoutWay: LintRule = {
  id: 'flow-without-way',
  severity: 'warning',
  about:
    'a `forbid` by `context.flow` or `context.provenance` that no human can lift and that names no `@remedy`: origins are told from likeness, which errs',
  fix: 'let the user lift it (`@liftedBy`), and name another way in `@remedy("…")`',
  check: ({ set }) =>
    set.policies
      .filter(
        ({ rule, lift, remedy }) =>
          rule.effect === 'forbid' &&
          lift === undefined &&
          remedy === undefined &&
          looksAtFlow(rule),
      )
      .map((policy) => ({
        policy,
        message: 'forbids by where values came from, and leaves no way forward',
      })),
}
